import type { Asset } from '../model/asset.ts';
import { boundPaths, envelopesOf, numberIn } from '../model/capacity/envelope.ts';
import { type CapacityTrait, capacitiesOf } from '../model/capacity/index.ts';
import { groupChange, membersIn } from '../model/capacity/members.ts';
import { capacityProblem } from '../model/capacity/problem.ts';
import type { JsonValue } from '../model/json.ts';
import { isWithin, valueAtPath } from '../model/property-path.ts';
import { scaledPaths } from './scaled.ts';

type Report = (path: string, code: string, message: string) => void;

/**
 * Reports what a request with the action `scale` may not do: it sets capacities of its assets, with the bounds that
 * these need, and nothing else.
 */
export function reportScale(
  asset: Asset,
  { set, others, beyond }: { set: { path: string; value: JsonValue }[]; others: string[]; beyond?: true },
  report: Report,
): void {
  const { logicalId, type } = asset;
  const traits = capacitiesOf(type);
  if (traits.length === 0) {
    report(
      'set',
      'NoCapacity',
      `${logicalId} is ${type}, which has no capacity that can be changed in place`,
    );
    return;
  }
  const asked = new Map(set.map(({ path, value }) => [path, value]));
  const scaled = traits.filter(({ property }) => asked.has(property));
  const allowed = scaled.flatMap((trait) => [
    trait.property,
    ...boundPaths(trait).map(({ path }) => path),
    ...membersIn(trait, asset.desired).map(({ path }) => path),
  ]);
  const strays = [...asked.keys(), ...others].filter(
    (path) => !allowed.includes(path) || others.includes(path),
  );
  if (strays.length > 0)
    report(
      'set',
      'NotCapacity',
      `a request with the action scale sets only ${traits.map(({ property }) => property).join(', ')} of ${logicalId}, ` +
        `and this one would change ${strays.join(', ')}; expected the action configure for other properties`,
    );
  for (const trait of scaled) reportCapacity(asset, trait, { asked, beyond }, report);
}

function reportCapacity(
  asset: Asset,
  trait: CapacityTrait,
  { asked, beyond }: { asked: ReadonlyMap<string, JsonValue>; beyond: true | undefined },
  report: Report,
): void {
  const { property } = trait;
  const { logicalId, type, desired, attributes, scaling, owners = [] } = asset;
  const say = (code: string, message: string) =>
    report(`set.${property}`, code, `${property} of ${logicalId}: ${message}`);
  const native = owners.find(({ path, owner }) => owner === 'native' && path === property);
  if (native !== undefined) say('NativeScaling', nativelyScaled(native.by));
  const unmet = trait.unmet?.(desired);
  if (unmet !== undefined) say('CapacityUnmet', unmet);
  const to = numberIn(asked.get(property));
  if (to === undefined) {
    say('NotANumber', `expected a number of ${trait.unit}`);
    return;
  }
  const from = numberIn(valueAtPath(desired, property)) ?? numberIn(valueAtPath(attributes, property));
  const declared = envelopesOf(type, scaling).find((one) => one.trait.property === property);
  const envelope = beyond === undefined ? declared : undefined;
  const problem = capacityProblem(trait, { from, to, envelope });
  if (problem !== undefined) say('OutOfBounds', problem);
  const needed = groupChange(trait, asset, to);
  for (const { path } of membersIn(trait, desired)) {
    const [given, expected] = [numberIn(asked.get(path)), numberIn(needed[path])];
    if (given === expected) continue;
    const share = expected === undefined ? `${path} as it is` : `${path} of ${expected} in the same request`;
    say('WrongMember', `expected ${share}, so that it keeps its share of ${to} ${trait.unit}`);
  }
  for (const { path } of boundPaths(trait)) {
    const [given, expected] = [asked.get(path), needed[path]];
    if (numberIn(given) === numberIn(expected) && (given === undefined) === (expected === undefined))
      continue;
    const wanted = expected === undefined ? `${path} as it is` : `${path} of ${to} in the same request`;
    say('WrongBound', `expected ${wanted}, so that ${to} ${trait.unit} fit`);
  }
}

function nativelyScaled(by = 'a scalable target'): string {
  return (
    `native auto scaling decides it, through ${by}, and would move it again. Change the bounds or the policies of ${by} ` +
    'instead, or remove it from its manifest first'
  );
}

/** Reports properties that scaling owns, and that a request with another action would change. */
export function reportScaled(
  { logicalId, type, scaling, desired, owners = [] }: Asset,
  paths: string[],
  report: Report,
): void {
  for (const { path, by } of owners.filter(({ owner }) => owner === 'native'))
    if (paths.some((one) => isWithin(path, one) || isWithin(one, path)))
      report('set', 'NativeScaling', `${path} of ${logicalId}: ${nativelyScaled(by)}`);
  const scaled = [...scaledPaths(type, scaling, desired)];
  for (const path of paths.filter((one) => scaled.some((own) => isWithin(own, one) || isWithin(one, own))))
    report(
      'set',
      'OwnedByScaling',
      `${path} of ${logicalId} is owned by scaling, which its manifest declares; expected baton scale, or a manifest ` +
        'without scaling, which takes it back',
    );
}
