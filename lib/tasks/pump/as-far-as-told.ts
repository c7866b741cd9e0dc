import { ProviderBusy, ProviderRefused } from '../../providers/provider.ts';
import { failStep } from './outcomes.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

/**
 * Does the work for one step. If the provider is throttling, the next tick tries again. If it refuses (because a
 * permission is missing, for example), the step fails. It may have created something, so the rollback is notified.
 */
export async function asFarAsTold<Result>(
  context: StepContext<Pick<PumpServices, 'ledger' | 'tokens' | 'documents'>>,
  identifier: string | undefined,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderBusy) return undefined;
    if (!(error instanceof ProviderRefused)) throw error;
    const { code, message } = error;
    await failStep(context, { code, message }, identifier === undefined ? {} : { identifier });
    return undefined;
  }
}
