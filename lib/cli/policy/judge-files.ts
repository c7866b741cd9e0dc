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

/** One way a file breaks a rule. */
export interface FoundViolation {
  /** Logical id. */
  resource: string;
  /** Path inside the resource; empty where the rule speaks of it as a whole. */
  path: string;
  /** What must be, and what of it can't be known from the file alone. */
  message: string;
  /** Line in the file, counted from 1. */
  line?: number;
}

/** What the file's own metadata exempts from a rule. */
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

/** How documents are judged. */
export interface JudgeOptions {
  lookup: TypeLookup;
  /** For rules that ask for it, where a document does not name its own. */
  environment?: string;
  /** Whether a rule is excused by an alternative of it that holds: when the rules are to be met together. */
  together: boolean;
}

/** Judges documents as they stand by the rules chosen; suppressions in their metadata count. */
export function judgeFiles(
  templates: readonly Manifest[],
  { bundle, ids }: ChosenRules,
  { lookup, environment, together }: JudgeOptions,
): JudgedFile[] {
  // A rule of several policies is described by its first.
  const byId = new Map(bundle.policies.toReversed().map((rule) => [rule.id, rule]));
  const engine = createEngine(restrictBundle(bundle, new Set(ids)), lookup, {
    honourSuppressions: true,
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

/** Who asks for what, as far as the document says. */
function requestOf({ document }: Manifest, environment = 'unknown'): JudgeRequest {
  const text = (value: JsonValue | undefined, otherwise: string): string =>
    typeof value === 'string' ? value : otherwise;
  return {
    environment: text(document.environment, environment),
    service: text(document.service, 'unknown'),
    owner: text(document.owner, 'unknown'),
    // A manifest says what is wanted, whatever action its header names.
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

/** By line, so that a reader goes through the file once. */
function inOrder(violations: FoundViolation[]): FoundViolation[] {
  return violations.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** An unknown value by its path, and what stands there in its stead: `Properties.BucketName is !Ref Name`. */
function described({ document }: Manifest, resource: string, path: string): string {
  const resources = isObject(document.Resources) ? document.Resources : {};
  const value = valueAt(resources[resource], path.split('.'));
  const [name, given] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (name === undefined || given === undefined) return path;
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text.length > longestShown ? `${path} is ${name}` : `${path} is ${name} ${text}`;
}

/** Of the arguments of a function, as many characters as still help a reader. */
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
