import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { isFinal } from '../../model/run.ts';

/** Leaves the task's token in the step's journal; where the outcome is there already, goes on at once. */
export async function perform(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  { runId, index, taskToken }: { runId: string; index: number; taskToken: string },
): Promise<void> {
  // The pump writes the outcome and looks for the token; this writes the token and looks for the outcome.
  await ledger.noteTask(runId, index, { taskToken });
  const step = await ledger.step(runId, index);
  const status = step?.status ?? 'Waiting';
  if (isFinal(status)) await tokens.succeed(taskToken, { status });
}
