import type { TaskTokens } from '../../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';

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
): Promise<{ scope: string }> {
  const { scope = '' } = await ledger.request(requestId);
  const changeId = changeIdOf(requestId);
  const change = await ledger.findChange(changeId);
  const urgent = change?.type === 'emergency';
  const waiter = { requestId, planHash, token: taskToken, ...(urgent ? { urgent } : {}) };
  const held = await locks.enter(scope, waiter);
  const event = held ? 'ScopeLocked' : 'ScopeQueued';
  await ledger.record(changeId, {
    key: `${event}-${planHash}-${now}`,
    event,
    actor: 'baton',
    at: now,
    capsule: change?.capsuleHash,
    detail: { scope, planHash },
  });
  // Somebody may cancel between our admission and our place in the queue: then nobody would wake us.
  const { cancelRequestedBy } = await ledger.request(requestId);
  if (held) await tokens.succeed(taskToken, { reason: 'LockAcquired' });
  else if (cancelRequestedBy !== undefined)
    await tokens.succeed(taskToken, { reason: 'CancellationRequested' });
  return { scope };
}

/**
 * Before a request waits for people: gives up the lock it kept while it was planned anew, so that it holds up nobody. A
 * request that was never planned anew has not had the lock yet.
 */
export async function unlockToWait(
  services: Pick<LockScopeServices, 'ledger' | 'locks' | 'tokens'>,
  requestId: string,
): Promise<void> {
  const { attempt, scope } = await services.ledger.request(requestId);
  if (attempt > 0 && scope !== undefined) await unlockScope(services, scope, requestId);
}

/** Gives the request's lock, or its place in the queue, up and wakes the next. */
export async function unlockScope(
  { locks, tokens }: Pick<LockScopeServices, 'locks' | 'tokens'>,
  scope: string,
  requestId: string,
): Promise<void> {
  const woken = await locks.leave(scope, requestId);
  if (woken !== undefined) await tokens.succeed(woken.token, { reason: 'LockAcquired' });
}
