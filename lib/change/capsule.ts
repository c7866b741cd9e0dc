import { actionsOf } from '../model/actions.ts';
import type { Capsule, CapsuleStep } from '../model/change.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { Severity, Verdicts, Waiver } from '../model/policy.ts';
import { vehicleReason } from '../model/vehicle-types.ts';
import type { GovernedChange } from './governance.ts';

/** A step as an approver sees it: whole, but for what the rehearsal and the inverse plan tell better. */
export function capsuleStepOf({ inverse, relationships: _, ...step }: Step): CapsuleStep {
  const { irreversible } = inverse;
  return { ...step, ...(irreversible === undefined ? {} : { irreversible }) };
}

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** The worst of what was violated; undefined where nothing was. */
export function highestSeverity({ violations }: Pick<Verdicts, 'violations'>): Severity | undefined {
  const worst = Math.max(-1, ...violations.map(({ severity }) => severities.indexOf(severity)));
  return severities[worst];
}

/** The exceptions that verdicts make use of, each once. */
export function exceptionsOf({ waived }: Pick<Verdicts, 'waived'>): Waiver[] {
  return [...new Map(waived.map(({ waiver }) => [JSON.stringify(waiver), waiver])).values()];
}

/** A sealed change as governance policies see it. */
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
  };
}

/** The resource types a plan touches, sorted. */
export function typesOf(steps: readonly Pick<HashedPlan['steps'][number], 'type'>[]): string[] {
  return [...new Set(steps.map(({ type }) => type))].sort();
}

/** Types of the steps that make or change a vehicle which needs a decision, sorted; see lib/model/vehicle-types.ts. */
export function vehiclesOf(steps: readonly Pick<Step, 'type' | 'desired'>[]): string[] {
  return typesOf(
    steps.filter(({ type, desired }) => desired !== undefined && vehicleReason(type, desired) !== undefined),
  );
}
