import { actionsOf } from '../model/actions.ts';
import { type Scaling, scalesWithinBounds, scalingFactsOf } from '../model/capacity/scaling-step.ts';
import type { Capsule, CapsuleStep, ScalingTimes } from '../model/change.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { Severity, Verdicts, Waiver } from '../model/policy.ts';
import { vehicleReason } from '../model/vehicle-types.ts';
import type { GovernedChange } from './governance.ts';

/**
 * Returns a step as approvers see it: the whole step, except for data that the rehearsal and the inverse plan show
 * better.
 */
export function capsuleStepOf({ inverse, relationships: _, ...step }: Step): CapsuleStep {
  const { irreversible, because } = inverse;
  return {
    ...step,
    ...(irreversible === undefined ? {} : { irreversible }),
    ...(because === undefined ? {} : { nothingToUndo: because }),
  };
}

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Returns the highest severity among the violations, or undefined without violations. */
export function highestSeverity({ violations }: Pick<Verdicts, 'violations'>): Severity | undefined {
  const worst = Math.max(-1, ...violations.map(({ severity }) => severities.indexOf(severity)));
  return severities[worst];
}

/** Returns the exceptions that the verdicts use, without duplicates. */
export function exceptionsOf({ waived }: Pick<Verdicts, 'waived'>): Waiver[] {
  return [...new Map(waived.map(({ waiver }) => [JSON.stringify(waiver), waiver])).values()];
}

/** Returns a sealed change in the form that governance policies evaluate. */
export function governedChangeOf(capsule: Capsule): GovernedChange {
  const { changeId, type, header, scope, requester, risk, predicted, steps, overlaps, window } = capsule;
  return {
    changeId,
    type,
    header,
    scope,
    requester,
    risk,
    predicted,
    resourceTypes: typesOf(steps),
    vehicles: vehiclesOf(steps),
    overlaps: overlaps.length,
    actions: actionsOf(steps),
    waitsSeconds: window.waitsSeconds ?? 0,
    frozen: window.freeze !== undefined,
    dayPoints: capsule.dayPoints,
    scaling: governedScaling(steps, capsule.scaling),
  };
}

/** Returns what governance knows of the steps that only scale. What is beyond the policy is not within its bounds. */
export function governedScaling(
  steps: readonly Scaling[],
  times: ScalingTimes = { dayScales: 0, utcHour: 0 },
): GovernedChange['scaling'] {
  const facts = scalingFactsOf(steps);
  return { ...facts, ...times, withinBounds: facts.withinBounds && times.beyond === undefined };
}

/** Returns the resource types in a plan, sorted. */
export function typesOf(steps: readonly Pick<HashedPlan['steps'][number], 'type'>[]): string[] {
  return [...new Set(steps.map(({ type }) => type))].sort();
}

/**
 * Returns the sorted types of vehicles that the steps create or change and that need a decision; see
 * lib/model/vehicle-types.ts. A step that only scales within its bounds changes nothing of what a vehicle does.
 */
export function vehiclesOf(steps: readonly (Pick<Step, 'type' | 'desired'> & Scaling)[]): string[] {
  return typesOf(
    steps.filter(
      (step) =>
        step.desired !== undefined &&
        vehicleReason(step.type, step.desired) !== undefined &&
        !scalesWithinBounds(step),
    ),
  );
}
