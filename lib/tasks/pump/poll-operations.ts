import type { StepRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { JsonObject } from '../../model/json.ts';
import { makes, removes } from '../../model/operations.ts';
import { placeOfStep } from '../../model/place.ts';
import { alreadyExists, type OperationState, ProviderBusy } from '../../providers/provider.ts';
import { eachOf } from '../each-of.ts';
import { otherHolder, takenMessage } from '../govern/ownership.ts';
import { asFarAsTold } from './as-far-as-told.ts';
import { cellOf } from './cell.ts';
import { recordFailure } from './failure.ts';
import { givenIdentifier } from './given-identifier.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import { withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import { type RunContext, readLive, type StepContext, stepContext } from './step-context.ts';

export type PollServices = Pick<
  PumpServices,
  'ledger' | 'tokens' | 'documents' | 'providers' | 'inventory' | 'lookup'
>;

/**
 * Polls all operations in progress together and records those that have ended. If the provider is throttling, the next
 * tick polls again.
 *
 * @returns the live properties of the steps whose verification starts, by index
 */
export async function pollOperations(run: RunContext<PollServices>): Promise<Map<number, JsonObject>> {
  const { services, view, now } = run;
  const inFlight = view.steps.filter(({ status, operationToken }) => status === 'InFlight' && operationToken);
  const states = await pollAll(run, inFlight);
  const started = new Map<number, JsonObject>();
  await eachOf(inFlight, async ({ index, operationToken, intent }) => {
    const context = stepContext(run, index);
    const { lostAfterSeconds } = services.providers.of(context.step.type);
    const lost = seconds(now) - (intent?.atSeconds ?? 0) > lostAfterSeconds ? operationLost : unknownYet;
    const live = await recordOutcome(context, states.get(operationToken ?? '') ?? lost);
    if (live !== undefined) started.set(index, live);
  });
  return started;
}

/** Polls the operations in progress, grouped by provider and place. Returns their states by token. */
async function pollAll(
  run: RunContext<PollServices>,
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

const unknownYet: Extract<OperationState, { state: 'InProgress' }> = { state: 'InProgress' };
/** An operation that the provider still does not know after `lostAfterSeconds` counts as lost. */
const operationLost: OperationState = {
  state: 'Failed',
  code: 'OperationLost',
  message: 'The provider no longer knows the operation.',
  permanence: 'permanent',
};

/** Records how an operation of a step has ended, if it has. Returns what it read of a resource to verify. */
async function recordOutcome(
  context: StepContext<PollServices>,
  state: OperationState,
): Promise<JsonObject | undefined> {
  if (state.state === 'InProgress') return undefined;
  const mine = makes(context.step) ? await claimed(context, state) : { claim: state.identifier };
  if ('taken' in mine) {
    // The inventory names its owner. Without an identifier in the journal, no rollback affects it.
    const message = takenMessage(mine.taken);
    await failStep(context, { code: 'IdentifierTaken', message });
    return undefined;
  }
  return asFarAsTold(context, mine.claim, async () => {
    if (state.state === 'Succeeded')
      return succeed(context, state.identifier, tookSeconds(context, state.eventAtSeconds));
    await recordFailure(context, state, mine.claim);
    return undefined;
  });
}

/**
 * Returns the identifier that a creation may claim. The proof is the provider's own operation, started with this step's
 * client token, that names it: one that succeeded, or that failed for another reason than an existing resource. An
 * operation that ends with AlreadyExists created nothing, whatever it names. For a given name, the resource also must
 * not have existed before the first attempt. An identifier of another owner in the inventory is never claimed.
 */
async function claimed(
  { services, view, step, record }: StepContext<PollServices>,
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
  { record, now }: StepContext<PollServices>,
  eventAtSeconds: number | undefined,
): Pick<StepRecord, 'tookSeconds'> {
  const began = record.intent?.atSeconds;
  if (began === undefined || eventAtSeconds === undefined) return {};
  const isEnd = eventAtSeconds >= began + 1 && eventAtSeconds <= seconds(now) + 1;
  return isEnd ? { tookSeconds: eventAtSeconds - began } : {};
}

async function succeed(
  context: StepContext<PollServices>,
  identifier: string,
  took: Pick<StepRecord, 'tookSeconds'>,
): Promise<JsonObject | undefined> {
  const { services, step, record, now } = context;
  const finishedAtSeconds = seconds(now);
  if (removes(step)) {
    await changeStep(context, {
      status: 'Succeeded',
      identifier: step.identifier,
      finishedAtSeconds,
      ...took,
    });
    return undefined;
  }
  const live = await readLive(context, identifier);
  if (live === undefined) {
    const message = `The provider reports success, but there is no ${step.type} ${identifier}.`;
    // The rollback searches for it again, because it may only be slow to appear.
    await failStep(context, { code: 'NotThere', message }, { identifier });
    return undefined;
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
    return live;
  }
  const done = { status: 'Succeeded', identifier, attributes, finishedAtSeconds, ...took } as const;
  await changeStep(context, done);
  return undefined;
}
