import type { JsonObject } from '../../model/json.ts';
import { waits } from '../../model/operations.ts';
import { stepBefore } from '../step-before.ts';
import { looksHealthy } from './health.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import type { RunView } from './run-view.ts';
import { withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import { isShiftDue, lookAtShift } from './shift-verification.ts';
import { readLive, type StepContext } from './step-context.ts';

/** How often health checks are polled while they must hold. */
const lookEverySeconds = 15;
/** How often a shift that waits for a person looks for what people directed. */
const listenEverySeconds = 30;
/** After a longer gap between polls, nothing is known about that time, and the bake time starts again. */
const longestGapSeconds = 120;

/**
 * Returns after how many seconds verifications look again: a single poll at the end of a bake time doesn't cover the
 * time before. Undefined if there are none.
 */
export function lookAgainSeconds({ plan, steps }: RunView): number | undefined {
  const baking = steps.filter(({ index, status }) => {
    const step = plan.steps[index];
    return status === 'Verifying' && step !== undefined && waits(step);
  });
  if (baking.length === 0) return undefined;
  return baking.every(({ shift }) => shift?.waits === true) ? listenEverySeconds : lookEverySeconds;
}

/** Starts a verification. Sends nothing; the resource is that of the previous step. */
export async function beginVerifying(context: StepContext): Promise<undefined> {
  const { view, step, now } = context;
  const before = view.steps[stepBefore(view.plan, step) ?? -1];
  const at = seconds(now);
  await changeStep(context, {
    status: 'Verifying',
    identifier: before?.identifier ?? step.identifier,
    ...{ startedAtSeconds: at, verifyingSinceSeconds: at },
  });
}

type VerifyServices = Pick<
  PumpServices,
  | 'ledger'
  | 'tokens'
  | 'documents'
  | 'providers'
  | 'inventory'
  | 'lookup'
  | 'healthy'
  | 'settings'
  | 'metrics'
  | 'verdicts'
>;

/**
 * Polls the health checks of a `verify` step: all checks pass in every poll for the bake time, or the step fails with
 * the first that doesn't. Until they pass for the first time, each has its own timeout, as after a creation. An
 * unreadable result, or a time without polls, doesn't count as passing. A run that stops no longer verifies, and
 * doesn't report the verification as passed.
 */
export async function lookAgain(context: StepContext<VerifyServices>): Promise<void> {
  const { services, view, step, record } = context;
  if (view.run.stopping !== undefined) return changeStep(context, { status: 'Skipped' });
  if (step.shift !== undefined && !(await isShiftDue(context, step.shift))) return;
  const live = await readLive(context, record.identifier ?? '');
  if (live === undefined) {
    const message = `There is no ${step.type} ${record.identifier} any more.`;
    return failStep(context, { code: 'NotThere', message });
  }
  if (step.shift !== undefined) return lookAtShift(context, step.shift, live);
  const { applied } = view.steps[stepBefore(view.plan, step) ?? -1] ?? {};
  const shown = withoutSecrets(live, services.lookup(step.type)?.sensitive ?? [], applied);
  const looked = await looksHealthy(context, shown);
  if ('refused' in looked) return failStep(context, { code: 'HealthCheckRefused', message: looked.refused });
  await (looked.passed.every(Boolean) ? passed(context, shown) : failed(context, looked.passed));
}

async function passed(context: StepContext<VerifyServices>, attributes: JsonObject): Promise<void> {
  const { step, record, now } = context;
  const lookedAtSeconds = seconds(now);
  const gap = lookedAtSeconds - (record.lookedAtSeconds ?? lookedAtSeconds);
  const since = gap > longestGapSeconds ? undefined : record.healthySinceSeconds;
  const healthySinceSeconds = since ?? lookedAtSeconds;
  const held = lookedAtSeconds - healthySinceSeconds;
  const seen = { lookedAtSeconds, healthySinceSeconds };
  if (held < (step.bakeSeconds ?? 0)) await changeStep(context, seen);
  else
    await changeStep(context, {
      ...seen,
      ...{ status: 'Succeeded', attributes, finishedAtSeconds: lookedAtSeconds },
      note: `healthy for ${Math.round(held)} s`,
    });
}

async function failed(context: StepContext<VerifyServices>, results: readonly boolean[]): Promise<void> {
  const { step, record, now } = context;
  const { healthySinceSeconds, verifyingSinceSeconds = seconds(now) } = record;
  const waited = seconds(now) - verifyingSinceSeconds;
  const checks = (step.health ?? []).filter((_, index) => !results[index]);
  const check = checks.find(
    ({ timeoutSeconds }) => healthySinceSeconds !== undefined || waited >= timeoutSeconds,
  );
  if (check === undefined) return changeStep(context, { lookedAtSeconds: seconds(now) });
  const what = `Health check ${JSON.stringify(check)} of ${step.resource}`;
  const message =
    healthySinceSeconds === undefined
      ? `${what} did not pass within ${check.timeoutSeconds} s.`
      : `${what} failed ${Math.round(seconds(now) - healthySinceSeconds)} s into the bake time of ${step.bakeSeconds} s.`;
  await failStep(context, { code: 'Unhealthy', message });
}
