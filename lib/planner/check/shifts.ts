import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson, isObject, type JsonObject } from '../../model/json.ts';
import { placeOf, placeOfStep } from '../../model/place.ts';
import type { Step } from '../../model/plan.ts';
import { planShift } from '../../model/plan-shift.ts';
import { readTrafficPolicy } from '../../model/traffic-policy.ts';
import { asTexts, type ShiftPlan, sideName } from '../../model/traffic-shift.ts';
import { WeightRefused, type WeightTrait, weights, withChange } from '../../model/weights/index.ts';
import type { TrafficShift } from '../../model/wish.ts';
import { type Context, wrong } from './context.ts';
import { text } from './write.ts';

/**
 * A request for a shift leads to one chain of steps on the named asset: it looks at both sides, and then sets one weight after
 * the other, each higher than the last, and analyzes it. The last weight is all traffic, and then the losing side drains.
 * Nothing but the weights of the two sides changes.
 */
export function checkShifts(context: Context): Problem[] {
  const { plan, evidence } = context;
  const wish = evidence.desired?.wish;
  const [named, ...more] = wish?.kind === 'shifts' ? wish.shifts : [];
  const asset = context.asset.get(named?.asset ?? '');
  if (named === undefined || asset === undefined || more.length > 0)
    return [{ path: 'shifts', code: 'UnknownAsset', message: 'expected a shift of one asset of the scope' }];
  const problems = [
    ...chain(context, asset),
    ...asDeclared(context, asset, named),
    ...weightsOf(context, asset),
  ];
  const lifts = new Set(plan.steps.map(({ shift }) => shift?.lift?.reason));
  if (lifts.size !== 1 || !lifts.has(named.lift))
    problems.push({
      path: 'shifts',
      code: 'NotAsAsked',
      message: 'a failed analysis is lifted without being asked',
    });
  if (Object.keys(plan.outputs).length > 0)
    problems.push({ path: 'outputs', code: 'WrongOutputs', message: 'a shift gives no outputs' });
  return problems;
}

/** A plan for anything else moves no traffic. */
export function checkNoShifts({ plan }: Context): Problem[] {
  return plan.steps
    .filter(({ shift }) => shift !== undefined)
    .map((step) => wrong(step, 'NotAsked', `${step.id} is part of a shift; the request has none`));
}

/** The shift is to the side that was asked for, by the policy of the asset and the strategy that was asked for. */
function asDeclared({ plan }: Context, asset: Asset, wish: TrafficShift): Problem[] {
  const whole = plan.steps[0]?.shift?.plan;
  const trait = weights.find(({ type }) => type === asset.type);
  const written = asTexts(asset.traffic ?? null).value;
  const { steps: _, ...rest } = isObject(written) ? written : {};
  const read = readTrafficPolicy(
    wish.strategy === undefined ? written : { ...rest, strategy: wish.strategy },
  );
  const wrongly = (message: string): Problem => ({ path: 'shifts', code: 'NotAsDeclared', message });
  if (whole === undefined || trait === undefined || 'problems' in read)
    return [wrongly(`${asset.logicalId} has no weights or no policy by which they are shifted`)];
  const { sides, original } = whole;
  const expected = planShift(read.policy, asset.id, sides, { original, drainSeconds: trait.drain.seconds });
  const problems =
    canonicalJson(expected) === canonicalJson(whole)
      ? []
      : [wrongly('the steps or rules of the shift are not those of the policy and the strategy')];
  for (const [name, side] of [
    [wish.to, sides.target],
    [wish.from, sides.stable],
  ] as const)
    if (name !== undefined && name !== side && name !== sideName(side))
      problems.push(wrongly(`the shift is with ${sideName(side)}, expected ${name}`));
  return problems;
}

const moves = ({ operation }: Step): boolean => operation === 'update';

/** Each step waits for the one before, and every weight is analyzed by the step that follows. */
function chain({ plan }: Context, asset: Asset): Problem[] {
  const [first] = plan.steps;
  const whole = first?.shift?.plan;
  const expected = [
    'verify -1',
    ...(whole?.steps ?? []).flatMap((_, index) => [`update ${index}`, `verify ${index}`]),
    `verify ${whole?.steps.length}`,
  ];
  const found = plan.steps.map(({ operation, shift }) => `${operation} ${shift?.step}`);
  const problems: Problem[] =
    found.join() === expected.join()
      ? []
      : [{ path: 'steps', code: 'WrongOrder', message: `expected ${expected.join(', ')}` }];
  for (const [index, step] of plan.steps.entries()) {
    const before = plan.steps[index - 1];
    const fits =
      step.resource === asset.logicalId &&
      step.type === asset.type &&
      step.identifier === asset.identifier &&
      canonicalJson(placeOfStep(plan, step)) === canonicalJson(placeOf(asset)) &&
      canonicalJson(step.dependsOn) === canonicalJson(before === undefined ? [] : [before.id]) &&
      canonicalJson(step.shift?.plan ?? null) === canonicalJson(whole ?? null);
    if (!fits) problems.push(wrong(step, 'NotAsAsked', `${step.id} is not the next step of this shift`));
    if (moves(step) || bakes(step)) continue;
    problems.push(
      wrong(step, 'WrongBake', `${step.id} does not wait as long as the shift says, or carries properties`),
    );
  }
  return problems;
}

function bakes({ shift, bakeSeconds, desired, restore, changes, act, inverse }: Step): boolean {
  const { plan, step = -1 } = shift ?? {};
  const wanted = step < 0 ? 0 : (plan?.steps[step]?.bakeSeconds ?? plan?.drainSeconds);
  const sends = [desired, restore, changes, act].some((one) => one !== undefined);
  return bakeSeconds === wanted && !sends && inverse.because !== undefined;
}

/** Returns the properties with a weight and nothing else changed, with references as text; undefined if it can't be written. */
function shiftedTo(
  trait: WeightTrait | undefined,
  standing: JsonObject,
  { sides }: ShiftPlan,
  weight: number,
): JsonObject | undefined {
  const properties = asTexts(standing).value as JsonObject;
  try {
    const change = trait?.write?.(properties, sides, weight);
    return change && withChange(properties, change);
  } catch (error) {
    if (!(error instanceof WeightRefused)) throw error;
    return undefined;
  }
}

/** Each update sets the weight of its step, from what the one before left, and nothing else. */
function weightsOf({ plan }: Context, asset: Asset): Problem[] {
  const trait = weights.find(({ type }) => type === asset.type);
  const problems: Problem[] = [];
  const share = (properties: JsonObject, { shift }: Step) =>
    shift && trait?.read?.(asTexts(properties).value as JsonObject, shift.plan.sides);
  let standing = asset.desired;
  let last: number | undefined;
  for (const step of plan.steps.filter(moves)) {
    const { desired = {}, previous = {}, shift, changes = [] } = step;
    const wanted = shift?.plan.steps[shift.step]?.weight ?? Number.NaN;
    last ??= share(standing, step);
    const names = new Set([...Object.keys(desired), ...Object.keys(previous)]);
    const own = new Set((trait?.alsoSets ?? []).map((path) => path.split('.')[0] ?? ''));
    const stray = [...names].filter(
      (name) =>
        !trait?.holds.includes(name) && !own.has(name) && text(desired[name]) !== text(previous[name]),
    );
    const pinned = step.assetId === asset.id && step.assetVersion === asset.version;
    if (!pinned || text(previous) !== text(standing))
      problems.push(wrong(step, 'WrongPrevious', `${step.id} is not made for what the step before leaves`));
    if (stray.length > 0)
      problems.push(wrong(step, 'NotWeight', `${step.id} would change ${stray.join(', ')}`));
    if (
      shift !== undefined &&
      text(asTexts(desired).value) !== text(shiftedTo(trait, standing, shift.plan, wanted))
    )
      problems.push(wrong(step, 'NotWeight', `${step.id} would change more than the weights of both sides`));
    if (share(desired, step) !== wanted || last === undefined || wanted <= last || changes.length === 0)
      problems.push(wrong(step, 'WrongWeight', `${step.id} does not set ${wanted} percent`));
    if (last !== undefined && shift?.step === 0 && shift.plan.original !== last)
      problems.push(wrong(step, 'WrongWeight', `${step.id}: the shift began at ${last} percent`));
    const kept = { scaling: asset.scaling, traffic: asset.traffic };
    for (const name of ['scaling', 'traffic'] as const)
      if (text(step.baton?.[name]) !== text(kept[name]))
        problems.push(wrong(step, 'NotAsAsked', `${step.id} changes Baton.${name}`));
    standing = desired;
    last = wanted;
  }
  if (last !== 100)
    problems.push({ path: 'steps', code: 'WrongWeight', message: 'the last weight is not 100' });
  return problems;
}
