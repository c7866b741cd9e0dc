import type { StepRecord } from '../../ledger/records.ts';
import type { JsonObject, PatchOperation } from '../../model/json.ts';
import { operations } from '../../model/operations.ts';
import { placeOfStep } from '../../model/place.ts';
import type { ProviderCall } from '../../model/run.ts';
import { type Change, type Provider, ProviderBusy, ProviderRefused } from '../../providers/provider.ts';
import { SecretUnavailable } from '../../providers/secrets.ts';
import { resolveSecrets } from '../../request/secrets.ts';
import { recordFailure } from './failure.ts';
import { changeStep, failStep, refusalsAllowed, retryStep, seconds } from './outcomes.ts';
import { expectSeen, ParameterChanged, readingOnce } from './parameters.ts';
import { withheld } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

/** The error code of a call that may have been accepted: its response was lost. */
export const unanswered = 'ProviderUnanswered';

/** Tells whether a step's call may have been made while its operation is unknown. */
export function isUncalled({ status, operationToken, error }: StepRecord): boolean {
  if (status === 'InFlight') return operationToken === undefined;
  return status === 'Waiting' && error?.code === unanswered;
}

export type CallServices = Pick<
  PumpServices,
  'ledger' | 'tokens' | 'documents' | 'providers' | 'lookup' | 'secret'
>;

const tokenExpired = {
  code: 'TokenExpired',
  message:
    'It is not known whether the provider was called, and its client token has expired: check whether the resource exists.',
};

/**
 * Makes the provider call of a step's intent. After a crash, the same call is repeated with the same client token, so
 * the
 * provider treats both as one call while it recognizes the token. After that time a repeated call would be a separate
 * one, and
 * its result would not show the result of the first. The step then fails without a claim about the resource.
 *
 * @param again whether the call may have been made before
 */
export async function callProvider(context: StepContext<CallServices>, again = false): Promise<void> {
  const intendedAt = context.record.intent?.atSeconds ?? 0;
  const { tokenSeconds } = context.services.providers.of(context.step.type);
  if (seconds(context.now) - intendedAt >= tokenSeconds) return recordRefusal(context, tokenExpired);
  try {
    const operationToken = await send(context, again);
    await changeStep(context, { status: 'InFlight', operationToken, refusals: 0 });
  } catch (error) {
    if (error instanceof ProviderBusy) {
      const { refusals = 0, failures = 0 } = context.record;
      // A repeated call that is not accepted tells nothing about the first.
      const code = error.taken || again ? unanswered : 'ProviderBusy';
      const problem = withheld(context.record, { code, message: error.message });
      const counts = { failures, refusals: refusals + 1 };
      if (counts.refusals < refusalsAllowed) await retryStep(context, problem, counts);
      else await recordRefusal(context, problem);
    } else if (error instanceof ProviderRefused || error instanceof ParameterChanged) {
      await recordRefusal(context, error);
    } else if (error instanceof SecretUnavailable) {
      await failStep(context, { code: error.name, message: error.message });
    } else throw error;
  }
}

/**
 * Ends a step whose call the provider rejects. Reads the resource first, because after lost responses the effect of the
 * call is unknown. If the read fails too, only the rejection is recorded.
 */
async function recordRefusal(
  context: StepContext<CallServices>,
  { code, message }: { code: string; message: string },
): Promise<void> {
  try {
    await recordFailure(context, { code, message, permanence: 'permanent' }, undefined);
  } catch (error) {
    if (!(error instanceof ProviderBusy) && !(error instanceof ProviderRefused)) throw error;
    await failStep(context, withheld(context.record, { code, message }));
  }
}

/** Secrets are resolved only here and stored nowhere. */
async function send(
  { services, view, step, record }: StepContext<CallServices>,
  again: boolean,
): Promise<string> {
  if (record.intent === undefined) throw new Error(`Step ${record.index} has no intent.`);
  const { clientToken } = record.intent;
  const { sends } = operations[step.operation];
  if (sends === undefined) throw new Error(`Step ${record.index} (${step.operation}) makes no call.`);
  const at = { type: step.type, clientToken, place: placeOfStep(view.plan, step), again };
  const secret = readingOnce(services.secret);
  await expectSeen(record.applied ?? {}, record.intent.seenHash, secret);
  return senders[sends]({
    provider: services.providers.of(step.type),
    ...{ at, identifier: step.identifier ?? '', record, secret },
  });
}

interface Sending {
  provider: Provider;
  at: Change;
  identifier: string;
  record: StepRecord;
  secret: CallServices['secret'];
}

/** Makes each kind of call and returns the token of its operation. */
const senders: Record<ProviderCall, (sending: Sending) => Promise<string>> = {
  async create({ provider, at, record, secret }) {
    const properties = (await resolveSecrets(record.applied ?? {}, secret)) as JsonObject;
    return provider.create({ ...at, properties });
  },
  async update({ provider, at, identifier, record, secret }) {
    const patch = await Promise.all((record.patch ?? []).map((operation) => withSecrets(operation, secret)));
    return provider.update({ ...at, identifier, patch });
  },
  delete: ({ provider, at, identifier }) => provider.delete({ ...at, identifier }),
};

async function withSecrets(
  operation: PatchOperation,
  secret: CallServices['secret'],
): Promise<PatchOperation> {
  if (operation.op === 'remove') return operation;
  return { ...operation, value: await resolveSecrets(operation.value, secret) };
}
