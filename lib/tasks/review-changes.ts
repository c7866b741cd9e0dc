import type { Documents } from '../documents/documents.ts';
import type { Publisher } from '../events/publisher.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChangeRecord } from '../ledger/records.ts';
import type { Capsule } from '../model/change.ts';
import { readBallot } from './ballot.ts';
import { changeEvent } from './change-event.ts';

export interface ReviewServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
}

/**
 * Looks at every emergency change that ran and waits for its review: closes what has been reviewed, tells of what
 * nobody reviewed in time. Again without harm.
 * @returns how many are overdue: what the alarm counts
 */
export async function reviewChanges(
  services: ReviewServices,
  { now }: { now: string },
): Promise<{ overdue: number }> {
  let overdue = 0;
  for (const { changeId } of await services.ledger.changes('CHANGE-REVIEW')) {
    // The list is an index and may be late; the change itself is not.
    const change = await services.ledger.change(changeId);
    if (change.status !== 'ReviewDue' && change.status !== 'ReviewOverdue') continue;
    const after = await review(services, change, now);
    if (after.status === 'ReviewOverdue') overdue += 1;
  }
  return { overdue };
}

async function review(services: ReviewServices, change: ChangeRecord, now: string): Promise<ChangeRecord> {
  // The approval's own expiry is none: a review that comes late still is one.
  const { capsule, approval } = await readBallot(services, { ...change, expiresAt: undefined }, now);
  const voice = approval.by?.speaker.voice ?? approval.levels.flatMap(({ given }) => given).join(', ');
  if (approval.status === 'Approved' || approval.status === 'Rejected') {
    const reason =
      approval.by === undefined ? `Reviewed by ${voice}.` : `Objected to by ${voice}: ${approval.by.reason}`;
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
