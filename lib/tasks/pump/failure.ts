import type { StepRecord } from '../../ledger/records.ts';
import { makes, operations, removes } from '../../model/operations.ts';
import type { Failure } from '../../providers/provider.ts';
import { changeStep, failStep, failuresAllowed, retryStep, seconds } from './outcomes.ts';
import { withheld, withoutSecrets } from './secrecy.ts';
import type { PumpServices } from './services.ts';
import { readLive, type StepContext } from './step-context.ts';

type FailureServices = Pick<PumpServices, 'ledger' | 'tokens' | 'documents' | 'providers' | 'lookup'>;

/**
 * Records a failed operation. An error doesn't tell what was done, so the resource is read first and recorded. A
 * deletion without a remaining resource is complete, whatever was reported. What a creation left is noted, so that the
 * rollback deletes it, and so is what an update left.
 * @throws ProviderBusy, ProviderRefused if the resource can't be read
 */
export async function recordFailure(
  context: StepContext<FailureServices>,
  { code, message, permanence }: Failure,
  claim: string | undefined,
): Promise<void> {
  const { services, step, record, now } = context;
  const failures = (record.failures ?? 0) + 1;
  const kept = withheld(record, { code, message });
  const identifier = makes(step) ? claim : step.identifier;
  const live = identifier === undefined ? undefined : await readLive(context, identifier);
  if (removes(step) && live === undefined) {
    await changeStep(context, {
      ...{ status: 'Succeeded', identifier, failures, finishedAtSeconds: seconds(now) },
      note: `deleted, although the provider reported ${code}`,
    });
    return;
  }
  const left = makes(step) && live !== undefined;
  // A verb may have taken effect anyway and must not happen twice.
  const { once = false } = operations[step.operation];
  if (!left && permanence === 'passing' && !once && failures < failuresAllowed)
    return retryStep(context, kept, { failures, refusals: 0 });
  const attributes =
    live === undefined
      ? undefined
      : withoutSecrets(live, services.lookup(step.type)?.sensitive ?? [], record.applied);
  const found: Partial<StepRecord> = {
    failures,
    ...(left ? { identifier } : {}),
    ...(attributes === undefined || removes(step) ? {} : { attributes }),
  };
  await failStep(context, kept, found);
}
