import type { TaskTokens } from '../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/lock.ts';

export interface LockScopeServices {
  ledger: Ledger;
  locks: Locks;
  tokens: TaskTokens;
}

/** Takes the lock of the request's scope and goes on at once, or queues for it with the task's token. */
export async function lockScope(
  { ledger, locks, tokens }: LockScopeServices,
  {
    requestId,
    planHash,
    taskToken,
    now,
  }: { requestId: string; planHash: string; taskToken: string; now: string },
): Promise<void> {
  const { scope = '' } = await ledger.request(requestId);
  const held = await locks.enter(scope, { requestId, planHash, token: taskToken });
  const event = held ? 'ScopeLocked' : 'ScopeQueued';
  const changeId = changeIdOf(requestId);
  await ledger.record(changeId, {
    key: `${event}-${planHash}-${now}`,
    event,
    actor: 'baton',
    at: now,
    capsule: (await ledger.findChange(changeId))?.capsuleHash,
    detail: { scope, planHash },
  });
  // Somebody may cancel between our admission and our place in the queue: then nobody would wake us.
  const { cancelRequestedBy } = await ledger.request(requestId);
  if (held || cancelRequestedBy !== undefined) await tokens.succeed(taskToken);
}

/** Gives the request's lock, or its place in the queue, up and wakes the next. */
export async function unlockScope(
  { locks, tokens }: Pick<LockScopeServices, 'locks' | 'tokens'>,
  scope: string,
  requestId: string,
): Promise<void> {
  const woken = await locks.leave(scope, requestId);
  if (woken !== undefined) await tokens.succeed(woken.token);
}
