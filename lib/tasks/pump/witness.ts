import { placeOfStep } from '../../model/place.ts';
import { findVerb } from '../../model/verbs/index.ts';
import { type CallServices, callProvider } from './call.ts';
import { changeStep } from './outcomes.ts';
import type { StepContext } from './step-context.ts';
import { nonceOf } from './trigger.ts';

/**
 * Repeats a call that may already have been made. For a verb, reads its witness first: if the provider shows an
 * operation with the nonce of this step, the call was made and isn't repeated. Otherwise repeats the same call with the
 * same token, which the provider treats as one.
 */
export async function callAgain(context: StepContext<CallServices>): Promise<void> {
  const operationToken = await witnessOf(context);
  if (operationToken === undefined) await callProvider(context, true);
  else await changeStep(context, { status: 'InFlight', operationToken, refusals: 0 });
}

async function witnessOf({
  services,
  view,
  step,
  record,
}: StepContext<CallServices>): Promise<string | undefined> {
  const { intent } = record;
  if (intent === undefined || findVerb(step.type, step.act?.verb ?? '') === undefined) return undefined;
  return services.providers.of(step.type).findUpdate({
    ...{ type: step.type, identifier: step.identifier ?? '', place: placeOfStep(view.plan, step) },
    ...{ mark: nonceOf(intent.clientToken), sinceSeconds: intent.atSeconds },
  });
}
