import type { Asset } from '../model/asset.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { didYouMean } from '../model/suggest.ts';
import { readTrafficPolicy, type TrafficPolicy } from '../model/traffic-policy.ts';
import { asTexts, referenceIn, type StepShift, sideName } from '../model/traffic-shift.ts';
import { findWeight, type Sides, type WeightTrait } from '../model/weights/index.ts';
import type { TrafficShift } from '../model/wish.ts';

/** A side that failed its analysis. */
export interface FailedAnalysis {
  asset: string;
  side: string;
  /** What the service calls it, if the side is a reference. */
  called?: string;
  /** Epoch seconds. */
  failedAt: number;
  why: string;
}

/** A shift that can be planned. */
export interface Shiftable {
  asset: Asset;
  trait: WeightTrait;
  policy: TrafficPolicy;
  sides: Sides;
  /** What the text of a side stands for in the properties, if it is a reference. */
  values: ReadonlyMap<string, JsonObject>;
  original: number;
  lift: StepShift['lift'];
}

interface World {
  byName: ReadonlyMap<string, Asset>;
  scope: string;
  failed: readonly FailedAnalysis[];
  /** Functions that the scope may ask for a verdict. */
  functions: readonly string[];
}

type Report = (field: string, code: string, message: string) => void;

/** Returns a shift with everything that its plan needs, or undefined after every reason why there is none was reported. */
export function shiftable(wish: TrafficShift, world: World, report: Report): Shiftable | undefined {
  const { byName, scope } = world;
  const asset = [...byName.values()].find(({ id }) => id === wish.asset);
  if (asset === undefined) {
    report('asset', 'UnknownAsset', `${scope} has no active asset ${wish.asset}`);
    return undefined;
  }
  const trait = traitOf(asset, report);
  const policy = policyOf(asset, wish, world, report);
  if (trait === undefined || policy === undefined) return undefined;
  const texts = asTexts(asset.desired);
  const properties = texts.value as JsonObject;
  const named = trait.sides?.(properties) ?? [];
  const values = new Map(texts.meant);
  const sideOf = (field: 'to' | 'from', name: string): string | undefined => {
    const known = named.find((side) => side.name === name || sideName(side.name) === name);
    if (known !== undefined) return known.name;
    const resource = byName.get(name);
    const unfit = sideProblem(trait, name, resource, world);
    if (unfit !== undefined) {
      report(field, 'UnknownSide', unfit);
      return undefined;
    }
    if (resource === undefined) return name;
    const value: JsonObject =
      trait.sideAttribute === undefined ? { Ref: name } : { 'Fn::GetAtt': [name, trait.sideAttribute] };
    const text = String(asTexts(value).value);
    values.set(text, value);
    return text;
  };
  const target = sideOf('to', wish.to);
  const serving = named.filter(({ name, weight }) => weight > 0 && name !== target);
  const [only] = serving;
  if (target !== undefined && serving.length === 0 && named.some((one) => one.weight > 0)) {
    report('to', 'NothingToShift', `${sideName(target)} already has all traffic of ${asset.logicalId}`);
    return undefined;
  }
  if (wish.from === undefined && (only === undefined || serving.length > 1)) {
    const names = serving.map(({ name }) => sideName(name)).join(', ') || 'none';
    report(
      'from',
      'UnclearSide',
      `the sides of ${asset.logicalId} with traffic are ${names}; expected --from SIDE`,
    );
    return undefined;
  }
  const stable = wish.from === undefined ? (only?.name ?? '') : sideOf('from', wish.from);
  if (target === undefined || stable === undefined) return undefined;
  const sides = { stable, target };
  const original = originalOf(asset, trait, properties, sides, report);
  const lift = liftOf(asset, sides.target, wish, world, report);
  return original === undefined ? undefined : { asset, trait, policy, sides, values, original, lift };
}

/** Tells why a name can be no side: a resource of another type, or a text that is neither one nor what the service calls one. */
function sideProblem(
  { side }: WeightTrait,
  name: string,
  resource: Asset | undefined,
  { byName, scope }: World,
): string | undefined {
  if (side === undefined) return undefined;
  if (resource !== undefined)
    return resource.type === side.type ? undefined : `${name} is ${resource.type}; expected ${side.type}`;
  const likely = [...byName.values()].filter(({ type }) => type === side.type);
  if (side.called.test(name) || likely.some(({ identifier }) => identifier === name)) return undefined;
  const names = likely.map(({ logicalId }) => logicalId);
  return (
    `${scope} has no ${side.type} named ${name}; ` +
    `expected its logical id, or what the service calls it${didYouMean(name, names)}`
  );
}

function traitOf({ logicalId, type }: Asset, report: Report): WeightTrait | undefined {
  const trait = findWeight(type);
  if (typeof trait === 'string') report('asset', 'NoWeight', `${logicalId}: ${trait}`);
  else if (trait.moved.by === 'service')
    report(
      'asset',
      'WeightNotWritable',
      `${logicalId} is ${type}, which moves its traffic itself by DeploymentConfiguration; expected its listener rule`,
    );
  else return trait;
  return undefined;
}

/** Returns the policy of the asset's manifest, with the strategy that the request names instead. */
function policyOf(
  { logicalId, traffic }: Asset,
  { strategy }: TrafficShift,
  { functions, scope }: World,
  report: Report,
): TrafficPolicy | undefined {
  if (traffic === undefined) {
    report(
      'asset',
      'NoTrafficPolicy',
      `the manifest of ${logicalId} declares no traffic policy; expected Baton: { traffic: { strategy: ... } }`,
    );
    return undefined;
  }
  const declared = asTexts(traffic).value;
  const read = readTrafficPolicy(strategy === undefined ? declared : withStrategy(declared, strategy));
  if ('problems' in read) {
    for (const { path, message } of read.problems)
      report('strategy', 'Traffic', [path.join('.'), message].filter(Boolean).join(': '));
    return undefined;
  }
  const asked = read.policy.metrics.flatMap((one) => (one.kind === 'verdict' ? [one.function] : []));
  const foreign = asked.filter((name) => !functions.includes(name));
  for (const name of new Set(foreign))
    report(
      'asset',
      'VerdictFunction',
      `${logicalId} asks the function ${name}, which the settings do not name for ${scope}; ` +
        `expected it in environments.${scope.split('/')[0]}.traffic.verdictFunctions, or another kind of metric${didYouMean(name, functions)}`,
    );
  return foreign.length === 0 ? read.policy : undefined;
}

function withStrategy(declared: JsonValue, strategy: string): JsonValue {
  if (!isObject(declared)) return declared;
  const { steps: _, ...rest } = declared;
  return { ...rest, strategy };
}

/** Returns the percentage that the new side has now. */
function originalOf(
  { logicalId }: Asset,
  trait: WeightTrait,
  properties: JsonObject,
  sides: Sides,
  report: Report,
): number | undefined {
  const [stable, target] = [sideName(sides.stable), sideName(sides.target)];
  if (sides.stable === sides.target) {
    report('to', 'SameSide', `both sides are ${target}; expected two different ones`);
    return undefined;
  }
  const original = trait.read?.(properties, sides);
  if (original === undefined)
    report(
      'to',
      'NotItsSides',
      `the traffic of ${logicalId} is not between ${stable} and ${target}; expected the two sides that share all of it`,
    );
  else if (original >= 100)
    report('to', 'NothingToShift', `${target} already has all traffic of ${logicalId}`);
  else return original;
  return undefined;
}

/**
 * A side that failed its analysis is refused, unless the request says why it is shifted to all the same. It is the same side
 * under every name: that of its resource, a new one, or what the service calls it.
 */
function liftOf(
  { id, logicalId }: Asset,
  side: string,
  { lift }: TrafficShift,
  { failed, byName }: World,
  report: Report,
): StepShift['lift'] {
  const called = new Set(calledBy(side, byName));
  const mark = failed
    .filter((one) => one.asset === id && (one.side === side || isSame(one, called, byName)))
    .toSorted((one, other) => other.failedAt - one.failedAt)[0];
  if (mark === undefined) {
    if (lift !== undefined)
      report(
        'lift',
        'NoMark',
        `${sideName(side)} has not failed an analysis for ${logicalId}; expected no lift`,
      );
    return undefined;
  }
  const { failedAt, why: failure } = mark;
  if (lift !== undefined) return { failedAt, failure, reason: lift };
  report(
    'to',
    'SideFailed',
    `${sideName(side)} failed its analysis for ${logicalId} at ${new Date(failedAt * 1000).toISOString()} (${failure}); ` +
      'expected another side, or --lift REASON, which needs an approval',
  );
  return undefined;
}

function isSame(
  { side, called }: FailedAnalysis,
  names: ReadonlySet<string>,
  byName: World['byName'],
): boolean {
  return (called === undefined ? calledBy(side, byName) : [called]).some((name) => names.has(name));
}

/** Returns what the service may call a side: the text itself, or what its reference stands for. */
function calledBy(side: string, byName: World['byName']): string[] {
  const { resource, attribute } = referenceIn(side) ?? {};
  if (resource === undefined) return [side];
  const asset = byName.get(resource);
  if (asset === undefined) return [];
  if (attribute === undefined) return [asset.identifier, ...asset.identifier.split('|')];
  const value = asset.attributes[attribute];
  return value === undefined ? [] : [String(value)];
}
