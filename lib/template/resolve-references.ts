import { BatonError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { evaluate } from './evaluate.ts';
import { functionOf, holdsDynamicReference, shown, within } from './intrinsic.ts';
import { notYetKnown, type TemplateProblem } from './scope.ts';

/** The identifier and attributes of a resource that exists. */
export interface ResourceOutputs {
  ref: JsonValue;
  /** Attributes and live properties, nested or by dotted name. */
  attributes: JsonObject;
}

/** References without a value at a time when they must have one. */
export class UnresolvedReference extends BatonError {
  override readonly name = 'UnresolvedReference';
  readonly problems: TemplateProblem[];

  constructor(problems: TemplateProblem[]) {
    super(problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'));
    this.problems = problems;
  }
}

/**
 * Resolves every reference from the outputs of resources, immediately before a provider call. Dynamic references
 * (`{{resolve:...}}`) stay text, and functions that wait for their values (such as Fn::Base64 around one) stay too, for
 * `resolveSecrets`. Throws UnresolvedReference with every reference that has no value.
 */
export function resolveReferences(
  value: JsonValue,
  outputsOf: (logicalId: string) => ResourceOutputs | undefined,
): JsonValue {
  const problems: TemplateProblem[] = [];
  const result = evaluate(value, {
    ref: (name) => outputsOf(name)?.ref,
    attribute: (logicalId, name) => attributeOf(outputsOf(logicalId)?.attributes, name),
    condition: () => notYetKnown,
    report: (problem) => problems.push(problem),
  });
  if (result !== undefined) collectUnresolved(result, '', problems);
  if (problems.length > 0) throw new UnresolvedReference(onePerPath(problems));
  return result ?? null;
}

/** Returns an attribute by its dotted name, stored under that name or nested. */
export function attributeOf(attributes: JsonObject | undefined, name: string): JsonValue | undefined {
  if (attributes === undefined) return undefined;
  if (Object.hasOwn(attributes, name)) return attributes[name];
  let value: JsonValue | undefined = attributes;
  for (const step of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

function collectUnresolved(value: JsonValue, path: string, problems: TemplateProblem[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (functionOf(value) !== undefined && !holdsDynamicReference(value)) {
    problems.push({ path, code: 'UnresolvedReference', message: `${shown(value)} has no value yet` });
    return;
  }
  for (const [key, inner] of Object.entries(value)) collectUnresolved(inner, within(path, key), problems);
}

function onePerPath(problems: TemplateProblem[]): TemplateProblem[] {
  const kept: TemplateProblem[] = [];
  for (const problem of problems) {
    if (!kept.some(({ path }) => path.startsWith(problem.path))) kept.push(problem);
  }
  return kept;
}
