import type { CapacityRules } from '../scaling-decision.ts';
import { didYouMean } from '../suggest.ts';
import { cacheAndStreamCapacities } from './caches-and-streams.ts';
import { computeCapacities } from './compute.ts';
import { databaseCapacities } from './databases.ts';
import { functionCapacities } from './functions.ts';
import type { CapacityTrait } from './trait.ts';

export { capacityIn, carrierChanges, changesTo } from './changes.ts';
export type { CapacityTrait, LiveCapacity } from './trait.ts';

/** Every capacity that can be scaled. A new one needs a row in the file of its family. */
export const capacities: readonly CapacityTrait[] = [
  ...computeCapacities,
  ...databaseCapacities,
  ...cacheAndStreamCapacities,
  ...functionCapacities,
];

/** Returns the capacities of a resource type; the first is the default one. */
export function capacitiesOf(type: string): CapacityTrait[] {
  return capacities.filter((trait) => trait.type === type);
}

/**
 * Returns the capacity of a type that a policy is for: the property it names, or the only or first one. Otherwise the
 * problem.
 */
export function findCapacity(type: string, property?: string): CapacityTrait | string {
  const own = capacitiesOf(type);
  const found = property === undefined ? own[0] : own.find((trait) => trait.property === property);
  if (found !== undefined) return found;
  if (own.length === 0)
    return `${type} has no capacity that can be changed in place; remove the policy, or put it at the resource that has one`;
  const names = own.map((trait) => trait.property);
  return `${type} has no capacity "${property}"; expected ${names.join(' or ')}${didYouMean(property ?? '', names)}`;
}

/** Returns what the service accepts for a capacity, as a decision keeps it. */
export function rulesOf({ step, least, most, rules }: CapacityTrait): CapacityRules {
  return { ...rules, unit: step, minimum: least, ...(most === undefined ? {} : { maximum: most }) };
}
