import type { Problem } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import { isSamePlace, placeOfStep, provisioningRole } from '../../model/place.ts';
import type { Step } from '../../model/plan.ts';
import { type Context, wrong } from './context.ts';
import { knownOperations } from './operations.ts';

/** Checks each step's data about its asset with the inventory. */
export function checkPins(context: Context): Problem[] {
  return [...context.plan.steps.flatMap((step) => checkStep(context, step)), ...checkBeside(context)];
}

/** Checks what a plan reads in addition to its steps, and where it is for. */
export function checkBeside(context: Context): Problem[] {
  const { plan, evidence } = context;
  const problems: Problem[] = [];
  for (const { resource, assetId, assetVersion, identifier } of plan.unchanged) {
    // An inverse plan may include what the run is about to lose, which its own plan has pinned.
    if (plan.direction === 'undo') continue;
    const asset = context.asset.get(assetId);
    if (asset?.scope !== plan.scope || asset.logicalId !== resource) {
      const message = `${resource} is said to be asset ${assetId}, which ${plan.scope} does not have`;
      problems.push({ path: `unchanged.${resource}`, code: 'OtherScope', message });
    } else if (asset.version !== assetVersion || asset.identifier !== identifier) {
      const message = `${resource} is pinned at version ${assetVersion}; the inventory has ${asset.version}`;
      problems.push({ path: `unchanged.${resource}`, code: 'WrongVersion', message });
    }
  }
  const { desired } = evidence;
  const places = ['scope', 'account', 'region', 'partition'] as const;
  for (const place of desired === undefined ? [] : places) {
    if (desired?.[place] === plan[place]) continue;
    const message = `the plan is for ${place} ${plan[place]}, the request for ${desired?.[place]}`;
    problems.push({ path: place, code: 'OtherScope', message });
  }
  return problems;
}

function checkStep(context: Context, step: Step): Problem[] {
  return [...checkRole(context, step), ...checkAsset(context, step)];
}

/** A step acts with the role of its own environment. */
function checkRole({ plan }: Context, step: Step): Problem[] {
  const { role } = placeOfStep(plan, step);
  const expected = provisioningRole(plan.environment);
  if (role === expected) return [];
  return [
    wrong(step, 'OtherRole', `${step.id} acts with the role ${role}; that of its environment is ${expected}`),
  ];
}

function checkAsset({ plan, asset }: Context, step: Step): Problem[] {
  const forward = plan.direction === 'forward';
  if (step.assetId === undefined) {
    const needed = forward && knownOperations[step.operation].pinned;
    return needed ? [wrong(step, 'NotPinned', `${step.id} names no asset`)] : [];
  }
  if (step.operation === 'create') {
    return [wrong(step, 'WrongOperation', `${step.id} creates what the inventory has as ${step.assetId}`)];
  }
  const found = asset.get(step.assetId);
  if (found === undefined) {
    const message = `${step.id} works on asset ${step.assetId}, which ${plan.scope} does not have`;
    return forward ? [wrong(step, 'OtherScope', message)] : [];
  }
  const problems: Problem[] = [];
  if (found.scope !== plan.scope || found.logicalId !== step.resource) {
    const message = `${step.id} works on ${found.logicalId} of ${found.scope}; the plan is for ${plan.scope}`;
    problems.push(wrong(step, 'OtherScope', message));
  }
  const place = placeOfStep(plan, step);
  if (!isSamePlace(found, place)) {
    const message = `${step.id} works in ${place.account}/${place.region}; its asset is in ${found.account}/${found.region}`;
    problems.push(wrong(step, 'OtherScope', message));
  }
  const version = step.assetVersion;
  if (version !== found.version && (forward || version !== undefined)) {
    const message = `${step.id} is pinned at version ${version}; the inventory has ${found.version}`;
    problems.push(wrong(step, 'WrongVersion', message));
  }
  if (forward && step.identifier !== found.identifier) {
    const message = `${step.id} works on ${step.identifier}; the inventory has ${found.identifier}`;
    problems.push(wrong(step, 'WrongIdentifier', message));
  }
  if (forward && canonicalJson(step.previous ?? null) !== canonicalJson(found.desired)) {
    problems.push(wrong(step, 'WrongPrevious', `${step.id} does not hold what the inventory has as desired`));
  }
  return problems;
}
