import type { Calendars } from '../../change/calendar.ts';
import { type WindowState, windowOf } from '../../change/windows.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import { changeChain, ledgerKeys } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import { changeEvent } from '../change-event.ts';

export interface FindWindowServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  /** The maintenance windows and freezes of an environment. */
  calendars(environment: string): Calendars;
}

export interface FoundWindow {
  /** `Never`: no window takes the plan, or nobody wants it any more. */
  window: 'Open' | 'Closed' | 'Never';
  /** Whole seconds until the window opens; 1 where nothing is waited for. */
  waitSeconds: number;
}

/** The longest a task may take ("Task workflow state", AWS Step Functions Developer Guide: TimeoutSeconds). */
const waitSecondsMax = 99_999_999;

/** Whether an approved change may run now, or how long until it may; told once for every opening it waits for. */
export async function findWindow(
  { ledger, documents, publisher, calendars }: FindWindowServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<FoundWindow> {
  const request = await ledger.request(requestId);
  if (request.cancelRequestedBy !== undefined) return { window: 'Never', waitSeconds: 1 };
  const change = await ledger.change(changeIdOf(requestId));
  const capsule = await documents.get<Capsule>(change.capsuleHash);
  if (capsule.planHash !== planHash)
    throw new Error(`The capsule of ${requestId} is not of plan ${planHash}.`);
  const state = windowOf(calendars(change.environment), capsule, now);
  if (state.open) return { window: 'Open', waitSeconds: 1 };
  if (state.opensAt === undefined) {
    // The reason of a refusal is the reason its request is rejected with.
    await ledger.updateRequest(requestId, { refusal: state.reason, updatedAt: now });
    await ledger.record(change.changeId, waitEntry('WindowNeverOpens', change, state, now));
    return { window: 'Never', waitSeconds: 1 };
  }
  // For whoever watches the request: the capsule says what was known when it was sealed.
  const { opensAt, reason: windowReason } = state;
  await ledger.updateRequest(requestId, { opensAt, windowReason, updatedAt: now });
  await tellOnce({ ledger, publisher }, change, capsule, state, now);
  const seconds = Math.ceil((Date.parse(state.opensAt) - Date.parse(now)) / 1000);
  return { window: 'Closed', waitSeconds: Math.min(Math.max(1, seconds), waitSecondsMax) };
}

type Closed = Extract<WindowState, { open: false }>;

/** Tells that a change waits, unless that was told of this opening already. A crash between may tell twice. */
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

function waitEntry(event: string, { capsuleHash }: ChangeRecord, { opensAt, reason }: Closed, at: string) {
  const key = [event, capsuleHash, ...(opensAt === undefined ? [] : [opensAt])].join('-');
  return { key, event, actor: 'baton', at, capsule: capsuleHash, reason, detail: { opensAt, reason } };
}
