import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import { changeEvent } from '../change-event.ts';
import { readBallot } from '../govern/ballot.ts';
import { wake } from '../keep-token.ts';
import { eachOf } from '../pump/outcomes.ts';

export interface ReviewServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  tokens: TaskTokens;
}

/**
 * Looks at every change that waits for people. Of emergencies that ran it closes what has been reviewed and tells of
 * what nobody reviewed in time. What was decided, or is not wanted any more, and waits all the same has lost its
 * wake-up, and is woken. Again without harm.
 *
 * @param input `changeId`: look at this one alone
 * @returns how many reviews are overdue: what the alarm counts
 */
export async function reviewChanges(
  services: ReviewServices,
  { now, changeId }: { now: string; changeId?: string },
): Promise<{ overdue: number }> {
  const { ledger } = services;
  // The lists are an index and may be late; the change itself is not.
  const listed = async () => [
    ...(await ledger.changes('CHANGE-REVIEW')),
    ...(await ledger.changes('CHANGE-OPEN')),
  ];
  const changeIds = changeId === undefined ? (await listed()).map((one) => one.changeId) : [changeId];
  let overdue = 0;
  await eachOf(changeIds, async (id) => {
    const change = await ledger.change(id);
    const { status } = change;
    if (status === 'AwaitingApproval' || status === 'Approved') await wakeDecided(services, change, now);
    if (status !== 'ReviewDue' && status !== 'ReviewOverdue') return;
    const after = await review(services, change, now);
    if (after.status === 'ReviewOverdue') overdue += 1;
  });
  return { overdue };
}

/** The token wakes; what is decided is counted from the ledger by whoever wakes up. */
async function wakeDecided(services: ReviewServices, change: ChangeRecord, now: string): Promise<void> {
  const { cancelRequestedBy } = await services.ledger.request(change.requestId);
  const decided = async () =>
    change.status === 'AwaitingApproval' &&
    // What expires wakes up by itself.
    !['Waiting', 'Expired'].includes((await readBallot(services, change, now)).approval.status);
  if (cancelRequestedBy !== undefined) await wake(services, change.changeId, 'CancellationRequested');
  else if (await decided()) await wake(services, change.changeId, 'DecisionRecorded');
}

async function review(services: ReviewServices, change: ChangeRecord, now: string): Promise<ChangeRecord> {
  // The approval's own expiry is none: a review that comes late still is one.
  const { capsule, approval } = await readBallot(services, { ...change, expiresAt: undefined }, now);
  const voice = approval.by?.speaker.voice ?? approval.levels.flatMap(({ given }) => given).join(', ');
  if (approval.status === 'Approved' || approval.status === 'Rejected') {
    const reason =
      approval.by === undefined
        ? `Reviewed by ${voice}.`
        : `Rejected in review by ${voice}: ${approval.by.reason}`;
    const closed = { ...change, status: 'Closed' as const, closedAt: now, reason };
    return settle(services, closed, capsule, { event: 'ChangeReviewed', actor: voice, now });
  }
  if (change.status === 'ReviewOverdue' || now < (change.reviewBy ?? now)) return change;
  const late = { ...change, status: 'ReviewOverdue' as const };
  return settle(services, late, capsule, { event: 'ChangeReviewOverdue', actor: 'baton', now });
}

async function settle(
  { ledger, publisher }: ReviewServices,
  change: ChangeRecord,
  capsule: Capsule,
  { event, actor, now }: { event: 'ChangeReviewed' | 'ChangeReviewOverdue'; actor: string; now: string },
): Promise<ChangeRecord> {
  await ledger.record(change.changeId, {
    key: `${event}-${change.capsuleHash}`,
    event,
    actor,
    at: now,
    capsule: change.capsuleHash,
    reason: change.reason,
    detail: { reviewBy: change.reviewBy },
  });
  await ledger.putChange(change);
  const detailType = event === 'ChangeReviewed' ? 'Change Reviewed' : 'Change Review Overdue';
  await publisher.publish(changeEvent(detailType, change, capsule, now));
  return change;
}
