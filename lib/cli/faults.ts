import { runIdOf } from '../tasks/begin-run.ts';
import { getPlan } from '../tasks/documents-of.ts';
import { clientTokenOf } from '../tasks/pump/start.ts';
import { didYouMean } from '../template/suggest.ts';
import type { Deployment } from './deployment.ts';
import type { LocalRequest } from './local-request.ts';
import type { FaultWish } from './option.ts';

/** Failures in a row that are recognised: more than any step is ever tried. */
const attemptsKnown = 100;

/**
 * Which operations the cloud is to fail: it knows no logical ids, only client tokens, and those are derived
 * from the run, the step and the attempt. Only forward plans are failed: an undo is left to do its work.
 */
export class Faults {
  readonly #left: Map<string, number>;
  readonly #planned = new Map<string, Promise<Map<string, string>>>();
  readonly #deployment: () => Deployment;
  #requestId = '';

  constructor(wishes: readonly FaultWish[], deployment: () => Deployment) {
    this.#left = new Map(wishes.map(({ resource, times }) => [resource, times]));
    this.#deployment = deployment;
  }

  /** The request whose operations are seen from now on. */
  watch(requestId: string): void {
    this.#requestId = requestId;
  }

  /** Whether the operation with this client token is to fail; each yes uses one of its resource's failures up. */
  async fails(clientToken: string): Promise<boolean> {
    const resource = (await this.#tokens()).get(clientToken);
    const left = resource === undefined ? 0 : (this.#left.get(resource) ?? 0);
    if (resource === undefined || left === 0) return false;
    this.#left.set(resource, left - 1);
    return true;
  }

  /** Client tokens of the resources that are to fail, for the plan the request has now. */
  async #tokens(): Promise<Map<string, string>> {
    if (this.#left.size === 0) return new Map();
    const { ledger, documents } = this.#deployment();
    const request = await ledger.findRequest(this.#requestId);
    if (request?.planHash === undefined) return new Map();
    const { requestId, planHash } = request;
    const known = this.#planned.get(planHash) ?? this.#tokensOf(requestId, planHash, documents);
    this.#planned.set(planHash, known);
    return known;
  }

  async #tokensOf(requestId: string, planHash: string, documents: Deployment['documents']) {
    const plan = await getPlan(documents, planHash);
    const runId = runIdOf(requestId, planHash, 'forward');
    const tokens = new Map<string, string>();
    plan.steps.forEach(({ resource }, index) => {
      if (!this.#left.has(resource)) return;
      for (let failures = 0; failures < attemptsKnown; failures += 1)
        tokens.set(clientTokenOf(runId, index, failures), resource);
    });
    return tokens;
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
