import type { StepRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { JsonObject } from '../../model/json.ts';
import { makes, removes, waits } from '../../model/operations.ts';
import { placeOfStep } from '../../model/place.ts';
import {
  alreadyExists,
  type OperationState,
  ProviderBusy,
  ProviderRefused,
} from '../../providers/provider.ts';
import { eachOf } from '../each-of.ts';
import { otherHolder, takenMessage } from '../govern/ownership.ts';
import { cellOf } from './cell.ts';
import { recordFailure } from './failure.ts';
import { looksHealthy } from './health.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import { givenIdentifier } from './prepare.ts';
import { withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import { type RunContext, readLive, type StepContext, stepContext } from './step-context.ts';
import { lookAgain } from './verification.ts';

export type ObserveServices = Pick<
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
>;

/**
 * Polls all operations in progress together and records those that have ended. If the provider is throttling, the next
 * tick polls again.
 */
export async function observe(run: RunContext<ObserveServices>): Promise<void> {
  const { services, view, now } = run;
  const inFlight = view.steps.filter(({ status, operationToken }) => status === 'InFlight' && operationToken);
  const states = await pollAll(run, inFlight);
  await eachOf(inFlight, ({ index, operationToken, intent }) => {
    const context = stepContext(run, index);
    const { lostAfterSeconds } = services.providers.of(context.step.type);
    const lost = seconds(now) - (intent?.atSeconds ?? 0) > lostAfterSeconds ? operationLost : unknownYet;
    return recordOutcome(context, states.get(operationToken ?? '') ?? lost);
  });
  const verifying = view.steps.filter(({ status }) => status === 'Verifying');
  await eachOf(
    verifying,
    ({ index, identifier }) => {
      const context = stepContext(run, index);
      return asFarAsTold(context, identifier, () => verify(context));
    },
    checksTogether,
  );
}

/** Health checks wait for responses, so many run at a time, because slow ones would fill the tick otherwise. */
const checksTogether = 50;

/** Polls the operations in progress, grouped by provider and place. Returns their states by token. */
async function pollAll(
  run: RunContext<ObserveServices>,
  inFlight: readonly StepRecord[],
): Promise<Map<string, OperationState>> {
  const flights = inFlight.map(({ index, operationToken }) => {
    const { step, view, services } = stepContext(run, index);
    const cell = Object.values(cellOf(view.plan, step)).join();
    const poll = (tokens: string[]) =>
      services.providers.of(step.type).poll(placeOfStep(view.plan, step), tokens);
    return { cell, token: operationToken ?? '', poll };
  });
  const states = await Promise.all(
    [...Map.groupBy(flights, ({ cell }) => cell).values()].map(async (together) => {
      const tokens = together.map(({ token }) => token);
      try {
        return [...((await together[0]?.poll(tokens)) ?? [])];
      } catch (error) {
        if (error instanceof ProviderBusy) return tokens.map((token) => [token, unknownYet] as const);
        throw error;
      }
    }),
  );
  return new Map(states.flat());
}

/**
 * Does the work for one step. If the provider is throttling, the next tick tries again. If it refuses (because a
 * permission is missing, for example), the step fails. It may have created something, so the rollback is notified.
 */
async function asFarAsTold(
  context: StepContext<ObserveServices>,
  identifier: string | undefined,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProviderBusy) return;
    if (!(error instanceof ProviderRefused)) throw error;
    const { code, message } = error;
    await failStep(context, { code, message }, identifier === undefined ? {} : { identifier });
  }
}

const unknownYet: Extract<OperationState, { state: 'InProgress' }> = { state: 'InProgress' };
/** An operation that the provider still does not know after `lostAfterSeconds` counts as lost. */
const operationLost: OperationState = {
  state: 'Failed',
  code: 'OperationLost',
  message: 'The provider no longer knows the operation.',
  permanence: 'permanent',
};

/** Records how an operation of a step has ended, if it has. */
export async function recordOutcome(
  context: StepContext<ObserveServices>,
  state: OperationState,
): Promise<void> {
  if (state.state === 'InProgress') return;
  const mine = makes(context.step) ? await claimed(context, state) : { claim: state.identifier };
  if ('taken' in mine) {
    // The inventory names its owner. Without an identifier in the journal, no rollback affects it.
    const message = takenMessage(mine.taken);
    await failStep(context, { code: 'IdentifierTaken', message });
    return;
  }
  await asFarAsTold(context, mine.claim, () =>
    state.state === 'Succeeded'
      ? succeed(context, state.identifier, tookSeconds(context, state.eventAtSeconds))
      : recordFailure(context, state, mine.claim),
  );
}

/**
 * Returns the identifier that a creation may claim. The proof is the provider's own operation, started with this step's
 * client token, that names it: one that succeeded, or that failed for another reason than an existing resource. An
 * operation that ends with AlreadyExists created nothing, whatever it names. For a given name, the resource also must
 * not have existed before the first attempt. An identifier of another owner in the inventory is never claimed.
 */
async function claimed(
  { services, view, step, record }: StepContext<ObserveServices>,
  state: Exclude<OperationState, { state: 'InProgress' }>,
): Promise<{ claim?: string } | { taken: Asset }> {
  const { identifier } = state;
  if (identifier === undefined || identifier === '') return {};
  const holder = await otherHolder(services.inventory, view.plan, step, identifier);
  if (state.state === 'Succeeded') return holder === undefined ? { claim: identifier } : { taken: holder };
  const given = givenIdentifier(services.lookup(step.type), record.applied ?? {});
  const proven = state.code !== alreadyExists && (given === undefined || record.absentBefore === true);
  return proven && holder === undefined ? { claim: identifier } : {};
}

/**
 * Returns the duration of an operation by the provider's clock. Cloud Control's reference says that `EventTime` is when
 * the request was initiated (ProgressEvent). A time well after that can only be its end; any other time tells nothing.
 */
function tookSeconds(
  { record, now }: StepContext<ObserveServices>,
  eventAtSeconds: number | undefined,
): Pick<StepRecord, 'tookSeconds'> {
  const began = record.intent?.atSeconds;
  if (began === undefined || eventAtSeconds === undefined) return {};
  const isEnd = eventAtSeconds >= began + 1 && eventAtSeconds <= seconds(now) + 1;
  return isEnd ? { tookSeconds: eventAtSeconds - began } : {};
}

async function succeed(
  context: StepContext<ObserveServices>,
  identifier: string,
  took: Pick<StepRecord, 'tookSeconds'>,
): Promise<void> {
  const { services, step, record, now } = context;
  const finishedAtSeconds = seconds(now);
  if (removes(step)) {
    await changeStep(context, {
      status: 'Succeeded',
      identifier: step.identifier,
      finishedAtSeconds,
      ...took,
    });
    return;
  }
  const live = await readLive(context, identifier);
  if (live === undefined) {
    const message = `The provider reports success, but there is no ${step.type} ${identifier}.`;
    // The rollback searches for it again, because it may only be slow to appear.
    await failStep(context, { code: 'NotThere', message }, { identifier });
    return;
  }
  const attributes = withoutSecrets(live, services.lookup(step.type)?.sensitive ?? [], record.applied);
  if ((step.health ?? []).length > 0) {
    const verifyingSinceSeconds = record.verifyingSinceSeconds ?? seconds(now);
    await changeStep(context, {
      status: 'Verifying',
      identifier,
      attributes,
      verifyingSinceSeconds,
      ...took,
    });
    await verify(context, live);
    return;
  }
  const done = { status: 'Succeeded', identifier, attributes, finishedAtSeconds, ...took } as const;
  await changeStep(context, done);
}

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
