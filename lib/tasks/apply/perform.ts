import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { isFinal } from '../../model/run.ts';

/** Stores the task's token in the step's journal. If the outcome already exists, continues at once. */
export async function perform(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  { runId, index, taskToken }: { runId: string; index: number; taskToken: string },
): Promise<void> {
  // The pump writes the outcome and then reads the token. This function writes the token and then reads the outcome.
  await ledger.noteTask(runId, index, { taskToken });
  const step = await ledger.step(runId, index);
  const status = step?.status ?? 'Waiting';
  if (isFinal(status)) await tokens.succeed(taskToken, { status });
}
