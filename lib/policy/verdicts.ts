import { isObject, type JsonValue } from '../model/json.ts';
import type { PendingResidual, SuppressedViolation, Verdicts, Violation } from '../model/policy.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { Finding, Located } from './decide.ts';
import { sortedUnique } from './order.ts';
import { suppressionOf } from './suppressions.ts';
import type { Phase } from './types.ts';

interface Frame {
  phase: Phase;
  lookup: TypeLookup;
  bundleHash: string;
  judged: number;
  /** Whether suppressions in a resource's metadata remove violations or are only recorded. */
  honorSuppressions: boolean;
}

/** A longer value, as JSON, is left out of verdicts, because it doesn't help a reader. */
const longestValue = 256;

function valueAt(value: JsonValue, parts: string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const part of parts) {
    if (Array.isArray(at)) at = at[Number(part)];
    else if (isObject(at)) at = at[part];
    else return undefined;
  }
  return at;
}

/** Returns the path that the rule checks: below the evaluated entity, as far as the rule's focus leads. */
function pathOf({ finding, node, opaquePath }: Located): string {
  return opaquePath ?? [node.path, finding.rule.focus].filter(Boolean).join('.');
}

function isSensitive(located: Located, path: string, lookup: TypeLookup): boolean {
  const parts = path.split('.').slice(1);
  const sensitive = lookup(located.resource.type)?.sensitive ?? [];
  return sensitive.some((one) => {
    const wanted = one.split('.');
    const shorter = Math.min(wanted.length, parts.length);
    return wanted.slice(0, shorter).every((part, index) => part === '*' || part === parts[index]);
  });
}

function shownValue(located: Located, path: string, lookup: TypeLookup): JsonValue | undefined {
  if (isSensitive(located, path, lookup)) return undefined;
  const value = valueAt(located.resource.properties, path.split('.').slice(1));
  return value !== undefined && JSON.stringify(value).length <= longestValue ? value : undefined;
}

function messageOf(finding: Finding): string {
  const { message } = finding.rule;
  if (finding.kind === 'violated') return message;
  if (finding.kind === 'failed') return `${message} (could not be judged: ${finding.error})`;
  return `${message} (could not be judged: ${finding.unknowns.join(', ')} must be known at the provider call)`;
}

function violationOf(located: Located, lookup: TypeLookup): Violation {
  const { rule } = located.finding;
  const path = pathOf(located);
  const value = shownValue(located, path, lookup);
  return {
    rule: rule.id,
    severity: rule.severity,
    enforcement: rule.mode,
    resource: located.resource.logicalId,
    path,
    message: messageOf(located.finding),
    ...(rule.remedy === undefined ? {} : { remedy: rule.remedy }),
    ...(value === undefined ? {} : { value }),
  };
}

function pendingOf(located: Located, unknowns: string[]): PendingResidual {
  const { id, severity, mode, message } = located.finding.rule;
  const path = pathOf(located);
  return {
    rule: id,
    severity,
    enforcement: mode,
    message,
    resource: located.resource.logicalId,
    path,
    unknowns: sortedUnique(unknowns),
  };
}

/** Sorts verdicts by resource, path and rule, independently of Cedar's order, and removes duplicates. */
function sorted<T extends { resource: string; path: string; rule: string }>(list: T[]): T[] {
  const keyed = new Map(list.map((one) => [`${one.resource}\n${one.path}\n${one.rule}`, one]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Returns the decision that follows from the violations of enforced rules. */
export function decisionOn(violations: Violation[]): Verdicts['decision'] {
  return violations.some(({ enforcement }) => enforcement === 'enforce') ? 'deny' : 'allow';
}

/** Converts findings to verdicts. At the call nothing may be open, so an open finding is a violation there. */
export function report(located: Located[], frame: Frame): Verdicts {
  const violations: Violation[] = [];
  const pending: PendingResidual[] = [];
  const suppressed: SuppressedViolation[] = [];
  for (const one of located) {
    const { finding, resource } = one;
    const suppression = suppressionOf(finding.rule, resource);
    if (suppression)
      suppressed.push({
        ...{ rule: finding.rule.id, resource: resource.logicalId, path: pathOf(one) },
        ...suppression,
      });
    if (suppression && frame.honorSuppressions) continue;
    if (finding.kind === 'open' && frame.phase === 'admission')
      pending.push(pendingOf(one, finding.unknowns));
    else violations.push(violationOf(one, frame.lookup));
  }
  return {
    decision: decisionOn(violations),
    bundleHash: frame.bundleHash,
    violations: sorted(violations),
    pending: sorted(pending),
    waived: [],
    suppressed: sorted(suppressed),
    judged: frame.judged,
  };
}
