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
  // Somebody agrees to an exception and to a loss of data, and somebody reviews an emergency, whatever the policies
  // forgot to ask for.
  const losesData = change.risk.dataLosses > 0;
  const somebody = emergency || change.risk.exceptions > 0 || (losesData && !unattended(governance, change));
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

/** Sent by the administrator of a local cloud alone: the bus takes it from nobody else. */
const administrator = 'source/baton.cli';

/**
 * Whether what holds data may be deleted with nobody asked: where the settings say why, and it is known who asks. Any
 * principal that may put events sends under a source.
 */
function unattended(
  { unattendedDeletion }: GovernanceRules,
  { requester: { voice } }: GovernedChange,
): boolean {
  return unattendedDeletion !== undefined && (!voice.startsWith('source/') || voice === administrator);
}

function nobodyToAsk({ unattendedDeletion }: GovernanceRules, { type, risk }: GovernedChange): string {
  if (type === 'emergency')
    return 'An emergency change is reviewed afterwards, but the environment has no level of approval';
  if (risk.exceptions > 0)
    return 'An exception needs an approval, but the environment has no level of approval';
  return unattendedDeletion === undefined
    ? 'It deletes a resource that holds data, which needs an approval, but the environment has no level of approval; retain the resource (DeletionPolicy: Retain), give the environment a level, or give a reason in its setting unattendedDeletion'
    : 'It deletes a resource that holds data, and an event on the bus does not prove who sent it; submit it through the front door';
}

/**
 * Whether it is known who asks. A sender on the bus is known by its source alone, which proves nobody, and a role
 * that people may assume is any of them: either may be one of those who approve.
 */
function isProven({ voice, shared }: Speaker): boolean {
  return !voice.startsWith('source/') && shared !== true;
}

/** One voice more than the levels ask for, of those who may give any of them: the requester counts as nobody. */
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

/** Levels that nobody can give, since the requester never counts: better said at once than when the time is over. */
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

/** One voice of any level: who agrees where policies ask for nobody in particular. */
function anyLevel({ levels }: GovernanceRules): RequiredApproval[] {
  const groups = [...new Set(Object.values(levels).flatMap((level) => level.groups))].sort();
  const eligible = [...new Set(Object.values(levels).flatMap((level) => level.eligible))].sort();
  if (eligible.length === 0) return [];
  return [{ level: 'anybody', quorum: 1, groups, eligible, because: [] }];
}
