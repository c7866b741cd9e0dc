import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import { changeEvent } from '../change-event.ts';
import { eachOf } from '../each-of.ts';
import { readBallot } from '../govern/ballot.ts';
import { wake } from '../keep-token.ts';

export interface ReviewServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  tokens: TaskTokens;
}

/**
 * Checks every change that waits for people. Closes emergencies that were reviewed, and reports those without a timely
 * review. Wakes changes that are decided or canceled and still wait, because their wake-up was lost. Idempotent.
 *
 * @param input `changeId` limits it to one change
 * @returns the number of overdue reviews, for the alarm
 */
export async function reviewChanges(
  services: ReviewServices,
  { now, changeId }: { now: string; changeId?: string },
): Promise<{ overdue: number }> {
  const { ledger } = services;
  // The lists come from an index and may be late. The change itself is read with strong consistency.
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

/** The token only wakes the task, which counts the decisions from the ledger. */
async function wakeDecided(services: ReviewServices, change: ChangeRecord, now: string): Promise<void> {
  const { cancelRequestedBy } = await services.ledger.request(change.requestId);
  const decided = async () =>
    change.status === 'AwaitingApproval' &&
    // A change that expires wakes by itself.
    !['Waiting', 'Expired'].includes((await readBallot(services, change, now)).approval.status);
  if (cancelRequestedBy !== undefined) await wake(services, change.changeId, 'CancellationRequested');
  else if (await decided()) await wake(services, change.changeId, 'DecisionRecorded');
}

async function review(services: ReviewServices, change: ChangeRecord, now: string): Promise<ChangeRecord> {
  // The expiry of the approval doesn't apply, because a late review still counts.
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
