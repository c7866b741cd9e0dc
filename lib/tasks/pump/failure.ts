import type { StepRecord } from '../../ledger/records.ts';
import { makes } from '../../model/operations.ts';
import type { Step } from '../../model/plan.ts';
import { changeStep, failStep, failuresAllowed, retryStep, seconds } from './outcomes.ts';
import type { RunView } from './run-view.ts';
import { withheld, withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';

type FailureServices = Pick<
  PumpServices,
  'ledger' | 'tokens' | 'documents' | 'provider' | 'lookup' | 'roleArn'
>;

/** What a provider says of an operation, or of a call, that ended badly. */
export interface Failure {
  code: string;
  message: string;
  /** Whether a later try may succeed. */
  again: boolean;
}

/**
 * Records that an operation ended badly. An error tells nothing of what was done: what is there is read first, and
 * that is what is recorded. A deletion after which there is nothing is done, whatever was said of it; what a
 * creation left behind is noted for the undo to delete; of an update, what it left is noted.
 * @throws ProviderBusy, ProviderRefused where what is there can't be read
 */
export async function recordFailure(
  services: FailureServices,
  view: RunView,
  index: number,
  step: Step,
  failure: Failure,
  claim: string | undefined,
  now: string,
): Promise<void> {
  const failures = (view.steps[index]?.failures ?? 0) + 1;
  const { code, message } = failure;
  const kept = withheld(view.steps[index], { code, message });
  const identifier = makes(step) ? claim : step.identifier;
  const live =
    identifier === undefined
      ? undefined
      : await services.provider.read(step.type, identifier, services.roleArn(view.plan.environment));
  if (step.operation === 'delete' && live === undefined) {
    await changeStep(services, view, index, {
      ...{ status: 'Succeeded', identifier, failures, finishedAtSeconds: seconds(now) },
      note: `deleted, although the provider reported ${code}`,
    });
    return;
  }
  const left = makes(step) && live !== undefined;
  if (!left && failure.again && failures < failuresAllowed)
    return retryStep(services, view, index, kept, now, { failures, refusals: 0 });
  const attributes =
    live === undefined
      ? undefined
      : withoutSecrets(live, services.lookup(step.type)?.sensitive ?? [], view.steps[index]?.applied);
  const found: Partial<StepRecord> = {
    failures,
    ...(left ? { identifier } : {}),
    ...(attributes === undefined || step.operation === 'delete' ? {} : { attributes }),
  };
  await failStep(services, view, index, kept, now, found);
}
