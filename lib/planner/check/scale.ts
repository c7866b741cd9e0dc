import type { Asset } from '../../model/asset.ts';
import { capacities } from '../../model/capacity/index.ts';
import type { Problem } from '../../model/errors.ts';
import { segmentsOf, valueAtPath } from '../../model/property-path.ts';
import type { AssetChange } from '../../model/wish.ts';
import type { Context } from './context.ts';
import { amount, handedOver } from './scaled.ts';

/** A request that scales sets capacities within their bounds, what must be around them, and nothing else. */
export function checkScale({ evidence, asset }: Context): Problem[] {
  const { wish, header } = evidence.desired ?? {};
  if (wish?.kind !== 'changes' || header?.action !== 'scale') return [];
  return wish.changes.map(dotted).flatMap((change) => {
    const found = asset.get(change.asset);
    const own = handedOver({ type: change.type, scaling: found?.scaling });
    const wrong = [...strays(change, found), ...outside(change, own, found)];
    if (wrong.length === 0) return [];
    const message = `${wrong.join(', ')} can't be set by a request that scales`;
    return [{ path: `changes.${change.asset}`, code: 'NotScaling', message }];
  });
}

/** Returns a change with its paths in one notation. */
function dotted(change: AssetChange): AssetChange {
  const set = Object.entries(change.set).map(([path, value]) => [segmentsOf(path)?.join('.') ?? path, value]);
  return { ...change, set: Object.fromEntries(set) };
}

/** Returns the paths that are neither a capacity nor a bound with the value of its capacity. */
function strays({ type, set, remove, release }: AssetChange, asset: Asset | undefined): string[] {
  const own = capacities.filter((trait) => trait.type === type && set[trait.property] !== undefined);
  const fits = (path: string) =>
    own.some(
      ({ property, bounds, least, members = [] }) =>
        path === property ||
        isShare(asset, path, {
          least,
          members,
          property,
          to: amount(set[property]),
          given: amount(set[path]),
        }) ||
        (Object.values(bounds ?? {}).includes(path) && amount(set[path]) === amount(set[property])),
    );
  return [...Object.keys(set).filter((path) => !fits(path)), ...remove, ...release];
}

/** Tells whether a member of a list gets the share of the capacity that its manifest declares. */
function isShare(
  asset: Asset | undefined,
  path: string,
  one: {
    least: number;
    members: readonly string[];
    property: string;
    to: number | undefined;
    given: number | undefined;
  },
): boolean {
  const { least, members, property, to, given } = one;
  const isMember = members.some((pattern) => path.replace(/\.\d+\./, '.*.') === pattern);
  if (!isMember || asset === undefined || to === undefined || given === undefined) return false;
  const said = (at: string) => {
    const owner = asset.owners?.find(({ path: own }) => own === at || at.startsWith(`${own}.`));
    if (owner === undefined) return amount(valueAtPath(asset.desired, at));
    const { path: own, manifest } = owner;
    return amount(
      own === at ? manifest : valueAtPath({ own: manifest ?? null }, `own${at.slice(own.length)}`),
    );
  };
  const sized = (at: string) => amount(valueAtPath(asset.desired, at)) ?? Number.NaN;
  const [base = 0, own] = [said(property), said(path)];
  const share = base > 0 && own !== undefined ? (own * to) / base : (sized(path) * to) / sized(property);
  return given === Math.max(least, Math.ceil(share - 1e-9));
}

/** Above the bounds is only what people approve, and what is less than they approved before. */
function outside(
  { set, beyondPolicy }: AssetChange,
  own: ReturnType<typeof handedOver>,
  asset: Pick<Asset, 'desired' | 'attributes'> | undefined,
): string[] {
  return own.flatMap(({ trait: { property }, lowest, highest }) => {
    if (set[property] === undefined) return [];
    const to = amount(set[property]) ?? Number.NaN;
    const now = amount(
      asset && (valueAtPath(asset.desired, property) ?? valueAtPath(asset.attributes, property)),
    );
    const mayExceed = beyondPolicy === true || (now !== undefined && to < now);
    return to >= lowest && (to <= highest || mayExceed) ? [] : [`${property} of ${String(set[property])}`];
  });
}
