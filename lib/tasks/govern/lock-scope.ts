import type { TaskTokens } from '../../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';

export interface LockScopeServices {
  ledger: Ledger;
  locks: Locks;
  tokens: TaskTokens;
}

/**
 * Acquires the lock and continues immediately, or joins the queue with the task's token. Locks the assets that the plan
 * touches, or the whole scope if the request covers it.
 */
export async function lockScope(
  { ledger, locks, tokens }: LockScopeServices,
  {
    requestId,
    planHash,
    taskToken,
    now,
  }: { requestId: string; planHash: string; taskToken: string; now: string },
): Promise<{ scope: string }> {
  const { scope = '', touches: assets } = await ledger.request(requestId);
  const changeId = changeIdOf(requestId);
  const change = await ledger.findChange(changeId);
  const urgent = change?.type === 'emergency';
  const waiter = {
    ...{ requestId, planHash, token: taskToken },
    ...(urgent ? { urgent } : {}),
    ...(assets === undefined ? {} : { assets }),
  };
  const { held, woken } = await locks.enter(scope, waiter);
  for (const { token } of woken) await tokens.succeed(token, { reason: 'LockAcquired' });
  const event = held ? 'ScopeLocked' : 'ScopeQueued';
  await ledger.record(changeId, {
    key: `${event}-${planHash}-${now}`,
    event,
    actor: 'baton',
    at: now,
    capsule: change?.capsuleHash,
    detail: { scope, planHash, ...(assets === undefined ? {} : { assets }) },
  });
  // A cancellation may come after the admission and before the request is in the queue, and then nothing would wake the
  // task.
  const { cancelRequestedBy } = await ledger.request(requestId);
  if (held) await tokens.succeed(taskToken, { reason: 'LockAcquired' });
  else if (cancelRequestedBy !== undefined)
    await tokens.succeed(taskToken, { reason: 'CancellationRequested' });
  return { scope };
}

/**
 * Called before a request waits for people: releases the lock that it kept while it was planned again, so that it
 * doesn't block others. A request that was never planned again doesn't have the lock yet. Returns its scope.
 */
export async function unlockToWait(
  services: Pick<LockScopeServices, 'ledger' | 'locks' | 'tokens'>,
  requestId: string,
): Promise<string | undefined> {
  const { attempt, scope } = await services.ledger.request(requestId);
  if (attempt > 0 && scope !== undefined) await unlockScope(services, scope, requestId);
  return scope;
}

/** Releases the request's lock, or its place in the queue, and wakes the requests whose turn it is. */
export async function unlockScope(
  { locks, tokens }: Pick<LockScopeServices, 'locks' | 'tokens'>,
  scope: string,
  requestId: string,
): Promise<void> {
  for (const { token } of await locks.leave(scope, requestId))
    await tokens.succeed(token, { reason: 'LockAcquired' });
}
