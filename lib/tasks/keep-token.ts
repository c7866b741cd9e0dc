import type { TaskTokens, WakeReason } from '../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';

/**
 * Keeps the token of a task that waits for people or for time where whoever changes something finds it. What
 * changed before the token was there is seen by `mayGoOn`, which is asked afterwards: no wake is lost.
 */
export async function keepToken(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  { requestId, taskToken }: { requestId: string; taskToken: string },
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  await ledger.keepToken(changeIdOf(requestId), taskToken);
  if (await mayGoOn()) await tokens.succeed(taskToken, { reason: 'NothingToWaitFor' });
}

/** Wakes the task of the change that waits, if one does. */
export async function wake(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  changeId: string,
  reason: WakeReason,
): Promise<void> {
  const token = await ledger.waitingToken(changeId);
  if (token !== undefined) await tokens.succeed(token, { reason });
}
