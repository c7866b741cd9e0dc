import { ConditionFailed } from '../../dynamodb/table.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import { requestIsOpen } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { wake } from '../keep-token.ts';
import { canceled } from '../marks.ts';

export interface StopServices {
  ledger: Ledger;
  locks: Locks;
  tokens: TaskTokens;
}

/**
 * Stops a request: nothing more starts, operations in progress complete, and the changes are rolled back. A request
 * that has ended, or is already being rolled back, is left unchanged. Its caller has checked that the actor may.
 */
export async function stopRequest(
  { ledger, locks, tokens }: StopServices,
  { requestId, runId, scope }: Pick<RequestRecord, 'requestId' | 'runId' | 'scope'>,
  { actor, id, at, reason }: { actor: string; id: string; at: string; reason: string },
): Promise<void> {
  const run = runId === undefined ? undefined : await ledger.findRun(runId);
  // A run that has ended is being rolled back or closed, so there is nothing left to stop.
  if (run !== undefined && run.status !== 'Running') return;
  let request: RequestRecord;
  try {
    request = await ledger.updateRequest(requestId, { cancelRequestedBy: actor }, requestIsOpen);
  } catch (error) {
    if (error instanceof ConditionFailed) return;
    throw error;
  }
  await ledger.record(changeIdOf(requestId), {
    key: `CancellationRequested-${id}`,
    event: 'CancellationRequested',
    actor,
    at,
    reason,
    detail: { runId: request.runId },
  });
  if (request.runId !== undefined) await ledger.stopRun(request.runId, `${canceled} by ${actor}: ${reason}`);
  // The token only wakes the task, which reads the cancellation from the ledger.
  const { queue } = await locks.read(scope ?? '');
  const waiting = queue.find((waiter) => waiter.requestId === requestId);
  if (waiting !== undefined) await tokens.succeed(waiting.token, { reason: 'CancellationRequested' });
  await wake({ ledger, tokens }, changeIdOf(requestId), 'CancellationRequested');
}
