import type { Documents } from '../documents/documents.ts';
import type { TaskTokens } from '../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import { readBallot } from './ballot.ts';
import { keepToken } from './keep-token.ts';

/** Waits for decisions. The token wakes; who decided what is read from the ledger. */
export async function awaitApproval(
  services: { ledger: Ledger; documents: Documents; tokens: TaskTokens },
  input: { requestId: string; taskToken: string; now: string },
): Promise<void> {
  const { ledger } = services;
  await keepToken(services, input, async () => {
    const { cancelRequestedBy } = await ledger.request(input.requestId);
    if (cancelRequestedBy !== undefined) return true;
    const change = await ledger.change(changeIdOf(input.requestId));
    const { approval } = await readBallot(services, change, input.now);
    return approval.status !== 'Waiting';
  });
}
