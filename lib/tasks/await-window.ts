import type { TaskTokens } from '../executions/task-tokens.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { keepToken } from './keep-token.ts';

/** Waits for the window to open: time ends the task, or somebody who cancels wakes it. */
export async function awaitWindow(
  services: { ledger: Ledger; tokens: TaskTokens },
  input: { requestId: string; taskToken: string },
): Promise<void> {
  await keepToken(services, input, async () => {
    const { cancelRequestedBy } = await services.ledger.request(input.requestId);
    return cancelRequestedBy !== undefined;
  });
}
