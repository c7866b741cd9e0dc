import type { JsonObject } from '../../model/json.ts';
import { waits } from '../../model/operations.ts';
import { eachOf } from '../each-of.ts';
import { asFarAsTold } from './as-far-as-told.ts';
import { looksHealthy } from './health.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import { type PollServices, pollOperations } from './poll-operations.ts';
import { withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import { type RunContext, readLive, type StepContext, stepContext } from './step-context.ts';
import { lookAgain } from './verification.ts';

type ObserveServices = PollServices & Pick<PumpServices, 'healthy' | 'settings' | 'metrics' | 'verdicts'>;

/** Polls all operations in progress, then the checks of all steps that are being verified. */
export async function observe(run: RunContext<ObserveServices>): Promise<void> {
  const live = await pollOperations(run);
  const verifying = run.view.steps.filter(({ status }) => status === 'Verifying');
  await eachOf(
    verifying,
    ({ index, identifier }) => {
      const context = stepContext(run, index);
      return asFarAsTold(context, identifier, () => verify(context, live.get(index)));
    },
    checksTogether,
  );
}

/** Health checks wait for responses, so many run at a time, because slow ones would fill the tick otherwise. */
const checksTogether = 50;

/** Runs the step's health checks: all pass, the timeout of one has passed, or the pump polls again. */
async function verify(context: StepContext<ObserveServices>, known?: JsonObject): Promise<void> {
  const { services, view, step, record, now } = context;
  if (waits(step)) return lookAgain(context);
  const live = known ?? (await readLive(context, record.identifier ?? '')) ?? {};
  const sensitive = services.lookup(step.type)?.sensitive ?? [];
  const shown = withoutSecrets(live, sensitive, record.applied);
  const stopping = view.run.stopping !== undefined;
  const looked = stopping ? { passed: [] } : await looksHealthy(context, shown);
  if ('refused' in looked) {
    await failStep(context, { code: 'HealthCheckRefused', message: looked.refused });
    return;
  }
  const { passed } = looked;
  // A run that stops doesn't wait for health checks: operations that completed count as completed.
  if (passed.every(Boolean)) {
    await changeStep(context, {
      status: 'Succeeded',
      attributes: shown,
      finishedAtSeconds: seconds(now),
    });
    return;
  }
  const waited = seconds(now) - (record.verifyingSinceSeconds ?? seconds(now));
  const late = (step.health ?? []).find((check, number) => !passed[number] && waited >= check.timeoutSeconds);
  if (late === undefined) return;
  const message = `Health check ${JSON.stringify(late)} did not pass within ${late.timeoutSeconds} s.`;
  await failStep(context, { code: 'Unhealthy', message });
}
