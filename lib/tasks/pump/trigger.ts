import type { StepRecord } from '../../ledger/records.ts';
import { type JsonObject, sha256 } from '../../model/json.ts';
import { findVerb } from '../../model/verbs/index.ts';
import { type Harm, harms, type Verb } from '../../model/verbs/verb.ts';
import { updatePatch } from '../../providers/update-patch.ts';
import { failStep } from './outcomes.ts';
import type { StepContext } from './step-context.ts';

/**
 * What an `act` step sends: the property that triggers its verb, and what every update has to repeat since reads hide it;
 * undefined where the live resource does not meet the precondition, or where more harm would come of it than was approved.
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

/** Differs for each step of each run, and is the same for each try of one: nobody who asks can choose it. */
export function nonceOf(clientToken: string): string {
  return sha256(`nonce ${clientToken}`).slice(0, 32);
}
