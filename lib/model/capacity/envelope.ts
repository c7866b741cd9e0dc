import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { valueAtPath } from '../property-path.ts';
import { findCapacity } from './index.ts';
import type { CapacityTrait } from './trait.ts';

/** A capacity of a resource that its manifest hands over, and the outermost bounds of its policy. */
export interface Envelope {
  trait: CapacityTrait;
  /** The lowest and the highest bound, those of the schedule included. */
  min: number;
  max: number;
}

/** Returns the capacities that a resource declares under `scaling`. The declaration was checked when it was admitted. */
export function envelopesOf(type: string, scaling: JsonValue | undefined): Envelope[] {
  const found = new Map<string, Envelope>();
  for (const policy of listed(scaling).filter((one) => isObject(one))) {
    const { property } = policy;
    const trait = findCapacity(type, typeof property === 'string' ? property : undefined);
    if (typeof trait === 'string' || found.has(trait.property)) continue;
    const all = [policy, ...listed(policy.schedule).filter((one) => isObject(one))];
    const values = (name: 'min' | 'max') =>
      all.map((one) => one[name]).filter((one) => typeof one === 'number');
    const [mins, maxes] = [values('min'), values('max')];
    if (mins.length === 0 || maxes.length === 0) continue;
    found.set(trait.property, { trait, min: Math.min(...mins), max: Math.max(...maxes) });
  }
  return [...found.values()];
}

/** Tells whether a capacity is within its bounds, or comes closer to them than the one before. */
export function fits(
  { min, max }: Pick<Envelope, 'min' | 'max'>,
  from: number | undefined,
  to: number,
): boolean {
  if (from !== undefined && from > max && to > max) return to < from;
  return to >= min && to <= max;
}

function listed(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Returns a capacity as a number: of a number, or of its text as some types write it. */
export function numberIn(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^\d{1,15}(?:\.\d{1,9})?$/.test(value) ? Number(value) : undefined;
}

/** Returns a capacity as its property writes it. */
export function asWritten({ form }: Pick<CapacityTrait, 'form'>, value: number): JsonValue {
  return form === 'integer as text' ? String(value) : value;
}

/** Returns the capacity nearest to a target that the service accepts in one change. */
export function reachable({ rules = {}, step }: CapacityTrait, from: number, to: number): number {
  const { factor = Number.POSITIVE_INFINITY, onlyUp = false } = rules;
  // Without a factor, a capacity of 0 may become any other.
  const highest = factor === Number.POSITIVE_INFINITY ? factor : Math.floor((from * factor) / step) * step;
  const lowest = onlyUp ? from : Math.ceil(from / factor / step) * step;
  return Math.min(Math.max(to, lowest), highest);
}

/** Returns the paths of the properties that must stay at or around a capacity, and on which side. */
export function boundPaths({ bounds = {} }: CapacityTrait): { path: string; side: 'atMost' | 'atLeast' }[] {
  return (['atMost', 'atLeast'] as const).flatMap((side) => {
    const path = bounds[side];
    return path === undefined ? [] : [{ path, side }];
  });
}

/** Returns the properties to set for a new capacity: the capacity, and each bound that it would not be within. */
export function capacityChange(trait: CapacityTrait, properties: JsonObject, to: number): JsonObject {
  const moved = boundPaths(trait).filter(({ path, side }) => {
    const bound = numberIn(valueAtPath(properties, path));
    return bound !== undefined && (side === 'atMost' ? bound > to : bound < to);
  });
  return Object.fromEntries(
    [trait.property, ...moved.map(({ path }) => path)].map((path) => [path, asWritten(trait, to)]),
  );
}
