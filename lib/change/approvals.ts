import type { Capsule, Decision, RequiredApproval } from '../model/change.ts';

/** The state of one required approval level. */
export interface LevelCount {
  level: string;
  quorum: number;
  /** Voices that count toward this level, sorted. */
  given: string[];
}

export type Approval = {
  status: 'Approved' | 'Rejected' | 'Withdrawn' | 'Expired' | 'Waiting';
  levels: LevelCount[];
  /** The decision that rejected or withdrew the change. */
  by?: Decision;
};

export interface Ballot {
  capsule: Pick<Capsule, 'approvals' | 'requester'>;
  capsuleHash: string;
  decisions: readonly Decision[];
  /** ISO 8601 instants. */
  now: string;
  expiresAt?: string;
}

/**
 * Counts the decisions on a capsule. Pure.
 *
 * Some decisions have no effect, no matter who recorded them: decisions on another capsule, decisions at or after the
 * expiry, decisions by ineligible voices, and decisions by the requester.
 *
 * Each voice counts once and toward one level only, so two levels need two different people. A single rejection by an
 * eligible voice rejects the change. Silence, elapsed time and errors never approve. A capsule that requires no
 * approval is approved.
 */
export function countDecisions({ capsule, capsuleHash, decisions, now, expiresAt }: Ballot): Approval {
  const inTime = decisions.filter(
    (one) => one.capsuleHash === capsuleHash && (expiresAt === undefined || one.at < expiresAt),
  );
  const eligible = new Set(capsule.approvals.flatMap((one) => one.eligible));
  const requester = capsule.requester.voice;
  const counting = inTime.filter(({ speaker: { voice } }) => eligible.has(voice) && voice !== requester);
  const withdrawal = inTime.find(({ kind, speaker }) => kind === 'withdraw' && speaker.voice === requester);
  const rejection = counting.find(({ kind }) => kind === 'reject');
  const approving = counting.filter(({ kind }) => kind === 'approve').map(({ speaker }) => speaker.voice);
  const levels = assign(capsule.approvals, [...new Set(approving)].sort());
  if (withdrawal) return { status: 'Withdrawn', levels, by: withdrawal };
  if (rejection) return { status: 'Rejected', levels, by: rejection };
  if (levels.every(({ given, quorum }) => given.length >= quorum)) return { status: 'Approved', levels };
  const expired = expiresAt !== undefined && now >= expiresAt;
  return { status: expired ? 'Expired' : 'Waiting', levels };
}

/** The state of one required level, and the voices that can still approve it. */
export interface LevelStanding extends LevelCount {
  /** Voices whose approval would count, sorted. Empty if the level has reached its quorum. */
  open: string[];
}

export interface Standing {
  status: Approval['status'];
  levels: LevelStanding[];
}

/**
 * Returns the state of the approvals for display. A voice that fits several levels is shown at the level that leaves
 * the other levels to the remaining approvers.
 */
export function standingOf(ballot: Ballot): Standing {
  const { status, levels } = countDecisions(ballot);
  const { approvals, requester } = ballot.capsule;
  const given = levels.flatMap((level) => level.given).sort();
  const decided = ballot.decisions.flatMap(({ capsuleHash, speaker }) =>
    capsuleHash === ballot.capsuleHash ? [speaker.voice] : [],
  );
  const eligible = [...new Set(approvals.flatMap((one) => one.eligible))].sort();
  const left = eligible.filter((voice) => voice !== requester.voice && !decided.includes(voice));
  const seats = (voices: readonly string[]) =>
    assign(approvals, voices).reduce((count, one) => count + one.given.length, 0);
  const helping = left.filter((voice) => seats([...given, voice]) > given.length);
  const best = assign(approvals, [...given, ...helping]);
  const short = (at: number) =>
    (best[at]?.given.filter((one) => given.includes(one)).length ?? 0) < (approvals[at]?.quorum ?? 0);
  const fitsNone = helping.filter(
    (voice) => !approvals.some((one, at) => short(at) && one.eligible.includes(voice)),
  );
  return {
    status,
    levels: best.map((level, at) => ({
      ...level,
      given: level.given.filter((one) => given.includes(one)),
      // An approver from another level can free a seat there for a voice that fits this level too.
      open: short(at)
        ? helping.filter((one) => approvals[at]?.eligible.includes(one) || fitsNone.includes(one))
        : [],
    })),
  };
}

/**
 * Assigns each voice to one level so that the largest possible number of seats is filled. Uses augmenting paths (H. W.
 * Kuhn, "The Hungarian method for the assignment problem", 1955, in its unweighted form), because there are few seats.
 */
export function assign(approvals: readonly RequiredApproval[], voices: readonly string[]): LevelCount[] {
  const seats = approvals.flatMap((one, level) => Array.from({ length: one.quorum }, () => level));
  const taken = new Array<string | undefined>(seats.length).fill(undefined);
  const seat = (voice: string, tried: Set<number>): boolean => {
    for (const [at, level] of seats.entries()) {
      if (tried.has(at) || !approvals[level]?.eligible.includes(voice)) continue;
      tried.add(at);
      const sitting = taken[at];
      if (sitting !== undefined && !seat(sitting, tried)) continue;
      taken[at] = voice;
      return true;
    }
    return false;
  };
  for (const voice of voices) seat(voice, new Set());
  return approvals.map(({ level, quorum }, index) => ({
    level,
    quorum,
    given: taken.filter((voice, at): voice is string => voice !== undefined && seats[at] === index).sort(),
  }));
}

/**
 * Returns how many reminders are due by now. Eligible approvers are reminded the given numbers of hours before the
 * expiry.
 */
export function remindersDue(expiresAt: string, reminderHours: readonly number[], now: string): number {
  return reminderTimes(expiresAt, reminderHours).filter((at) => at <= Date.parse(now)).length;
}

/** Returns whole seconds until the next reminder or the expiry, at least 1. */
export function secondsToWait(expiresAt: string, reminderHours: readonly number[], now: string): number {
  const nowMillis = Date.parse(now);
  const due = [...reminderTimes(expiresAt, reminderHours), Date.parse(expiresAt)];
  const next = Math.min(...due.filter((at) => at > nowMillis), Number.MAX_SAFE_INTEGER);
  return next === Number.MAX_SAFE_INTEGER ? 1 : Math.max(1, Math.ceil((next - nowMillis) / 1000));
}

function reminderTimes(expiresAt: string, reminderHours: readonly number[]): number[] {
  return reminderHours.map((hours) => Date.parse(expiresAt) - hours * 3_600_000);
}
