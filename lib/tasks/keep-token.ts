import type { TaskTokens, WakeReason } from '../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';

/**
 * Stores the token of a task that waits for people or for time, where every function that changes something finds it.
 * `mayGoOn` is checked afterwards and detects a change before the token was stored, so no wake-up is lost.
 */
export async function keepToken(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  { requestId, taskToken }: { requestId: string; taskToken: string },
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  await ledger.keepToken(changeIdOf(requestId), taskToken);
  if (await mayGoOn()) await tokens.succeed(taskToken, { reason: 'NothingToWaitFor' });
}

/** Wakes the waiting task of the change, if there is one. */
export async function wake(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  changeId: string,
  reason: WakeReason,
): Promise<void> {
  const token = await ledger.waitingToken(changeId);
  if (token !== undefined) await tokens.succeed(token, { reason });
}
