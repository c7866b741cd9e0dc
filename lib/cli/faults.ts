import type { HashedPlan } from '../model/plan.ts';
import { didYouMean } from '../model/suggest.ts';
import { runIdOf } from '../tasks/apply/begin-run.ts';
import { clientTokenOf } from '../tasks/pump/client-token.ts';
import type { LocalRequest } from './local-request.ts';
import type { FaultWish } from './option.ts';

/** Number of attempts of a step to recognize: more than any step ever has. */
const attemptsKnown = 100;

/** The error that the cloud returns instead of performing the operation. It is retryable. */
const fault = {
  errorCode: 'ServiceInternalError',
  message: 'The command line asked for this failure (--fail).',
};

/**
 * Selects the operations that the cloud fails. The cloud has no logical ids, only client tokens, which are derived from
 * the run, the step and the attempt. Only forward plans fail; rollbacks are not disturbed.
 */
export class Faults {
  /** The remaining failures of each resource. */
  readonly #left: Map<string, number>;
  /** The resource of each client token that its operations may have. */
  readonly #resourceOf = new Map<string, string>();

  constructor(wishes: readonly FaultWish[]) {
    this.#left = new Map(wishes.map(({ resource, times }) => [resource, times]));
  }

  /** Registers the client tokens of a plan. Must be called before the plan is applied. */
  expect(requestId: string, plan: Pick<HashedPlan, 'hash' | 'steps'>): void {
    const runId = runIdOf(requestId, plan.hash, 'forward');
    plan.steps.forEach(({ resource }, index) => {
      if (!this.#left.has(resource)) return;
      for (let failures = 0; failures < attemptsKnown; failures += 1)
        this.#resourceOf.set(clientTokenOf(runId, index, failures), resource);
    });
  }

  /** Returns the failure for the operation with this client token, if any, and uses it up. */
  faultFor({ clientToken }: { clientToken: string }): typeof fault | undefined {
    const resource = this.#resourceOf.get(clientToken);
    const left = resource === undefined ? 0 : (this.#left.get(resource) ?? 0);
    if (resource === undefined || left === 0) return undefined;
    this.#left.set(resource, left - 1);
    return fault;
  }
}

/** Returns problems for wishes that name resources in no file. */
export function unknownFaults(wishes: readonly FaultWish[], requests: readonly LocalRequest[]): string[] {
  if (requests.some(({ resources }) => resources === undefined)) return [];
  const names = [...new Set(requests.flatMap(({ resources }) => resources ?? []))];
  return wishes
    .filter(({ resource }) => !names.includes(resource))
    .map(
      ({ resource }) =>
        `--fail names ${resource}, which no file has${didYouMean(resource, names) || '; expected the name of a resource under Resources'}`,
    );
}
