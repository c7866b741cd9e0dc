import type { Documents } from '../../documents/documents.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import { keepToken } from '../keep-token.ts';
import { readBallot } from './ballot.ts';
import { unlockToWait } from './lock-scope.ts';

/** Waits for decisions without the lock. The token only wakes the task, and the decisions are read from the ledger. */
export async function awaitApproval(
  services: { ledger: Ledger; locks: Locks; documents: Documents; tokens: TaskTokens },
  input: { requestId: string; taskToken: string; now: string },
): Promise<{ scope?: string }> {
  const { ledger } = services;
  const scope = await unlockToWait(services, input.requestId);
  await keepToken(services, input, async () => {
    const { cancelRequestedBy } = await ledger.request(input.requestId);
    if (cancelRequestedBy !== undefined) return true;
    const change = await ledger.change(changeIdOf(input.requestId));
    const { approval } = await readBallot(services, change, input.now);
    return approval.status !== 'Waiting';
  });
  return { scope };
}
