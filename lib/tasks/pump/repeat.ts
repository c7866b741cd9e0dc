import { eachOf } from '../each-of.ts';
import { callProvider, isUncalled } from './call.ts';
import { readRunView } from './run-view.ts';
import type { PumpServices } from './services.ts';
import { stepContext } from './step-context.ts';

/**
 * Repeats calls for a run that is being settled: those of steps with an intent but without a recorded call. The call
 * has the same token. If it was made before, its operation is found. If not, the intended operation runs, completes and
 * is registered, because the cloud may contain nothing that the ledger doesn't know. The pump does this for settle-run,
 * so that only the pump's role may change resources.
 */
export async function repeatCalls(
  services: PumpServices,
  { runId, now }: { runId: string; now: string },
): Promise<void> {
  const run = await services.ledger.run(runId);
  if (run.status !== 'Settling') return;
  const view = await readRunView(services, run);
  const uncalled = view.steps.filter(isUncalled);
  await eachOf(uncalled, ({ index }) => callProvider(stepContext({ services, view, now }, index), true));
}
