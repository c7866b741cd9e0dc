import { scalingFactsOf } from '../model/capacity/scaling-step.ts';
import type { Risk, ScalingTimes } from '../model/change.ts';
import type { JsonValue } from '../model/json.ts';
import { decideApprovals } from './decide-approvals.ts';
import type { GovernanceRules, GovernedChange } from './governance.ts';

/** A capacity that scaling could change, and how often its scope and service scaled today, with this change. */
export interface ScalingCase extends ScalingTimes {
  environment: string;
  service: string;
  owner: string;
  scope: string;
  type: string;
  property: string;
  /** What the manifest declares under `scaling`. */
  declared: JsonValue;
}

/**
 * Tells how governance takes a change of nothing but this capacity: `standard` needs no approval, `normal` waits for one,
 * and `refused` is a change that no one could approve. The request itself is evaluated again with its plan.
 *
 * @throws GovernanceNotUsable
 */
export function scalingTakenAs(
  rules: GovernanceRules,
  { environment, service, owner, scope, type, property, declared, ...times }: ScalingCase,
  from: number,
  to: number,
): 'standard' | 'normal' | 'refused' {
  const facts = scalingFactsOf([
    {
      ...{ operation: 'update', type, baton: { scaling: declared } },
      changes: [{ path: property, replacement: 'no', before: from, after: to }],
    },
  ]);
  const change: GovernedChange = {
    ...{ changeId: 'CHG-of-scaling', type: 'normal', header: { environment, service, owner } },
    ...{ actions: ['scale'], scope, requester: { voice: 'source/baton.scaling', arn: 'baton.scaling' } },
    ...{ risk: calm, resourceTypes: [type], vehicles: [], overlaps: 0 },
    ...{ predicted: { doSeconds: 0, undoSeconds: 0 }, waitsSeconds: 0, frozen: false, dayPoints: 0 },
    scaling: { ...facts, ...times, withinBounds: facts.withinBounds && times.beyond === undefined },
  };
  const { approvals, refusals } = decideApprovals(rules, change);
  if (refusals.length > 0) return 'refused';
  return approvals.length === 0 ? 'standard' : 'normal';
}

/** The risk of a step that scales within its bounds, and touches nothing else. */
const calm: Risk = {
  ...{ level: 'low', creates: 0, updates: 1, replaces: 0, deletes: 0, blastRadius: 0 },
  ...{ irreversibleSteps: 0, dataLosses: 0, novelTypes: [], policyWarnings: 0, pendingResiduals: 0 },
  ...{ exceptions: 0, exposed: [], rehearsal: 'passed' },
};
