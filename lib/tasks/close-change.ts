import type { Documents } from '../documents/documents.ts';
import type { Publisher } from '../events/publisher.ts';
import type { TaskTokens } from '../executions/task-tokens.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { changeIdOf, type Ledger, requireAtRest } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/lock.ts';
import type { RequestRecord } from '../ledger/records.ts';
import type { DesiredState } from '../model/request.ts';
import { finalRequestStatuses } from '../model/run.ts';
import type { TypeLookup } from '../model/spec.ts';
import { type Conclusion, conclusionOf } from './conclusion.ts';
import { getPlan } from './documents-of.ts';
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
}

/**
 * Ends a request as the ledger says it went: outputs and exports, the lock to the next, the request in a final
 * state with a reason, the change closed, events out. A request that has ended keeps its end.
 */
export async function closeChange(
  services: CloseChangeServices,
  { requestId, now, died }: { requestId: string; now: string; died?: string },
): Promise<Conclusion> {
  const { ledger } = services;
  const request = await ledger.request(requestId);
  if (finalRequestStatuses.includes(request.status)) {
    await announce(services, request, now);
    return { status: request.status as Conclusion['status'], reason: request.reason ?? '' };
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
    detail: { ...conclusion },
  });
  const closed = await ledger.closeRequest(requestId, { ...conclusion, updatedAt: now, closedAt: now });
  await announce(services, closed, now);
  return conclusion;
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
  const conclusion = conclusionOf({ request, run, steps, undone, died });
  if (conclusion.status === 'Completed' && request.planHash !== undefined) {
    const plan = await getPlan(documents, request.planHash);
    const desired = await documents.get<DesiredState>(request.desiredHash ?? '');
    const values = await outputValues({ inventory, lookup }, plan);
    await recordExports(inventory, desired, request.requestId, values);
  }
  return conclusion;
}

async function announce(
  { ledger, publisher }: CloseChangeServices,
  request: RequestRecord,
  now: string,
): Promise<void> {
  const { requestId, status, reason, header, changeId } = request;
  if (changeId !== undefined) {
    const change = await ledger.change(changeId);
    const planHash = change.planHashes[0] ?? '';
    if (change.status !== 'Closed') await ledger.putChange({ ...change, status: 'Closed', closedAt: now });
    await publisher.publish({ detailType: 'Change Closed', detail: { changeId, requestId, planHash } });
  }
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
