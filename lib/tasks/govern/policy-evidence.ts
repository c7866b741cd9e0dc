import type { EntryOf } from '../../model/audit-entries.ts';
import type { Verdicts, Violation } from '../../model/policy.ts';
import { waiversUsed } from '../../policy/index.ts';

/**
 * Number of rules, waivers and resources to name in an entry. The verdicts document, whose hash it contains, names all.
 */
const named = 200;
const resourcesNamed = 20;

/**
 * Returns the entries of an evaluation for the change's audit chain: the verdicts with the rules that stopped the
 * request, or on `warn` would have, and every waiver it used.
 */
export function evidenceOf(
  verdicts: Verdicts,
  verdictsHash: string,
  now: string,
): EntryOf<'PolicyEvaluated' | 'WaiversUsed'>[] {
  const { decision, bundleHash, violations, pending, waived, suppressed } = verdicts;
  const enforced = violations.filter(({ enforcement }) => enforcement === 'enforce');
  const warned = violations.filter(({ enforcement }) => enforcement === 'warn');
  const evaluated: EntryOf<'PolicyEvaluated'> = {
    key: `PolicyEvaluated-${verdictsHash}`,
    event: 'PolicyEvaluated',
    actor: 'baton',
    at: now,
    detail: {
      ...{ decision, verdictsHash, bundleHash },
      rules: verdicts.rules?.length,
      violations: violations.length,
      enforced: enforced.length,
      enforcedRules: rulesOf(enforced),
      /** Shadow mode: what rules on `warn` would have stopped. */
      warned: warned.length,
      warnedRules: rulesOf(warned),
      pending: pending.length,
      waived: waived.length,
      suppressed: suppressed.length,
    },
  };
  const used = waiversUsed(verdicts);
  if (used.length === 0) return [evaluated];
  const waivers = used.slice(0, named).map(({ waiver, resources }) => ({
    ...waiver,
    count: resources.length,
    resources: resources.slice(0, resourcesNamed),
  }));
  const detail = { verdictsHash, count: used.length, waivers };
  return [
    evaluated,
    { key: `WaiversUsed-${verdictsHash}`, event: 'WaiversUsed', actor: 'baton', at: now, detail },
  ];
}

/** Returns the ids of the violated rules, sorted and unique. */
export function rulesOf(violations: readonly Pick<Violation, 'rule'>[]): string[] {
  return [...new Set(violations.map(({ rule }) => rule))].sort().slice(0, named);
}
