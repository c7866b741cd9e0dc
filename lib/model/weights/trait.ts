import { BatonError } from '../errors.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { WeightedType } from '../weighted-types.ts';

/** The two sides of a shift, by what the type names them: target groups, versions, deployments, endpoints. */
export interface Sides {
  stable: string;
  target: string;
}

/** Properties to set and properties to remove, by their top-level names. Everything else stays. */
export interface PropertyChange {
  set: JsonObject;
  remove: string[];
}

/** How traffic weights of a resource type are written and read. */
export interface WeightTrait {
  type: WeightedType;
  /** Dotted path of the weight; `*` stands for the elements of a list. */
  path: string;
  /** Further properties that a shift changes. */
  alsoSets: readonly string[];
  /** The properties that a manifest with a traffic policy leaves as they are in force, by their top-level names. */
  holds: readonly string[];
  /** What a side is: the type of its resource, and what the service calls it. Absent: anything. */
  side?: { type: string; called: RegExp };
  /** The attribute by which a side refers to another resource; `Ref` by default. */
  sideAttribute?: string;
  unit: 'parts' | 'fraction' | 'percent';
  least: number;
  most: number;
  /** How the share of a side follows from its weight. */
  shares: string;
  /** Whether Baton moves the weight by an update of the properties, or the service does it itself. */
  moved: { by: 'update' } | { by: 'service' };
  /** What proves that the weight is in force. */
  readBack: string;
  /** How long the losing side must stay after its last weight is gone, and why. */
  drain: { seconds: number; source: string };
  /** Returns the change that gives the new side a percentage of the traffic. Throws WeightRefused. */
  write?(properties: JsonObject, sides: Sides, percent: number): PropertyChange;
  /** Returns the percentage of the new side, or undefined if the properties don't say it. */
  read?(properties: JsonObject, sides: Sides): number | undefined;
  /** Returns the sides that the properties name, with their weights. */
  sides?(properties: JsonObject): SideWeight[];
  /** Returns the change that puts the weights in force in place of those that a manifest has. */
  hold?(written: JsonObject, standing: JsonObject): PropertyChange;
}

/** A side and its weight, in the unit of its type. */
export interface SideWeight {
  name: string;
  weight: number;
}

/** A weight can't be expressed by the type, or the properties don't have the sides. */
export class WeightRefused extends BatonError {
  override readonly name: string = 'WeightRefused';
  override readonly permanent = true;
}

export function refuse(what: string): never {
  throw new WeightRefused(what);
}

export const byUpdate = { by: 'update' } as const;

/** Checks a percentage. */
export function checkedPercent(percent: number, most = 100): number {
  if (percent >= 0 && percent <= most) return percent;
  return refuse(`expected 0 to ${most} percent for the new side, got ${percent}`);
}

/**
 * Returns whole parts of both sides that are exactly a percentage, the smallest multiple of 100 that a type allows first.
 * The parts are never both 0.
 */
export function partsOf(percent: number, most: number): { stable: number; target: number } {
  checkedPercent(percent);
  for (let scale = 1; scale <= 10; scale++) {
    const target = Math.round(percent * scale * 1e6) / 1e6;
    const stable = Math.round((100 - percent) * scale * 1e6) / 1e6;
    if (Number.isInteger(target) && Number.isInteger(stable) && Math.max(target, stable) <= most)
      return { stable, target };
  }
  return refuse(`${percent} percent are no whole parts of at most ${most}; expected fewer decimals`);
}

/** Rounds away errors of floating-point arithmetic. */
export const exact = (value: number): number => Math.round(value * 1e6) / 1e6;

/** A list of weighted entries inside a resource. */
export interface WeightedList {
  /** Field that names the side of an entry, and field of its weight. */
  name: string;
  weight: string;
  /** The weight of an entry without one. */
  absent: number;
  /** Whether an entry may have the weight 0; otherwise it is left out. */
  zero: boolean;
}

export function entriesOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Sets the weights of both sides in a list; other entries and fields stay. Throws if others have traffic, too. */
export function weightedEntries(
  entries: readonly JsonObject[],
  form: WeightedList,
  sides: Sides,
  parts: { stable: number; target: number },
): JsonObject[] {
  const wanted = new Map([
    [sides.stable, parts.stable],
    [sides.target, parts.target],
  ]);
  if (wanted.size !== 2) refuse(`expected two different sides, got ${sides.stable} twice`);
  const others = entries.filter((entry) => !wanted.has(nameOf(entry, form)) && weightOf(entry, form) > 0);
  if (others.length > 0) {
    const names = others.map((entry) => nameOf(entry, form)).join(', ');
    refuse(`${names} also get traffic, so the shares of both sides would be others; expected a weight of 0`);
  }
  const missing = [...wanted.keys()].filter((side) => !entries.some((entry) => nameOf(entry, form) === side));
  return [...entries, ...missing.map((side): JsonObject => ({ [form.name]: side }))].flatMap((entry) => {
    const weight = wanted.get(nameOf(entry, form));
    if (weight === undefined) return [entry];
    return weight === 0 && !form.zero ? [] : [{ ...entry, [form.weight]: weight }];
  });
}

/** Returns the share of the new side in percent; undefined without traffic to either side, or with traffic to a third. */
export function shareIn(
  entries: readonly JsonObject[],
  form: WeightedList,
  sides: Sides,
): number | undefined {
  const sum = (of: readonly JsonObject[]) => of.reduce((total, entry) => total + weightOf(entry, form), 0);
  const named = (side: string) => sum(entries.filter((entry) => nameOf(entry, form) === side));
  const [stable, target] = [named(sides.stable), named(sides.target)];
  const all = sum(entries);
  return all > 0 && exact(stable + target) === exact(all) ? exact((100 * target) / all) : undefined;
}

function weightOf(entry: JsonObject, { weight, absent }: WeightedList): number {
  const found = entry[weight];
  return found === undefined ? absent : Number(found);
}

/** Returns the side of an entry. Different functions that only the service resolves are different sides. */
function nameOf(entry: JsonObject, { name }: WeightedList): string {
  const side = entry[name];
  return isObject(side ?? null) || Array.isArray(side) ? canonicalJson(side as JsonValue) : String(side);
}

/** Returns the sides of a list with their weights. */
export function sidesIn(entries: readonly JsonObject[], form: WeightedList): SideWeight[] {
  return entries.map((entry) => ({ name: nameOf(entry, form), weight: weightOf(entry, form) }));
}

/**
 * Returns the entries that a manifest has with the weights in force. A side with traffic stays, whatever the manifest says, and
 * a side that is new gets none.
 */
export function heldEntries(
  written: readonly JsonObject[],
  standing: readonly JsonObject[],
  form: WeightedList,
): JsonObject[] {
  const inForce = new Map(sidesIn(standing, form).map(({ name, weight }) => [name, weight]));
  const named = new Set(written.map((entry) => nameOf(entry, form)));
  const missing = standing.filter((entry) => !named.has(nameOf(entry, form)) && weightOf(entry, form) > 0);
  const all = [...written, ...missing];
  if (all.every((entry) => weightOf(entry, form) === (inForce.get(nameOf(entry, form)) ?? 0))) return all;
  return all.flatMap((entry) => {
    const weight = inForce.get(nameOf(entry, form)) ?? 0;
    return weight === 0 && !form.zero ? [] : [{ ...entry, [form.weight]: weight }];
  });
}

/** Returns the change that takes properties over as they stand. */
export function heldProperties(names: readonly string[], standing: JsonObject): PropertyChange {
  const there = names.filter((name) => standing[name] !== undefined);
  return {
    set: Object.fromEntries(there.map((name) => [name, standing[name] as JsonValue])),
    remove: names.filter((name) => standing[name] === undefined),
  };
}
