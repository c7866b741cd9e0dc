import type { Documents } from '../documents/documents.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import type { Verdicts, Violation } from '../model/policy.ts';
import type { DesiredState } from '../model/request.ts';
import type { Settings } from '../model/settings.ts';
import type { PolicyEngine } from '../policy/index.ts';

export interface EvaluatePolicyServices {
  ledger: Ledger;
  documents: Documents;
  settings: Settings;
  /** The engine with the packs of an environment. */
  engine(environment: string): PolicyEngine;
}

/**
 * Judges everything the request wants, before anything is approved. Values not known yet are unknown: what
 * waits for them is pending, shown to the approver and judged again at the provider call.
 */
export async function evaluatePolicy(
  { ledger, documents, settings, engine }: EvaluatePolicyServices,
  { requestId, now }: { requestId: string; now: string },
): Promise<{ decision: Verdicts['decision'] }> {
  const request = await ledger.request(requestId);
  const desired = await documents.get<DesiredState>(request.desiredHash ?? '');
  const judged = engine(desired.header.environment).judge(desired.header, desired.resources, 'admission');
  const refused = forbiddenTypes(desired, settings);
  const verdicts: Verdicts = {
    ...judged,
    decision: refused.length > 0 ? 'deny' : judged.decision,
    violations: [...refused, ...judged.violations],
  };
  const { decision } = verdicts;
  const verdictsHash = await documents.put(verdicts);
  await ledger.updateRequest(requestId, { verdictsHash, decision, updatedAt: now });
  await ledger.record(changeIdOf(requestId), {
    key: `PolicyEvaluated-${verdictsHash}`,
    event: 'PolicyEvaluated',
    actor: 'baton',
    at: now,
    detail: {
      decision,
      verdictsHash,
      bundleHash: verdicts.bundleHash,
      violations: verdicts.violations.length,
      pending: verdicts.pending.length,
    },
  });
  return { decision };
}

/** Resource types the environment does not allow to be provisioned. */
export function forbiddenTypes({ header, resources }: DesiredState, settings: Settings): Violation[] {
  const allowed = settings.environments[header.environment]?.resourceTypes ?? [];
  return resources
    .filter(({ type }) => !allowed.some((pattern) => matches(pattern, type)))
    .map(({ logicalId, type }) => ({
      rule: 'RESOURCE_TYPE_ALLOWED',
      severity: 'high',
      enforcement: 'enforce',
      resource: logicalId,
      path: 'Type',
      message: `${type} may not be provisioned in ${header.environment}.`,
      remedy: `Use one of ${allowed.join(', ')}, or have the type allowed in the settings of the environment.`,
    }));
}

/** Whether a type fits a pattern in which `*` stands for any text. */
export function matches(pattern: string, type: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(type);
}
