import { carrierChanges } from '../model/capacity/changes.ts';

/** One change of a capacity. */
export interface SizeChange {
  of: 'carrier' | 'carried';
  from: number;
  to: number;
}

export interface CarriedSizes {
  /** The units that run on others, such as tasks. */
  carried: { from: number; to: number };
  /** The units that they run on, such as instances, with the bounds of their group. */
  carrier: { current: number; min: number; max: number };
  /** How many of the former one of the latter holds. Without it, as many as now. */
  perCarrier?: number | undefined;
}

/**
 * Plans the changes of a capacity together with the one that carries it, in order: room is there before what needs it,
 * and goes after it. Only the difference counts, since others may run on the same units. Returns why there is no plan.
 */
export function planCarried({ carried, carrier, perCarrier }: CarriedSizes): SizeChange[] | string {
  const { from, to } = carried;
  const { current, min, max } = carrier;
  const own: SizeChange[] = from === to ? [] : [{ of: 'carried', from, to }];
  if (own.length === 0) return [];
  const density = perCarrier ?? (current > 0 ? Math.floor(from / current) : 0);
  if (!(density >= 1))
    return `${from} on ${current} does not tell how many fit on one; expected their number on one instance (--per-instance)`;
  const difference = to > from ? Math.ceil((to - from) / density) : -Math.floor((from - to) / density);
  const size = to > from ? current + difference : Math.min(current, Math.max(min, current + difference));
  if (size > max && size > current)
    return `${to} need ${size} instances, and the group has at most ${max}; raise its MaxSize first, or scale to less`;
  if (size === current) return own;
  const other: SizeChange = { of: 'carrier', from: current, to: size };
  return carrierChanges(from, to) === 'before' ? [other, ...own] : [...own, other];
}
