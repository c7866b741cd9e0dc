import type { Calendars } from '../../change/calendar.ts';
import { type WindowState, windowOf } from '../../change/windows.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import { changeChain, ledgerKeys } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { ChangeEntry } from '../../model/audit-entries.ts';
import type { Capsule } from '../../model/change.ts';
import { changeEvent } from '../change-event.ts';

export interface FindWindowServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  /** Returns the maintenance windows and freezes of an environment. */
  calendars(environment: string): Calendars;
}

export interface FoundWindow {
  /** `Never`: no window is long enough, or the request was canceled. */
  window: 'Open' | 'Closed' | 'Never';
  /** Whole seconds until the window opens. 1 if there is nothing to wait for. */
  waitSeconds: number;
  /** Only for the log line. */
  scope?: string;
}

/** The maximum timeout of a task ("Task workflow state", AWS Step Functions Developer Guide: TimeoutSeconds). */
const waitSecondsMax = 99_999_999;

/** Tells whether an approved change may run now, or how long until it may. Announces every opening once. */
export async function findWindow(
  { ledger, documents, publisher, calendars }: FindWindowServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<FoundWindow> {
  const { scope, cancelRequestedBy } = await ledger.request(requestId);
  if (cancelRequestedBy !== undefined) return { window: 'Never', waitSeconds: 1, scope };
  const change = await ledger.change(changeIdOf(requestId));
  const capsule = await documents.get<Capsule>(change.capsuleHash);
  if (capsule.planHash !== planHash)
    throw new Error(`The capsule of ${requestId} is not of plan ${planHash}.`);
  const state = windowOf(calendars(change.environment), capsule, now);
  if (state.open) return { window: 'Open', waitSeconds: 1, scope };
  if (state.opensAt === undefined) {
    // The reason of the refusal becomes the reason of the rejection.
    await ledger.updateRequest(requestId, { refusal: state.reason, updatedAt: now });
    await ledger.record(change.changeId, waitEntry('WindowNeverOpens', change, state, now));
    return { window: 'Never', waitSeconds: 1, scope };
  }
  // For watching the request: the capsule contains only what was known when it was sealed.
  const { opensAt, reason: windowReason } = state;
  await ledger.updateRequest(requestId, { opensAt, windowReason, updatedAt: now });
  await tellOnce({ ledger, publisher }, change, capsule, state, now);
  const seconds = Math.ceil((Date.parse(state.opensAt) - Date.parse(now)) / 1000);
  return { window: 'Closed', waitSeconds: Math.min(Math.max(1, seconds), waitSecondsMax), scope };
}

type Closed = Extract<WindowState, { open: false }>;

/** Publishes that a change waits, unless that was done for this opening. After a crash it may be published twice. */
async function tellOnce(
  { ledger, publisher }: Pick<FindWindowServices, 'ledger' | 'publisher'>,
  change: ChangeRecord,
  capsule: Capsule,
  state: Closed,
  now: string,
): Promise<void> {
  const entry = waitEntry('ChangeScheduled', change, state, now);
  const marker = ledgerKeys.chainMarker(changeChain(change.changeId), entry.key);
  if ((await ledger.table.get(marker)) !== undefined) return;
  const { opensAt, reason } = state;
  await publisher.publish(changeEvent('Change Scheduled', change, capsule, now, { opensAt, reason }));
  await ledger.record(change.changeId, entry);
}

function waitEntry(
  event: 'WindowNeverOpens' | 'ChangeScheduled',
  { capsuleHash }: ChangeRecord,
  { opensAt, reason }: Closed,
  at: string,
): ChangeEntry {
  const key = [event, capsuleHash, ...(opensAt === undefined ? [] : [opensAt])].join('-');
  return { key, event, actor: 'baton', at, capsule: capsuleHash, reason, detail: { opensAt, reason } };
}
