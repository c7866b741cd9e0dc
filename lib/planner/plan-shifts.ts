import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { placeOf } from '../model/place.ts';
import type { HashedPlan, Step, UnchangedResource } from '../model/plan.ts';
import { planShift } from '../model/plan-shift.ts';
import type { DesiredState } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { asTexts, referenceIn, type StepShift, withReferences } from '../model/traffic-shift.ts';
import { WeightRefused, withChange } from '../model/weights/index.ts';
import { currentAssets } from './current-assets.ts';
import { diffProperties } from './diff.ts';
import { refuseIfAny } from './errors.ts';
import { forwardPlan } from './forward-plan.ts';
import { inverseOf } from './inverse.ts';
import { byText } from './judge.ts';
import { type FailedAnalysis, type Shiftable, shiftable } from './shiftable.ts';
import { shiftOwners } from './shifted.ts';

export interface ShiftsInput {
  requestId: string;
  desired: DesiredState;
  /** Assets of the scope. */
  assets: readonly Asset[];
  lookup: TypeLookup;
  /** The sides that failed an analysis and to which no shift succeeded since. */
  failed: readonly FailedAnalysis[];
  /** The functions that the settings let the scope ask for a verdict. */
  functions?: readonly string[];
}

/**
 * Plans a shift of traffic on a named asset: a `verify` step that looks at both sides before anything moves; for each
 * weight an update and a `verify` step that analyzes it through the bake time; and a last `verify` step while the losing
 * side drains. Each step waits for the one before. Throws `PlanRefused` with every reason why there is no plan.
 */
export function planShifts(input: ShiftsInput): HashedPlan {
  const { requestId, desired, assets, lookup, failed, functions = [] } = input;
  const { byName } = currentAssets([...assets]);
  const { header, scope } = desired;
  const problems: Problem[] = [];
  const steps = (desired.wish.kind === 'shifts' ? desired.wish.shifts : []).flatMap((wish, index) => {
    const report = (field: string, code: string, message: string) =>
      void problems.push({ path: `shifts.${index}.${field}`, code, message });
    if (header.onFailure === 'keep')
      report('asset', 'NoWayBack', 'a shift that fails puts the weight back; expected onFailure: undo');
    try {
      const shift = shiftable(wish, { byName, scope, failed, functions }, report);
      return shift === undefined ? [] : stepsOf(shift, requestId, lookup);
    } catch (error) {
      if (!(error instanceof WeightRefused)) throw error;
      report('to', 'WeightRefused', error.message);
      return [];
    }
  });
  refuseIfAny(problems);
  return forwardPlan(requestId, desired, steps, readBeside(steps, byName));
}

function stepsOf(shift: Shiftable, requestId: string, lookup: TypeLookup): Step[] {
  const { asset, trait, policy, sides, original, lift } = shift;
  const plan = planShift(policy, asset.id, sides, { original, drainSeconds: trait.drain.seconds });
  const part = (step: number): StepShift => ({ plan, step, ...(lift === undefined ? {} : { lift }) });
  const before = part(-1);
  const steps = [verifyStep(asset, before, 0, undefined, lookup)];
  let standing = asset.desired;
  for (const [index, { weight, bakeSeconds }] of plan.steps.entries()) {
    const desired = weighted(shift, standing, weight);
    const update = updateStep(shift, { standing, desired, requestId, lookup });
    const after = steps.at(-1)?.id;
    steps.push({
      ...update,
      id: `update:${asset.logicalId}:${weight}`,
      shift: part(index),
      dependsOn: [after ?? []].flat(),
    });
    steps.push(verifyStep(asset, part(index), bakeSeconds, steps.at(-1)?.id, lookup));
    standing = desired;
  }
  return [...steps, verifyStep(asset, part(plan.steps.length), plan.drainSeconds, steps.at(-1)?.id, lookup)];
}

/** Returns the properties with a weight. A side that the manifest refers to stays a reference. */
function weighted({ trait, sides, values }: Shiftable, standing: JsonObject, weight: number): JsonObject {
  const { value, meant } = asTexts(standing);
  const properties = value as JsonObject;
  const change = trait.write?.(properties, sides, weight) ?? { set: {}, remove: [] };
  return withReferences(withChange(properties, change), new Map([...meant, ...values])) as JsonObject;
}

function updateStep(
  { asset, trait, values }: Shiftable,
  {
    standing,
    desired,
    requestId,
    lookup,
  }: {
    standing: JsonObject;
    desired: JsonObject;
    requestId: string;
    lookup: TypeLookup;
  },
): Omit<Step, 'id' | 'dependsOn'> {
  const { type, health, bakeSeconds, updatePolicy, scaling, traffic } = asset;
  const spec = lookup(type);
  const changes = spec === undefined ? [] : diffProperties(standing, desired, spec);
  const baton = {
    ...(scaling === undefined ? {} : { scaling }),
    ...(traffic === undefined ? {} : { traffic }),
  };
  return {
    ...common(asset, lookup),
    operation: 'update',
    ...{ assetId: asset.id, assetVersion: asset.version, previous: standing, desired, changes },
    relationships: [...new Set([...asset.dependsOn, ...resourcesOf(values.keys())])].sort(byText),
    ...(health === undefined ? {} : { health }),
    ...(bakeSeconds === undefined ? {} : { bakeSeconds }),
    ...(updatePolicy === undefined ? {} : { updatePolicy }),
    baton,
    owners: shiftOwners(asset, trait, requestId),
    inverse: inverseOf({ operation: 'update', type, previous: standing, changes }, spec),
  };
}

function verifyStep(
  asset: Asset,
  shift: StepShift,
  bakeSeconds: number,
  after: string | undefined,
  lookup: TypeLookup,
): Step {
  const { plan, step } = shift;
  const name = step < 0 ? 'sides' : (plan.steps[step]?.weight ?? 'drained');
  const read = resourcesOf([plan.sides.stable, plan.sides.target, ...plan.alarms]);
  return {
    ...common(asset, lookup),
    id: `verify:${asset.logicalId}:${name}`,
    operation: 'verify',
    dependsOn: after === undefined ? [] : [after],
    relationships: [...new Set([...asset.dependsOn, ...read])].sort(byText),
    bakeSeconds,
    shift,
    inverse: { operation: 'none', because: 'it only looks' },
  };
}

function common(
  { logicalId, identifier, type, deletionPolicy, updateReplacePolicy, ...asset }: Asset,
  lookup: TypeLookup,
) {
  return {
    ...{ resource: logicalId, type, identifier, place: placeOf(asset), deletionPolicy, updateReplacePolicy },
    holdsData: lookup(type)?.holdsData ?? false,
  };
}

/** Returns the names of the resources that texts refer to. */
function resourcesOf(texts: Iterable<string>): string[] {
  return [...texts].flatMap((text) => referenceIn(text)?.resource ?? []);
}

/** Returns the assets that sides and alarms refer to, with what references read of them. */
function readBeside(steps: readonly Step[], byName: ReadonlyMap<string, Asset>): UnchangedResource[] {
  const own = new Set(steps.map(({ resource }) => resource));
  const read = new Set(steps.flatMap(({ relationships }) => relationships));
  return [...read].sort(byText).flatMap((name) => {
    const asset = own.has(name) ? undefined : byName.get(name);
    if (asset === undefined) return [];
    const { id: assetId, version: assetVersion, identifier, attributes } = asset;
    return [{ resource: name, assetId, assetVersion, identifier, attributes }];
  });
}
