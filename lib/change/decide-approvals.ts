import type { RequiredApproval } from '../model/change.ts';
import {
  type GovernanceRules,
  type GovernedChange,
  type Objection,
  objections,
  requiredApprovals,
} from './governance.ts';

/**
 * What the governance of the environment says of a change: which approvals it needs, by whom, and what forbids to ask
 * for it at all. Pure; an audit computes the same from the documents of a capsule.
 * @throws GovernanceNotUsable
 */
export function decideApprovals(
  governance: GovernanceRules,
  change: GovernedChange,
): { approvals: RequiredApproval[]; refusals: Objection[] } {
  const { voice } = change.requester;
  const refusals = objections(governance, 'request', voice, change);
  const emergency = change.type === 'emergency';
  if (emergency) refusals.push(...objections(governance, 'break-glass', voice, change));
  const asked = requiredApprovals(governance, change);
  // Somebody agrees to an exception, and somebody reviews an emergency, whatever the policies forgot to ask for.
  const somebody = emergency || change.risk.exceptions > 0;
  const wanted = asked.length === 0 && somebody ? anyLevel(governance) : asked;
  const approvals = wanted.map((one) => ({
    ...one,
    eligible: one.eligible.filter(
      (eligible) => objections(governance, 'approve', eligible, change).length === 0,
    ),
  }));
  if (somebody && approvals.length === 0)
    refusals.push({
      id: 'NOBODY_TO_ASK',
      message: emergency
        ? 'An emergency change is reviewed afterwards, but the environment has no level of approval'
        : 'An exception needs somebody to agree to it, but the environment has no level of approval',
    });
  refusals.push(...outOfReach(approvals, voice));
  return { approvals, refusals };
}

/** Levels that nobody can give, since the requester never counts: better said at once than when the time is over. */
function outOfReach(approvals: readonly RequiredApproval[], requester: string): Objection[] {
  return approvals.flatMap(({ level, quorum, eligible }) => {
    const others = eligible.filter((voice) => voice !== requester).length;
    if (others >= quorum) return [];
    const message = `The level ${level} takes ${quorum} approvals, but only ${others} besides the requester may give it`;
    return { id: 'QUORUM_OUT_OF_REACH', message };
  });
}

/** One voice of any level: who agrees where policies ask for nobody in particular. */
function anyLevel({ levels }: GovernanceRules): RequiredApproval[] {
  const groups = [...new Set(Object.values(levels).flatMap((level) => level.groups))].sort();
  const eligible = [...new Set(Object.values(levels).flatMap((level) => level.eligible))].sort();
  if (eligible.length === 0) return [];
  return [{ level: 'anybody', quorum: 1, groups, eligible, because: [] }];
}
