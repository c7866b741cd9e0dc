import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { segmentsOf, valueAtPath } from '../property-path.ts';
import type { CapacityTrait } from './trait.ts';

/** Returns the capacity that properties hold, desired or live. Undefined if they have none, or not a number. */
export function capacityIn(
  { property }: Pick<CapacityTrait, 'property'>,
  properties: JsonObject,
): number | undefined {
  return numberOf(valueAtPath(properties, property));
}

/**
 * Returns the values by property path that set a capacity: its own, those of bounds that it would leave (a service
 * refuses a size outside of them, so they are sent together), and those of members, in proportion. Returns the problem
 * as text if the type does not accept the capacity.
 *
 * @param properties the current ones, desired or live
 */
export function changesTo(
  trait: CapacityTrait,
  properties: JsonObject,
  capacity: number,
): JsonObject | string {
  const { property, form, bounds = {}, members = [] } = trait;
  const problem = trait.unmet?.(properties) ?? problemOf(trait, capacity);
  if (problem !== undefined) return `${trait.type} ${property}: ${problem}`;
  const written = (value: number): JsonValue => (form === 'integer as text' ? String(value) : value);
  const changes: JsonObject = { [property]: written(capacity) };
  const low = bounds.atMost === undefined ? undefined : numberOf(valueAtPath(properties, bounds.atMost));
  if (bounds.atMost !== undefined && low !== undefined && low > capacity)
    changes[bounds.atMost] = written(capacity);
  const high = bounds.atLeast === undefined ? undefined : numberOf(valueAtPath(properties, bounds.atLeast));
  if (bounds.atLeast !== undefined && high !== undefined && high < capacity)
    changes[bounds.atLeast] = written(capacity);
  const before = capacityIn(trait, properties);
  for (const path of members.flatMap((pattern) => expanded(pattern, properties))) {
    const own = numberOf(valueAtPath(properties, path));
    if (own === undefined || before === undefined || before <= 0) continue;
    const share = Math.max(trait.least, Math.ceil((own * capacity) / before - 1e-9));
    if (share !== own) changes[path] = written(share);
  }
  return changes;
}

/**
 * Says when the capacity that carries another one changes: instances must be there before the tasks that run on them, and
 * go after these.
 */
export function carrierChanges(from: number, to: number): 'before' | 'after' {
  return to > from ? 'before' : 'after';
}

function problemOf({ least, most, step, unit }: CapacityTrait, capacity: number): string | undefined {
  if (!Number.isFinite(capacity)) return `expected a number of ${unit}, got ${capacity}`;
  if (capacity < least || capacity > (most ?? Number.POSITIVE_INFINITY))
    return `expected ${least} to ${most ?? 'any number of'} ${unit}, got ${capacity}`;
  return capacity % step === 0 ? undefined : `expected a multiple of ${step} ${unit}, got ${capacity}`;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Returns the paths that a pattern with `*` for the elements of a list stands for. */
function expanded(pattern: string, properties: JsonObject): string[] {
  const at = pattern.indexOf('.*');
  if (at < 0) return [pattern];
  const list = valueAtPath(properties, pattern.slice(0, at));
  if (!Array.isArray(list)) return [];
  return list.flatMap((element, index) =>
    isObject(element) && segmentsOf(pattern) !== undefined
      ? [`${pattern.slice(0, at)}.${index}${pattern.slice(at + 2)}`]
      : [],
  );
}
