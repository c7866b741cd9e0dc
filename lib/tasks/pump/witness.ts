import { placeOfStep } from '../../model/place.ts';
import { findVerb } from '../../model/verbs/index.ts';
import { type CallServices, callProvider } from './call.ts';
import { changeStep } from './outcomes.ts';
import type { StepContext } from './step-context.ts';
import { nonceOf } from './trigger.ts';

/**
 * Makes a call again of which nobody knows whether it was made. Of a verb, its witness is read first: where the provider
 * shows an operation that carries the nonce of this very step, it was made, and is not made again. Where it shows none, the
 * same call with the same token follows, which the provider takes for one.
 */
export async function callAgain(context: StepContext<CallServices>): Promise<void> {
  const operationToken = await witnessOf(context);
  if (operationToken === undefined) await callProvider(context);
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
