import { isObject, type JsonValue } from '../../model/json.ts';
import type { TypeLookup } from '../../model/spec.ts';
import {
  createEngine,
  type DocumentVerdict,
  type JudgeRequest,
  judgeDocument,
  type PolicyRule,
  type RuleVerdict,
  restrictBundle,
} from '../../policy/index.ts';
import type { Manifest } from '../../request/index.ts';
import type { ChosenRules } from './rules.ts';

/** One violation of a rule in a file. */
export interface FoundViolation {
  /** Logical id. */
  resource: string;
  /** Path inside the resource. Empty if the rule is about the resource as a whole. */
  path: string;
  /** The requirement, and the parts that are unknown from the file alone. */
  message: string;
  /** Line in the file, counted from 1. */
  line?: number;
}

/** A suppression of a rule in the file's metadata. */
export interface FoundSuppression extends FoundViolation {
  reason?: string;
}

export interface JudgedRule {
  rule: PolicyRule;
  verdict: DocumentVerdict;
  violations: FoundViolation[];
  suppressed: FoundSuppression[];
}

export interface JudgedFile {
  file: string;
  rules: JudgedRule[];
}

/** How to evaluate documents. */
export interface JudgeOptions {
  lookup: TypeLookup;
  /** The environment for rules that read it, if a document doesn't name its own. */
  environment?: string;
  /**
   * Whether an alternative rule that is satisfied exempts from a rule: when the rules are meant to be satisfied
   * together.
   */
  together: boolean;
}

/** Evaluates documents as written with the chosen rules. Suppressions in their metadata count. */
export function judgeFiles(
  templates: readonly Manifest[],
  { bundle, ids }: ChosenRules,
  { lookup, environment, together }: JudgeOptions,
): JudgedFile[] {
  // A rule with several policies is described by its first.
  const byId = new Map(bundle.policies.toReversed().map((rule) => [rule.id, rule]));
  const engine = createEngine(restrictBundle(bundle, new Set(ids)), lookup, {
    honorSuppressions: true,
    alternatives: together,
  });
  return templates.map((manifest) => {
    const request = requestOf(manifest, environment);
    const verdicts = judgeDocument(engine, request, manifest.document, ids);
    return {
      file: manifest.file,
      rules: verdicts.flatMap((verdict) => {
        const rule = byId.get(verdict.rule);
        return rule ? [judgedRule(manifest, rule, verdict)] : [];
      }),
    };
  });
}

/** Returns the requester and the action, as far as the document contains them. */
function requestOf({ document }: Manifest, environment = 'unknown'): JudgeRequest {
  const text = (value: JsonValue | undefined, otherwise: string): string =>
    typeof value === 'string' ? value : otherwise;
  return {
    environment: text(document.environment, environment),
    service: text(document.service, 'unknown'),
    owner: text(document.owner, 'unknown'),
    // A manifest declares desired resources, whatever action its header names.
    action: 'provision',
  };
}

function judgedRule(manifest: Manifest, rule: PolicyRule, verdict: RuleVerdict): JudgedRule {
  const place = (resource: string, path: string): Pick<FoundViolation, 'resource' | 'path' | 'line'> => ({
    ...{ resource, path, line: manifest.lineOf(['Resources', resource, path].filter(Boolean).join('.')) },
  });
  const known = verdict.violations.map(({ resource, path, message }) => ({
    ...place(resource, path),
    message,
  }));
  const open = verdict.unknown.map(({ resource, path, message, unknowns }) => {
    const what = unknowns.map((one) => described(manifest, resource, one)).join(', ');
    return { ...place(resource, path), message: `${message} (not known from this file: ${what})` };
  });
  const suppressed = verdict.suppressed.map(({ resource, path, reason }) => ({
    ...place(resource, path),
    message: rule.message,
    ...(reason === undefined ? {} : { reason }),
  }));
  return { rule, verdict: verdict.verdict, violations: inOrder([...known, ...open]), suppressed };
}

/** Sorts by line, for reading the file from top to bottom. */
function inOrder(violations: FoundViolation[]): FoundViolation[] {
  return violations.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Describes an unknown value by its path and its expression: `Properties.BucketName is !Ref Name`. */
function described({ document }: Manifest, resource: string, path: string): string {
  const resources = isObject(document.Resources) ? document.Resources : {};
  const value = valueAt(resources[resource], path.split('.'));
  const [name, given] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (name === undefined || given === undefined) return path;
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text.length > longestShown ? `${path} is ${name}` : `${path} is ${name} ${text}`;
}

/** Maximum number of characters of a function's arguments to show. */
const longestShown = 80;

function valueAt(value: JsonValue | undefined, parts: readonly string[]): JsonValue | undefined {
  let at = value;
  for (const part of parts) {
    if (Array.isArray(at)) at = at[Number(part)];
    else if (isObject(at) && Object.hasOwn(at, part)) at = at[part];
    else return undefined;
  }
  return at;
}
