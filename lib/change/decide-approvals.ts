import type { RequiredApproval, Speaker } from '../model/change.ts';
import { assign } from './approvals.ts';
import {
  type GovernanceRules,
  type GovernedChange,
  type Objection,
  objections,
  requiredApprovals,
} from './governance.ts';

/**
 * Evaluates the governance of the environment for a change: the approvals it needs, from whom, and the reasons to
 * refuse the request. Pure; an audit computes the same result from the documents of a capsule.
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
  // An exception, a data loss and a capacity beyond its policy always need an approval, and an emergency always needs a
  // review, even if the policies don't require one.
  const losesData = change.risk.dataLosses > 0;
  const somebody =
    emergency ||
    change.risk.exceptions > 0 ||
    change.scaling.beyond === true ||
    (losesData && !unattended(governance, change));
  const wanted = asked.length === 0 && somebody ? anyLevel(governance) : asked;
  const asLevels = wanted.map((one) => ({
    ...one,
    eligible: one.eligible.filter(
      (eligible) => objections(governance, 'approve', eligible, change).length === 0,
    ),
  }));
  const approvals = isProven(change.requester) ? asLevels : [...asLevels, ...anotherVoice(asLevels)];
  if (somebody && approvals.length === 0)
    refusals.push({ id: 'NOBODY_TO_ASK', message: nobodyToAsk(governance, change) });
  refusals.push(...outOfReach(approvals, change.requester));
  return { approvals, refusals };
}

/** The sender that only the administrator of a local cloud can use. The bus accepts it from no other caller. */
const administrator = 'source/baton.cli';

/**
 * Tells whether a resource that holds data may be deleted without approval: if the settings give a reason, and the
 * requester is proven. A source on the bus proves nothing, because any principal with `events:PutEvents` can use it.
 */
function unattended(
  { unattendedDeletion }: GovernanceRules,
  { requester: { voice } }: GovernedChange,
): boolean {
  return unattendedDeletion !== undefined && (!voice.startsWith('source/') || voice === administrator);
}

function nobodyToAsk(
  { unattendedDeletion }: GovernanceRules,
  { type, risk, scaling }: GovernedChange,
): string {
  if (type === 'emergency')
    return 'An emergency change is reviewed afterwards, but the environment has no level of approval';
  if (risk.exceptions > 0)
    return 'An exception needs an approval, but the environment has no level of approval';
  if (scaling.beyond === true)
    return 'A capacity beyond its policy needs an approval, but the environment has no level of approval; submit a manifest with other bounds';
  return unattendedDeletion === undefined
    ? 'It deletes a resource that holds data, which needs an approval, but the environment has no level of approval; retain the resource (DeletionPolicy: Retain), give the environment a level, or give a reason in its setting unattendedDeletion'
    : 'It deletes a resource that holds data, and an event on the bus does not prove who sent it; submit it through the front door';
}

/** Scaling. Admit accepts its request only with the decision for it in the trail, so no person is behind it. */
const scalingVoice = 'source/baton.scaling';

/**
 * Tells whether the identity of the requester is proven. A sender on the bus is known only by its source, and a role
 * that people may assume can be any of them. Either could be one of the approvers.
 */
function isProven({ voice, shared }: Speaker): boolean {
  if (voice === scalingVoice) return true;
  return !voice.startsWith('source/') && shared !== true;
}

/**
 * Requires one more voice than the levels do, from anyone who may approve one of them. The requester might be one of
 * the approvers.
 */
function anotherVoice(approvals: readonly RequiredApproval[]): RequiredApproval[] {
  if (approvals.length === 0) return [];
  const all = (list: (one: RequiredApproval) => string[]) => [...new Set(approvals.flatMap(list))].sort();
  const message =
    'It is not proven who asks: a sender on the bus, or a role that people may assume, is nobody';
  return [
    {
      level: 'another-voice',
      quorum: 1,
      groups: all(({ groups }) => groups),
      eligible: all(({ eligible }) => eligible),
      because: [{ rule: 'UNPROVEN_REQUESTER', message }],
    },
  ];
}

/**
 * Returns the levels that can't reach their quorum because the requester never counts. Reporting this now saves waiting
 * until the expiry.
 */
function outOfReach(approvals: readonly RequiredApproval[], requester: Speaker): Objection[] {
  const id = 'QUORUM_OUT_OF_REACH';
  const short = approvals.flatMap(({ level, quorum, eligible }) => {
    const others = eligible.filter((voice) => voice !== requester.voice).length;
    if (others >= quorum) return [];
    const message = `The level ${level} takes ${quorum} approvals, but only ${others} besides the requester may give it`;
    return [{ id, message }];
  });
  if (short.length > 0 || isProven(requester)) return short;
  const everybody = [...new Set(approvals.flatMap(({ eligible }) => eligible))];
  const reached = assign(approvals, everybody).every(({ quorum, given }) => given.length >= quorum);
  const message =
    'It is not proven who asks, so that one approval more is needed than there are people to give; submit it through the front door';
  return reached ? [] : [{ id, message }];
}

/** Requires one voice from any level, for when policies require an approval but name no level. */
function anyLevel({ levels }: GovernanceRules): RequiredApproval[] {
  const groups = [...new Set(Object.values(levels).flatMap((level) => level.groups))].sort();
  const eligible = [...new Set(Object.values(levels).flatMap((level) => level.eligible))].sort();
  if (eligible.length === 0) return [];
  return [{ level: 'anybody', quorum: 1, groups, eligible, because: [] }];
}
