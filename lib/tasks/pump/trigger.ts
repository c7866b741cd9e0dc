import type { StepRecord } from '../../ledger/records.ts';
import { type JsonObject, sha256 } from '../../model/json.ts';
import { findVerb } from '../../model/verbs/index.ts';
import { type Harm, harms, type Verb } from '../../model/verbs/verb.ts';
import { updatePatch } from '../../providers/update-patch.ts';
import { failStep } from './outcomes.ts';
import type { StepContext } from './step-context.ts';

/**
 * Returns what an `act` step sends: the property that triggers its verb, and hidden properties that every update must
 * repeat. Undefined if the live resource doesn't meet the precondition, or if the harm would exceed the approved one.
 */
export async function triggerOf(
  context: StepContext,
  { live, applied, clientToken }: { live: JsonObject; applied: JsonObject; clientToken: string },
): Promise<Pick<StepRecord, 'patch'> | undefined> {
  const { services, step } = context;
  const verb = findVerb(step.type, step.act?.verb ?? '');
  const problem = verb === undefined ? unknown : unmet(verb, step.act?.harm ?? 'none', live);
  if (verb === undefined || problem !== undefined) {
    await failStep(context, { code: 'PreconditionFailed', message: `${step.resource}: ${problem}` });
    return undefined;
  }
  const repeated = updatePatch({
    ...{ direction: 'forward', previous: step.previous, applied, after: applied, live },
    spec: services.lookup(step.type),
  });
  return {
    patch: [
      ...repeated,
      { op: 'add', path: `/${verb.call.property}`, value: verb.call.valueOf(nonceOf(clientToken)) },
    ],
  };
}

const unknown = 'its type has no such verb in this version of Baton';

function unmet(verb: Verb, approved: Harm, live: JsonObject): string | undefined {
  const reason = verb.precondition.unmet(live);
  if (reason !== undefined) return reason;
  const harm = verb.harmOf(live);
  if (harms.indexOf(harm) <= harms.indexOf(approved)) return undefined;
  return `${verb.name} may now mean "${harm}"; approved was "${approved}". Submit again`;
}

/**
 * Returns a nonce that differs for each step of each run and is the same for each attempt of one. A requester can't
 * choose it.
 */
export function nonceOf(clientToken: string): string {
  return sha256(`nonce ${clientToken}`).slice(0, 32);
}
