import type { HashedPlan } from '../model/plan.ts';
import { didYouMean } from '../model/suggest.ts';
import { runIdOf } from '../tasks/apply/begin-run.ts';
import { clientTokenOf } from '../tasks/pump/client-token.ts';
import type { LocalRequest } from './local-request.ts';
import type { FaultWish } from './option.ts';

/** Failures in a row that are recognised: more than any step is ever tried. */
const attemptsKnown = 100;

/** What the cloud answers instead of doing its work: an error that a later try may not meet. */
const fault = {
  errorCode: 'ServiceInternalError',
  message: 'The command line asked for this failure (--fail).',
};

/**
 * Which operations the cloud is to fail: it knows no logical ids, only client tokens, and those are derived
 * from the run, the step and the attempt. Only forward plans are failed: an undo is left to do its work.
 */
export class Faults {
  /** How often each resource is still to fail. */
  readonly #left: Map<string, number>;
  /** Resource by the client tokens its operations may have. */
  readonly #resourceOf = new Map<string, string>();

  constructor(wishes: readonly FaultWish[]) {
    this.#left = new Map(wishes.map(({ resource, times }) => [resource, times]));
  }

  /** Learns the client tokens of a plan; to be told before the plan is carried out. */
  expect(requestId: string, plan: Pick<HashedPlan, 'hash' | 'steps'>): void {
    const runId = runIdOf(requestId, plan.hash, 'forward');
    plan.steps.forEach(({ resource }, index) => {
      if (!this.#left.has(resource)) return;
      for (let failures = 0; failures < attemptsKnown; failures += 1)
        this.#resourceOf.set(clientTokenOf(runId, index, failures), resource);
    });
  }

  /** The failure of the operation with this client token, if any; each uses one of its resource's up. */
  faultFor({ clientToken }: { clientToken: string }): typeof fault | undefined {
    const resource = this.#resourceOf.get(clientToken);
    const left = resource === undefined ? 0 : (this.#left.get(resource) ?? 0);
    if (resource === undefined || left === 0) return undefined;
    this.#left.set(resource, left - 1);
    return fault;
  }
}

/** Problems of wishes that name resources no file has. */
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
