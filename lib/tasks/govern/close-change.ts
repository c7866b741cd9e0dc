import { DocumentMissing, type Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { changeIdOf, type Ledger, requireAtRest } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import type { ChangeRecord, RequestRecord, RunRecord } from '../../ledger/records.ts';
import type { ChangeEntry } from '../../model/audit-entries.ts';
import type { Capsule, ChangeStatus } from '../../model/change.ts';
import type { DesiredState } from '../../model/request.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { changeEvent } from '../change-event.ts';
import { getPlan } from '../documents-of.ts';
import { nothingToUndo } from '../marks.ts';
import { deriveUndo, mayUndo } from '../undo-source.ts';
import { type Conclusion, conclusionOf } from './conclusion.ts';
import { recordExports } from './exports.ts';
import { unlockScope } from './lock-scope.ts';
import { outputValues } from './outputs.ts';

export interface CloseChangeServices {
  ledger: Ledger;
  locks: Locks;
  documents: Documents;
  inventory: Inventory;
  tokens: TaskTokens;
  publisher: Publisher;
  lookup: TypeLookup;
  settings: Pick<Settings, 'environments'>;
}

/**
 * Ends a request with the outcome in the ledger: records outputs and exports, passes the lock to the next request, sets
 * the final state with a reason, closes the change, and publishes events. A request that has ended keeps its end.
 */
export async function closeChange(
  services: CloseChangeServices,
  { requestId, now, died }: { requestId: string; now: string; died?: string },
): Promise<Conclusion & { scope?: string }> {
  const { ledger } = services;
  const request = await ledger.request(requestId);
  if (finalRequestStatuses.includes(request.status)) {
    // A redriven execution may have acquired the lock again.
    if (request.scope !== undefined) await unlockScope(services, request.scope, requestId);
    await endChange(services, request, now);
    await announce(services, request);
    return {
      status: request.status as Conclusion['status'],
      reason: request.reason ?? '',
      scope: request.scope,
    };
  }
  for (const runId of [request.runId, request.undoRunId])
    requireAtRest(runId === undefined ? undefined : await ledger.findRun(runId));
  await ledger.updateRequest(requestId, { closing: true, updatedAt: now });
  const conclusion = await concludeRequest(services, request, died);
  if (request.scope !== undefined) await unlockScope(services, request.scope, requestId);
  await ledger.record(changeIdOf(requestId), {
    key: 'RequestClosed',
    event: 'RequestClosed',
    actor: 'baton',
    at: now,
    capsule: (await ledger.findChange(changeIdOf(requestId)))?.capsuleHash,
    reason: conclusion.reason,
    detail: { status: conclusion.status, runId: request.runId, undoRunId: request.undoRunId },
  });
  // Done before the request leaves the list for the sweep, so that a crash doesn't lose the review of an emergency.
  await endChange(services, { ...request, ...conclusion }, now);
  const closed = await ledger.closeRequest(requestId, { ...conclusion, updatedAt: now, closedAt: now });
  await announce(services, closed);
  return { ...conclusion, scope: request.scope };
}

async function concludeRequest(
  services: CloseChangeServices,
  request: RequestRecord,
  died: string | undefined,
): Promise<Conclusion> {
  const { ledger, documents, inventory, lookup } = services;
  const run = request.runId === undefined ? undefined : await ledger.findRun(request.runId);
  const steps = run === undefined ? [] : await ledger.steps(run.runId);
  const undone = request.undoRunId === undefined ? undefined : await ledger.findRun(request.undoRunId);
  const nothing = run !== undefined && undone === undefined && (await leftNothing(services, request, run));
  const facts = nothing ? { ...request, undoRunId: nothingToUndo } : request;
  const conclusion = conclusionOf({ request: facts, run, steps, undone, died });
  if (conclusion.status === 'Completed' && request.planHash !== undefined) {
    const plan = await getPlan(documents, request.planHash);
    const desired = await documents.get<DesiredState>(request.desiredHash ?? '');
    const values = await outputValues({ inventory, lookup }, plan);
    await recordExports(inventory, desired, plan, request.requestId, values);
  }
  return conclusion;
}

/** Tells whether the rollback of a run has no steps. Derived here, because no other record of it is trusted. */
async function leftNothing(
  services: CloseChangeServices,
  request: RequestRecord,
  run: RunRecord,
): Promise<boolean> {
  const capsule = await services.documents.get<Capsule>(run.capsuleHash ?? '');
  if (!mayUndo(request, capsule, run)) return false;
  try {
    return (await deriveUndo(services, run)).undo.steps.length === 0;
  } catch (error) {
    // A journal that can't be read may need a rollback, but the request must be closed anyway.
    if (error instanceof DocumentMissing) return false;
    throw error;
  }
}

async function announce(
  { publisher }: CloseChangeServices,
  { requestId, status, reason, header }: RequestRecord,
): Promise<void> {
  const detailType =
    status === 'Completed'
      ? 'Request Completed'
      : status === 'Rejected'
        ? 'Request Rejected'
        : 'Request Failed';
  const { environment, service } = header ?? {};
  const detail = { requestId, environment, service, status, reason: reason?.slice(0, 4096) };
  await publisher.publish({ detailType, detail });
}

/** Statuses that a change keeps when its request has ended. */
const keptStatuses: readonly ChangeStatus[] = [
  'Rejected',
  'Withdrawn',
  'Expired',
  'Refused',
  'ReviewDue',
  'ReviewOverdue',
  'Closed',
];

/** Closes the change. An emergency change that ran stays open for its review. */
async function endChange(
  { ledger, publisher, documents, settings }: CloseChangeServices,
  { changeId, runId, reason }: RequestRecord,
  now: string,
): Promise<void> {
  if (changeId === undefined) return;
  const before = await ledger.change(changeId);
  const capsule = await documents.get<Capsule>(before.capsuleHash);
  const reviewed = before.type === 'emergency' && runId !== undefined;
  const hours = settings.environments[before.environment]?.governance.reviewHours ?? 72;
  const review = {
    status: 'ReviewDue' as const,
    reviewBy: new Date(Date.parse(now) + hours * 3_600_000).toISOString(),
  };
  const ended = reviewed ? review : { status: 'Closed' as const, closedAt: now };
  const change = keptStatuses.includes(before.status) ? before : { ...before, ...ended };
  if (change !== before) {
    await ledger.record(changeId, endOf(change, reviewed ? 'ChangeReviewDue' : 'ChangeClosed', now));
    await ledger.putChange(change);
  }
  const detailType = change.status === 'ReviewDue' ? 'Change Review Due' : 'Change Closed';
  await publisher.publish(changeEvent(detailType, change, capsule, now, { reason }));
}

/** Returns the entry of the end, or of the review that is due, with its deadline. */
function endOf(
  { status, capsuleHash, reviewBy }: ChangeRecord,
  event: 'ChangeClosed' | 'ChangeReviewDue',
  at: string,
): ChangeEntry {
  const key = `${event}-${capsuleHash}`;
  return { key, event, actor: 'baton', at, capsule: capsuleHash, detail: { status, reviewBy } };
}
