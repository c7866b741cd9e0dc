import type { Approval } from '../../change/approvals.ts';
import { remindersDue, secondsToWait } from '../../change/approvals.ts';
import type { Documents } from '../../documents/documents.ts';
import type { ChangeEventName } from '../../events/catalog.ts';
import type { Publisher } from '../../events/publisher.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import type { Settings } from '../../model/settings.ts';
import { changeEvent } from '../change-event.ts';
import { readBallot } from './ballot.ts';

export interface CountDecisionsServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  settings: Pick<Settings, 'environments'>;
}

export interface Count {
  approval: Approval['status'] | 'Cancelled';
  /** Whole seconds until a reminder or the expiry. */
  waitSeconds: number;
  /** Only for the log line. */
  scope?: string;
}

const endings: Partial<Record<Approval['status'], ChangeEventName>> = {
  Approved: 'Change Approved',
  Rejected: 'Change Rejected',
  Withdrawn: 'Change Withdrawn',
  Expired: 'Change Expired',
};

/**
 * Counts the decisions on the capsule from the ledger alone, sends reminders, and ends a change that is decided or
 * expired.
 */
export async function countDecisions(
  services: CountDecisionsServices,
  { requestId, now }: { requestId: string; now: string },
): Promise<Count> {
  const { ledger } = services;
  const { scope, cancelRequestedBy } = await ledger.request(requestId);
  if (cancelRequestedBy !== undefined) return { approval: 'Cancelled', waitSeconds: 1, scope };
  const change = await ledger.change(changeIdOf(requestId));
  // A redriven execution doesn't reopen a closed change.
  if (change.status === 'Closed') return { approval: 'Cancelled', waitSeconds: 1, scope };
  const { capsule, approval } = await readBallot(services, change, now);
  if (approval.status === 'Waiting') {
    const reminded = await remind(services, change, capsule, now);
    return { approval: 'Waiting', waitSeconds: waitSecondsOf(services, reminded, now), scope };
  }
  await conclude(services, change, capsule, approval, now);
  return { approval: approval.status, waitSeconds: 1, scope };
}

function waitSecondsOf({ settings }: CountDecisionsServices, change: ChangeRecord, now: string): number {
  const hours = settings.environments[change.environment]?.governance.reminderHours ?? [];
  return secondsToWait(change.expiresAt ?? now, hours, now);
}

async function remind(
  { ledger, publisher, settings }: CountDecisionsServices,
  change: ChangeRecord,
  capsule: Capsule,
  now: string,
): Promise<ChangeRecord> {
  const hours = settings.environments[change.environment]?.governance.reminderHours ?? [];
  const due = remindersDue(change.expiresAt ?? now, hours, now);
  if (due <= change.reminders) return change;
  const reminded = { ...change, reminders: due };
  await publisher.publish(changeEvent('Change Approval Reminder', reminded, capsule, now));
  await ledger.record(change.changeId, {
    key: `ApprovalReminder-${change.capsuleHash}-${due}`,
    event: 'ApprovalReminder',
    actor: 'baton',
    at: now,
    capsule: change.capsuleHash,
    detail: { expiresAt: change.expiresAt },
  });
  await ledger.putChange(reminded);
  return reminded;
}

async function conclude(
  { ledger, publisher }: CountDecisionsServices,
  change: ChangeRecord,
  capsule: Capsule,
  { status, by, levels }: Approval,
  now: string,
): Promise<void> {
  const ended = status as Exclude<Approval['status'], 'Waiting'>;
  const why =
    ended === 'Approved'
      ? undefined
      : by === undefined
        ? `It was not approved by ${change.expiresAt}.`
        : `${ended} by ${by.speaker.voice}: ${by.reason}`;
  const concluded = { ...change, status: ended, ...(why === undefined ? {} : { reason: why }) };
  await ledger.record(change.changeId, {
    key: `Change${ended}-${change.capsuleHash}`,
    event: `Change${ended}` as const,
    actor: by?.speaker.voice ?? 'baton',
    at: now,
    capsule: change.capsuleHash,
    reason: why,
    detail: { levels },
  });
  await ledger.putChange(concluded);
  await ledger.updateRequest(change.requestId, {
    updatedAt: now,
    ...(ended === 'Approved' ? { status: 'Approved' as const } : { refusal: why }),
  });
  const name = endings[ended];
  if (name !== undefined)
    await publisher.publish(
      changeEvent(name, concluded, capsule, now, { speaker: by?.speaker, reason: why }),
    );
}
