/** The weights of the new side one after the other, and how long each is kept. The last is 100. */
export interface ShiftPlan {
  weights: number[];
  waitMinutesAfter: number[];
}

/** Shifts at once. */
const allAtOnce: ShiftPlan = { weights: [100], waitMinutesAfter: [0] };

export function canary(percent: number, bakeMinutes: number): ShiftPlan {
  if (percent >= 100) return { weights: [100], waitMinutesAfter: [0] };
  return { weights: [percent, 100], waitMinutesAfter: [bakeMinutes, 0] };
}

/** Shifts equal steps. The last one ends at 100 where the step does not divide it, and nothing is waited for after it. */
export function linear(stepPercent: number, bakeMinutes: number): ShiftPlan {
  // In tenths of a percent: the sum of 33 steps of 3.1 is not a multiple of 3.1 in floating point.
  const step = Math.round(stepPercent * 10);
  const steps = Math.ceil(1000 / step);
  return {
    weights: Array.from({ length: steps }, (_, index) => Math.min(1000, (index + 1) * step) / 10),
    waitMinutesAfter: Array.from({ length: steps }, (_, index) => (index + 1 < steps ? bakeMinutes : 0)),
  };
}

/**
 * The predefined configurations (CodeDeploy User Guide, "Working with deployment configurations"). One minute is
 * spelled `1Minute` for Lambda and `1Minutes` for ECS.
 */
const predefined: Record<string, ShiftPlan> = {
  LambdaAllAtOnce: allAtOnce,
  LambdaCanary10Percent5Minutes: canary(10, 5),
  LambdaCanary10Percent10Minutes: canary(10, 10),
  LambdaCanary10Percent15Minutes: canary(10, 15),
  LambdaCanary10Percent30Minutes: canary(10, 30),
  LambdaLinear10PercentEvery1Minute: linear(10, 1),
  LambdaLinear10PercentEvery2Minutes: linear(10, 2),
  LambdaLinear10PercentEvery3Minutes: linear(10, 3),
  LambdaLinear10PercentEvery10Minutes: linear(10, 10),
  ECSAllAtOnce: allAtOnce,
  ECSCanary10Percent5Minutes: canary(10, 5),
  ECSCanary10Percent15Minutes: canary(10, 15),
  ECSLinear10PercentEvery1Minutes: linear(10, 1),
  ECSLinear10PercentEvery3Minutes: linear(10, 3),
};

/** The predefined configurations of CodeDeploy for Lambda and ECS, by their full name. */
export const codeDeployPlans: ReadonlyMap<string, ShiftPlan> = new Map(
  Object.entries(predefined).map(([name, plan]) => [`CodeDeployDefault.${name}`, plan]),
);

export interface EcsShift {
  strategy: string;
  canaryPercent?: number | undefined;
  canaryBakeTimeInMinutes?: number | undefined;
  stepPercent?: number | undefined;
  stepBakeTimeInMinutes?: number | undefined;
}

/** Returns how ECS shifts traffic by itself; the defaults are those of its API. */
export function ecsPlan(shift: EcsShift): ShiftPlan {
  if (shift.strategy === 'CANARY')
    return canary(shift.canaryPercent ?? 5, shift.canaryBakeTimeInMinutes ?? 10);
  if (shift.strategy === 'LINEAR') return linear(shift.stepPercent ?? 10, shift.stepBakeTimeInMinutes ?? 6);
  return allAtOnce;
}
