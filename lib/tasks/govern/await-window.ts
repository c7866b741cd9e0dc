import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import { keepToken } from '../keep-token.ts';
import { unlockScope } from './lock-scope.ts';

/** Waits for the window to open, without the lock. The timeout ends the task, or a cancellation wakes it. */
export async function awaitWindow(
  services: { ledger: Ledger; locks: Locks; tokens: TaskTokens },
  input: { requestId: string; taskToken: string },
): Promise<{ scope?: string }> {
  const { scope } = await services.ledger.request(input.requestId);
  if (scope !== undefined) await unlockScope(services, scope, input.requestId);
  await keepToken(services, input, async () => {
    const { cancelRequestedBy } = await services.ledger.request(input.requestId);
    return cancelRequestedBy !== undefined;
  });
  return { scope };
}
