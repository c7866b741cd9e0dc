import type { TaskTokens } from '../executions/task-tokens.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isFinal } from '../model/run.ts';

/** Leaves the task's token in the step's journal; where the outcome is there already, goes on at once. */
export async function perform(
  { ledger, tokens }: { ledger: Ledger; tokens: TaskTokens },
  { runId, index, taskToken }: { runId: string; index: number; taskToken: string },
): Promise<void> {
  const step = await ledger.updateStep(runId, index, { set: { taskToken }, setOnce: { status: 'Waiting' } });
  if (isFinal(step.status)) await tokens.succeed(taskToken);
}
