import type { Problem } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import { type Context, comesAfter, wrong } from './context.ts';

/** A new or changed resource with a bake time is verified immediately afterwards, and its dependents wait for that. */
export function checkVerified(context: Context): Problem[] {
  const { plan, making, desired } = context;
  const problems: Problem[] = [];
  const verifying = new Map(plan.steps.filter(isVerify).map((step) => [step.resource, step]));
  if (verifying.size < plan.steps.filter(isVerify).length)
    problems.push({ path: 'steps', code: 'DuplicateStep', message: 'a resource is verified twice' });
  for (const [name, step] of verifying) {
    const maker = making.get(name);
    const wanted = desired.get(name);
    const asAsked =
      maker !== undefined &&
      step.type === maker.type &&
      (wanted?.health ?? []).length > 0 &&
      canonicalJson(step.health ?? []) === canonicalJson(wanted?.health ?? []) &&
      step.bakeSeconds === wanted?.bakeSeconds &&
      canonicalJson(step.dependsOn) === canonicalJson([maker.id]) &&
      [step.assetId, step.identifier, step.desired, step.restore, step.changes, step.act].every(
        (one) => one === undefined,
      );
    if (!asAsked) problems.push(wrong(step, 'NotAsAsked', `${step.id} is not what the request says`));
  }
  for (const [name, maker] of making) {
    const { health = [], bakeSeconds } = desired.get(name) ?? {};
    const verify = verifying.get(name);
    if (health.length > 0 && bakeSeconds !== undefined && verify === undefined)
      problems.push(
        wrong(maker, 'NotVerified', `${maker.id} declares a bake time, and nothing waits for it`),
      );
    if (verify !== undefined) problems.push(...notWaiting(context, maker, verify));
  }
  return problems;
}

const isVerify = ({ operation }: Step): boolean => operation === 'verify';

function notWaiting(context: Context, maker: Step, verify: Step): Problem[] {
  return context.plan.steps
    .filter((step) => step !== verify && step.dependsOn.includes(maker.id))
    .filter((step) => !comesAfter(context, step.id, verify.id))
    .map((step) => wrong(step, 'ReferenceNotCovered', `${step.id} does not wait for ${verify.id}`));
}
