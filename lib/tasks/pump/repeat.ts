import { callProvider, isUncalled } from './call.ts';
import { eachOf } from './each-of.ts';
import { readRunView } from './run-view.ts';
import type { PumpServices } from './services.ts';
import { stepContext } from './step-context.ts';

/**
 * Of a run that is being settled: steps whose intent was written and whose call, if it was made, nobody noted. The call
 * is made again with the same token. If it had been made, that finds its operation; if not, what was intended when the
 * fence rose is still done, seen to its end and registered: nothing may stand in the cloud that the ledger does not
 * know of. The pump does this for settle-run, so that its role alone may change resources.
 */
export async function repeatCalls(
  services: PumpServices,
  { runId, now }: { runId: string; now: string },
): Promise<void> {
  const run = await services.ledger.run(runId);
  if (run.status !== 'Settling') return;
  const view = await readRunView(services, run);
  const uncalled = view.steps.filter(isUncalled);
  await eachOf(uncalled, ({ index }) => callProvider(stepContext({ services, view, now }, index)));
}
