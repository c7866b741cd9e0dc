import { type EcsShift, ecsPlan } from './shift-plan.ts';

/** The numbers of each strategy, with their range and how fine they are (registry schema of AWS::ECS::Service). */
const numbers: Record<string, Record<string, { min: number; max: number; decimals: number }>> = {
  ROLLING: {},
  BLUE_GREEN: { bakeTimeInMinutes: { min: 0, max: 1440, decimals: 0 } },
  CANARY: {
    bakeTimeInMinutes: { min: 0, max: 1440, decimals: 0 },
    canaryPercent: { min: 0.1, max: 100, decimals: 1 },
    canaryBakeTimeInMinutes: { min: 0, max: 1440, decimals: 0 },
  },
  LINEAR: {
    bakeTimeInMinutes: { min: 0, max: 1440, decimals: 0 },
    stepPercent: { min: 3, max: 100, decimals: 1 },
    stepBakeTimeInMinutes: { min: 0, max: 1440, decimals: 0 },
  },
};

/** CloudFormation refuses a plan that takes longer. */
const cloudFormationMinutes = 33 * 60;

/** Returns what is wrong with a deployment strategy of ECS, or undefined. */
export function ecsStrategyProblem(
  shift: EcsShift & { bakeTimeInMinutes?: number | undefined },
): string | undefined {
  const known = numbers[shift.strategy];
  if (known === undefined)
    return `strategy is ${shift.strategy}; expected ${Object.keys(numbers).join(', ')}`;
  for (const [name, value] of Object.entries(shift)) {
    if (name === 'strategy' || value === undefined) continue;
    const range = known[name];
    if (range === undefined)
      return `${shift.strategy} has no ${name}; expected ${Object.keys(known).join(', ')}`;
    const scaled = Number(value) * 10 ** range.decimals;
    const isFine = Math.abs(scaled - Math.round(scaled)) < 1e-9;
    if (!(Number(value) >= range.min && Number(value) <= range.max && isFine))
      return `${name} is ${value}; expected ${range.min} to ${range.max} in steps of ${10 ** -range.decimals}`;
  }
  return undefined;
}

/** Returns why CloudFormation refuses a strategy that ECS itself takes, or undefined. */
export function cloudFormationProblem(
  shift: EcsShift & { bakeTimeInMinutes?: number | undefined },
): string | undefined {
  const waits = ecsPlan(shift).waitMinutesAfter.reduce((sum, minutes) => sum + minutes, 0);
  const minutes = waits + (shift.bakeTimeInMinutes ?? 0);
  if (minutes <= cloudFormationMinutes) return undefined;
  return `the shift takes ${minutes} minutes; expected at most ${cloudFormationMinutes} (33 hours)`;
}
