import type { AuditEntry } from '../../ledger/audit-chain.ts';
import type { Verdicts, Violation } from '../../model/policy.ts';
import { waiversUsed } from '../../policy/index.ts';

/** Rules, waivers and resources an entry names: the verdicts document, whose hash it holds, names them all. */
const named = 200;
const resourcesNamed = 20;

/**
 * What an evaluation leaves on the change's audit chain: the verdicts with the rules that stopped or, on `warn`,
 * would have stopped the request, and every waiver it made use of.
 */
export function evidenceOf(verdicts: Verdicts, verdictsHash: string, now: string): AuditEntry[] {
  const { decision, bundleHash, violations, pending, waived, suppressed } = verdicts;
  const enforced = violations.filter(({ enforcement }) => enforcement === 'enforce');
  const warned = violations.filter(({ enforcement }) => enforcement === 'warn');
  const evaluated = {
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

/** Ids of the rules broken, each once, sorted. */
export function rulesOf(violations: readonly Pick<Violation, 'rule'>[]): string[] {
  return [...new Set(violations.map(({ rule }) => rule))].sort().slice(0, named);
}
