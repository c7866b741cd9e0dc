import type { Capsule, CapsuleStep } from '../model/change.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { Severity, Verdicts, Waiver } from '../model/policy.ts';
import type { GovernedChange } from './governance.ts';

/** A step as an approver sees it: what it does, without what is only for carrying it out. */
export function capsuleStepOf(step: Step): CapsuleStep {
  const { id, resource, type, operation, dependsOn, holdsData, assetId, assetVersion, changes } = step;
  const { irreversible } = step.inverse;
  return {
    id,
    resource,
    type,
    operation,
    dependsOn,
    holdsData,
    ...(assetId === undefined ? {} : { assetId, assetVersion }),
    ...(changes === undefined ? {} : { changes }),
    ...(irreversible === undefined ? {} : { irreversible }),
  };
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
  const { changeId, type, header, scope, requester, risk, predicted, steps, overlaps } = capsule;
  return {
    changeId,
    type,
    header,
    scope,
    requester,
    risk,
    predicted,
    resourceTypes: typesOf(steps),
    overlaps: overlaps.length,
  };
}

/** The resource types a plan touches, sorted. */
export function typesOf(steps: readonly Pick<HashedPlan['steps'][number], 'type'>[]): string[] {
  return [...new Set(steps.map(({ type }) => type))].sort();
}
