import type { Capsule, ChangeStatus, DecisionKind, Speaker } from '../model/change.ts';

/** Why a decision is refused. `status` is an HTTP status code. */
export interface Refusal {
  status: 400 | 403 | 404 | 409;
  code: string;
  message: string;
}

/** The parts of a change that a decision depends on. */
export interface DecidedChange {
  changeId: string;
  status: ChangeStatus;
  capsuleHash: string;
  /** ISO 8601 instant. */
  expiresAt?: string;
}

/** The decisions that each status of a change allows. */
const openTo: Record<ChangeStatus, readonly DecisionKind[]> = {
  AwaitingApproval: ['approve', 'reject', 'withdraw'],
  // An emergency change has already run. The review confirms or rejects it afterwards.
  ReviewDue: ['approve', 'reject'],
  ReviewOverdue: ['approve', 'reject'],
  Approved: [],
  Rejected: [],
  Withdrawn: [],
  Expired: [],
  Refused: [],
  Closed: [],
};

const words: Record<ChangeStatus, string> = {
  AwaitingApproval: 'awaits approval',
  ReviewDue: 'has run and awaits its review',
  ReviewOverdue: 'has run, and its review is overdue',
  Approved: 'is approved already',
  Rejected: 'was rejected',
  Withdrawn: 'was withdrawn',
  Expired: 'has expired',
  Refused: 'was refused by policy',
  Closed: 'is closed',
};

/**
 * Returns why a voice may not make this decision now, or undefined if it may. Pure. This only explains the refusal: the
 * ledger applies the same rules again when it counts decisions (`countDecisions`), so security doesn't depend on this
 * function.
 */
export function mayDecide(
  capsule: Pick<Capsule, 'approvals' | 'requester'>,
  change: DecidedChange,
  speaker: Speaker,
  kind: DecisionKind,
  now: string,
): Refusal | undefined {
  const { changeId, status, expiresAt } = change;
  if (!openTo[status].includes(kind))
    return refuse(
      409,
      'NothingToDecide',
      `Change ${changeId} ${words[status]}: there is nothing to ${kind}.`,
    );
  if (status === 'AwaitingApproval' && expiresAt !== undefined && now >= expiresAt)
    return refuse(409, 'ChangeExpired', `Change ${changeId} expired at ${expiresAt}.`);
  if (speaker.shared === true && kind !== 'withdraw')
    return refuse(
      403,
      'SharedRole',
      `${speaker.voice} is a role that people may assume, so the caller may be anyone: decide as yourself, or let its trust policy name only services and roles of machines.`,
    );
  const requesting = speaker.voice === capsule.requester.voice;
  if (kind === 'withdraw')
    return requesting
      ? undefined
      : refuse(403, 'NotTheRequester', `Only ${capsule.requester.voice}, who asked for it, can withdraw it.`);
  if (requesting)
    return refuse(
      403,
      'OwnChange',
      `${speaker.voice} asked for this change: someone else has to ${kind} it.`,
    );
  if (!capsule.approvals.some(({ eligible }) => eligible.includes(speaker.voice)))
    return refuse(403, 'NotEligible', `${speaker.voice} is in no group that may decide: ${wanted(capsule)}.`);
  return undefined;
}

function wanted({ approvals }: Pick<Capsule, 'approvals'>): string {
  const levels = approvals.map(({ level, groups }) => `${level} is given by ${groups.join(', ')}`);
  return levels.length === 0 ? 'no approval is asked for' : levels.join('; ');
}

function refuse(status: Refusal['status'], code: string, message: string): Refusal {
  return { status, code, message };
}
