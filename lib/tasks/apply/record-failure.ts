import type { Ledger } from '../../ledger/ledger.ts';

/** Records why a step's child execution failed. CloseRun registers what it left. */
export async function recordFailure(
  { ledger }: { ledger: Ledger },
  { runId, index, failure }: { runId: string; index: number; failure: { Error?: string; Cause?: string } },
): Promise<void> {
  const registrationFailure = `${failure.Error ?? 'Unknown'}: ${failure.Cause ?? ''}`.slice(0, 1024);
  await ledger.noteTask(runId, index, { registrationFailure });
}
