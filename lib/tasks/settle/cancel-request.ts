import { mayCancel } from '../../change/may-cancel.ts';
import { ConditionFailed } from '../../dynamodb/table.ts';
import { cancellationRequested, personal, personSource } from '../../events/catalog.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import { requestIsOpen } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import { maySend } from '../../model/senders.ts';
import type { Settings } from '../../model/settings.ts';
import { requesterOf } from '../govern/asked.ts';
import { wake } from '../keep-token.ts';
import { canceled } from '../marks.ts';

export interface CancelServices {
  ledger: Ledger;
  locks: Locks;
  tokens: TaskTokens;
  settings: Pick<Settings, 'groups' | 'people' | 'senders'>;
}

/**
 * Stops a request: nothing more starts, operations in progress complete, and the changes are rolled back. A request
 * that has ended, or is already being rolled back, is left unchanged. A cancellation by a voice without permission is
 * refused and recorded on the audit chain of the change.
 */
export async function cancelRequest(
  { ledger, locks, tokens, settings }: CancelServices,
  event: { id: string; source: string; time: string; detail: unknown },
): Promise<{ scope?: string }> {
  const { requestId, reason, actor, isSender } = wishOf(settings, event);
  let request = await ledger.findRequest(requestId);
  if (request === undefined) return {};
  const { scope } = request;
  const requester = requesterOf(request).voice;
  if (!(isSender && mayCancel(requester, actor, settings))) {
    await ledger.record(changeIdOf(requestId), {
      key: `CancellationRefused-${event.id}`,
      event: 'CancellationRefused',
      actor,
      at: event.time,
      reason: `Only ${requester} and members of a group with ${requester} can cancel it`,
      detail: {},
    });
    return { scope };
  }
  const run = request.runId === undefined ? undefined : await ledger.findRun(request.runId);
  // A run that has ended is being rolled back or closed, so there is nothing left to stop.
  if (run !== undefined && run.status !== 'Running') return { scope };
  try {
    request = await ledger.updateRequest(requestId, { cancelRequestedBy: actor }, requestIsOpen);
  } catch (error) {
    if (error instanceof ConditionFailed) return { scope };
    throw error;
  }
  await ledger.record(changeIdOf(requestId), {
    key: `CancellationRequested-${event.id}`,
    event: 'CancellationRequested',
    actor,
    at: event.time,
    reason,
    detail: { runId: request.runId },
  });
  if (request.runId !== undefined) await ledger.stopRun(request.runId, `${canceled} by ${actor}: ${reason}`);
  // The token only wakes the task, which reads the cancellation from the ledger.
  const { queue } = await locks.read(scope ?? '');
  const waiting = queue.find((waiter) => waiter.requestId === requestId);
  if (waiting !== undefined) await tokens.succeed(waiting.token, { reason: 'CancellationRequested' });
  await wake({ ledger, tokens }, changeIdOf(requestId), 'CancellationRequested');
  return { scope };
}

/** Returns the cancellation and who requested it. The bus accepts a person's call only from the front door. */
function wishOf(
  { senders }: Pick<Settings, 'senders'>,
  { source, detail }: { source: string; detail: unknown },
) {
  if (source !== personSource) {
    const isSender = maySend(senders, source, 'Cancellation Requested');
    return { ...cancellationRequested.parse(detail), actor: `source/${source}`, isSender };
  }
  const { speaker, ...wish } = personal['Cancellation Requested'].parse(detail);
  return { ...wish, actor: speaker.voice, isSender: true };
}
