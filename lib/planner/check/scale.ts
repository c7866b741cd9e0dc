import { capacities } from '../../model/capacity/index.ts';
import type { Problem } from '../../model/errors.ts';
import { segmentsOf } from '../../model/property-path.ts';
import type { AssetChange } from '../../model/wish.ts';
import type { Context } from './context.ts';
import { amount, handedOver } from './scaled.ts';

/** A request that scales sets capacities within their bounds, what must be around them, and nothing else. */
export function checkScale({ evidence, asset }: Context): Problem[] {
  const { wish, header } = evidence.desired ?? {};
  if (wish?.kind !== 'changes' || header?.action !== 'scale') return [];
  return wish.changes.map(dotted).flatMap((change) => {
    const { scaling } = asset.get(change.asset) ?? {};
    const wrong = [...strays(change), ...outside(change, handedOver({ type: change.type, scaling }))];
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
function strays({ type, set, remove, release }: AssetChange): string[] {
  const own = capacities.filter((trait) => trait.type === type && set[trait.property] !== undefined);
  const fits = (path: string) =>
    own.some(
      ({ property, bounds }) =>
        path === property ||
        (Object.values(bounds ?? {}).includes(path) && amount(set[path]) === amount(set[property])),
    );
  return [...Object.keys(set).filter((path) => !fits(path)), ...remove, ...release];
}

function outside({ set }: AssetChange, own: ReturnType<typeof handedOver>): string[] {
  return own.flatMap(({ trait: { property }, lowest, highest }) => {
    if (set[property] === undefined) return [];
    const to = amount(set[property]) ?? Number.NaN;
    return to >= lowest && to <= highest ? [] : [`${property} of ${String(set[property])}`];
  });
}
