import type { CapacityLimit } from '../model/scaling-decision.ts';

/** What outer limits to growth follow from. */
export interface LimitSources {
  /** `used`: what other resources take of it. */
  quotas?: readonly { name: string; max: number; perUnit: number; used: number }[];
  /** What a month may cost, and what one unit costs in an hour. */
  budgets?: readonly { name: string; perMonth: number; perUnitHour: number }[];
  /** The subnets that new units are placed in, and the free addresses of those that are known. */
  addresses?: {
    subnets: readonly string[];
    free: ReadonlyMap<string, number>;
    perUnit: number;
    why?: string;
  };
}

export interface CapacityLimits {
  limits: CapacityLimit[];
  /** Limits that are not known. They limit nothing, and the record says that they were not known. */
  unknown: string[];
}

/** A month has 730 hours: "AWS Pricing Calculator", User Guide. */
const hoursOfMonth = 730;

/** Returns the outer limits of a capacity. None of them takes away what is there: see `combine`. */
export function capacityLimits(
  current: number,
  { quotas = [], budgets = [], addresses }: LimitSources,
): CapacityLimits {
  const limits = [
    ...quotas.map(({ name, max, perUnit, used }) => ({
      name: `quota ${name} of ${max}${used > 0 ? `, of which others use ${used}` : ''}`,
      max: Math.max(0, (max - used) / perUnit),
    })),
    ...budgets.map(({ name, perMonth, perUnitHour }) => ({
      name: `${name} of ${perMonth} a month, at ${perUnitHour} an hour for each unit`,
      max: perMonth / (perUnitHour * hoursOfMonth),
    })),
  ];
  if (addresses === undefined || addresses.subnets.length === 0) return { limits, unknown: [] };
  const { subnets, free, perUnit, why } = addresses;
  const missing = subnets.filter((subnet) => !free.has(subnet));
  if (missing.length > 0)
    return { limits, unknown: [`addresses of ${missing.join(', ')}${why === undefined ? '' : ` (${why})`}`] };
  const count = subnets.reduce((sum, subnet) => sum + (free.get(subnet) ?? 0), 0);
  const name = `addresses of ${subnets.join(', ')}, of which ${count} are free`;
  return { limits: [...limits, { name, max: current + Math.floor(count / perUnit) }], unknown: [] };
}
