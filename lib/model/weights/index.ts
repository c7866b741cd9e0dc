import type { JsonObject } from '../json.ts';
import { whyNoWeight } from '../weighted-types.ts';
import { edgeWeights } from './edge.ts';
import { loadBalancerWeights } from './load-balancers.ts';
import type { PropertyChange, WeightTrait } from './trait.ts';
import { versionWeights } from './versions.ts';

export {
  type PropertyChange,
  type Sides,
  type SideWeight,
  WeightRefused,
  type WeightTrait,
} from './trait.ts';

/** The traffic weights of each resource type that has some. */
export const weights: readonly WeightTrait[] = [...loadBalancerWeights, ...versionWeights, ...edgeWeights];

/** Returns the traffic weight of a type, or why it has none. */
export function findWeight(type: string): WeightTrait | string {
  return weights.find((trait) => trait.type === type) ?? whyNoWeight(type) ?? `${type} has no row`;
}

/** Returns properties after a change of weights. */
export function withChange(properties: JsonObject, { set, remove }: PropertyChange): JsonObject {
  const kept = Object.entries(properties).filter(([name]) => !remove.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}
