import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { TypeLookup, TypeSpec, ValueType } from '../model/spec.ts';
import { didYouMean, evaluateCondition, notYetKnown, type Scope } from '../template/index.ts';
import { own, within } from '../template/intrinsic.ts';
import type { Inputs } from './inputs.ts';
import { madeUpValue } from './made-up.ts';
import type { Problems } from './problems.ts';

/** The parts of a resource that references need. */
export interface KnownResource {
  type: string;
  spec: TypeSpec | undefined;
  /** False if its condition is false. A reference to it is then a problem. */
  active: boolean;
}

export interface ScopeParts {
  parameters: ReadonlyMap<string, JsonValue>;
  /** Declared parameters, including those without a value (which was already reported). */
  declared: ReadonlySet<string>;
  pseudo: JsonObject;
  mappings: JsonObject;
  conditions: ReadonlyMap<string, { value: JsonValue; path: string }>;
  /** Empty at first, and filled while resources are read. */
  resources: Map<string, KnownResource>;
  inputs: Inputs;
  account: string;
  region: string;
  partition: string;
  problems: Problems;
  lookup: TypeLookup & { names?(): readonly string[] };
  /** Called with the name of each import that is used. */
  onImport(name: string): void;
}

/** Returns the scope that evaluates a request: everything is known except the attributes of other resources. */
export function requestScope(parts: ScopeParts): Scope {
  const { parameters, declared, pseudo, problems } = parts;
  const madeUpImports = new Map<string, JsonValue>();
  const scope: Scope = {
    ref: (name, path) => {
      const value = parameters.get(name) ?? own(pseudo, name);
      if (value !== undefined) return value;
      if (declared.has(name)) {
        problems.missing(path);
        return notYetKnown;
      }
      return mustBeActive(name, path, parts) ? notYetKnown : undefined;
    },
    attribute: (logicalId, name, path) => {
      if (declared.has(logicalId)) return undefined;
      if (!mustBeActive(logicalId, path, parts)) {
        const hint = didYouMean(logicalId, parts.resources.keys());
        problems.add(path, 'UnknownReference', `there is no resource "${logicalId}"${hint}`);
        return notYetKnown;
      }
      const spec = parts.resources.get(logicalId)?.spec;
      if (spec !== undefined && attributeTypeOf(spec, name) === undefined) {
        const hint = didYouMean(name, Object.keys(spec.attributes));
        problems.add(path, 'UnknownAttribute', `${spec.type} has no attribute "${name}"${hint}`);
      }
      return notYetKnown;
    },
    mapping: (name) => {
      const mapping = own(parts.mappings, name);
      return isObject(mapping) ? mapping : undefined;
    },
    condition: conditionOf(parts, () => scope),
    importValue: (name, path) => {
      parts.onImport(name);
      const { imports } = parts.inputs;
      if (imports !== 'any') return own(imports, name);
      const value = madeUpImports.get(name) ?? madeUpValue('String', [name, ...usesOf(path)], parts);
      madeUpImports.set(name, value);
      return value;
    },
    azs: (region) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
    names: () => [...declared, ...parts.resources.keys(), ...Object.keys(pseudo)],
    report: ({ path, code, message }) => {
      problems.add(path, code, message);
      if (leavesNoValue.has(code)) problems.missing(path);
    },
  };
  return scope;
}

/** Problems after which a function has no value. */
const leavesNoValue: ReadonlySet<string> = new Set([
  ...['UnknownReference', 'UnknownAttribute', 'UnknownMapping', 'UnknownImport', 'UnknownCondition'],
]);

/** Returns the properties on a path, innermost first. */
const usesOf = (path: string) =>
  path
    .split('.')
    .filter((step) => /^[A-Z][A-Za-z]*$/.test(step) && step !== 'Ref')
    .reverse();

/** Tells whether a resource exists. Reports a problem if its condition is false. */
function mustBeActive(logicalId: string, path: string, { resources, problems }: ScopeParts): boolean {
  const resource = resources.get(logicalId);
  if (resource?.active === false) {
    problems.add(path, 'InactiveReference', `"${logicalId}" is not created, since its condition is false`);
  }
  return resource !== undefined;
}

/** Each condition is evaluated once, at its first use. */
function conditionOf(parts: ScopeParts, scope: () => Scope): NonNullable<Scope['condition']> {
  const decided = new Map<string, boolean | typeof notYetKnown>();
  const deciding: string[] = [];
  return (name, path) => {
    const known = decided.get(name);
    const condition = parts.conditions.get(name);
    // Everything that a condition uses is known before planning, unless it is missing.
    if (known === notYetKnown && path !== undefined) parts.problems.missing(path);
    if (known !== undefined || condition === undefined) return known;
    if (deciding.includes(name)) {
      const cycle = [...deciding.slice(deciding.indexOf(name)), name].join(' → ');
      parts.problems.add(within('Conditions', name), 'Cycle', `conditions depend on one another: ${cycle}`);
      return notYetKnown;
    }
    deciding.push(name);
    const truth = evaluateCondition(condition.value, scope(), condition.path);
    deciding.pop();
    decided.set(name, truth);
    if (truth === notYetKnown && path !== undefined) parts.problems.missing(path);
    return truth;
  };
}

const anything: ValueType = { kind: 'json' };

/** Returns the value type of an attribute: `json` inside a free-form attribute, or undefined if there is none. */
export function attributeTypeOf(spec: TypeSpec, name: string): ValueType | undefined {
  if (Object.hasOwn(spec.attributes, name)) return spec.attributes[name]?.type;
  if (spec.readOnly.includes(name) || spec.primaryIdentifier.includes(name)) return anything;
  const dot = name.lastIndexOf('.');
  if (dot === -1) return undefined;
  const outer = attributeTypeOf(spec, name.slice(0, dot));
  if (outer?.kind === 'json') return anything;
  if (outer?.kind === 'map') return outer.element;
  if (outer?.kind !== 'definition') return undefined;
  return spec.definitions[outer.name]?.properties[name.slice(dot + 1)]?.types[0];
}
