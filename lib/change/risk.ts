import { capacitiesOf } from '../model/capacity/index.ts';
import { scalesWithinBounds } from '../model/capacity/scaling-step.ts';
import type { Rehearsal, Risk, RiskLevel } from '../model/change.ts';
import { changes, creates, losesData, removes, replaces } from '../model/operations.ts';
import type { Step } from '../model/plan.ts';
import type { Verdicts } from '../model/policy.ts';
import { type ClassifiedPlan, exposuresOf } from './exposure/classify.ts';

export interface RiskFacts {
  plan: ClassifiedPlan;
  verdicts: Pick<Verdicts, 'violations' | 'pending'>;
  /** Exceptions from rules, requested with this change or granted in the settings. */
  exceptions: number;
  /** Number of assets outside the plan that depend on what it changes. */
  blastRadius: number;
  /** Types that the plan creates and that the environment has no asset of, sorted. */
  novelTypes: string[];
  rehearsal: Pick<Rehearsal, 'outcome' | 'irreversible'>;
}

/** With this many dependents or more, a change is of high risk. */
const wideBlastRadius = 10;

/** Tells whether a step loses data, or removes something that no inverse restores. */
export function isIrreversible(step: Pick<Step, 'operation' | 'holdsData' | 'inverse' | 'act'>): boolean {
  if (step.act?.harm === 'data loss') return true;
  return losesData(step) || (step.inverse.irreversible !== undefined && !creates(step));
}

/** Tells whether the data is lost in this step. Deleting the old resource of a replacement is a separate step. */
function losesDataHere(step: Pick<Step, 'operation' | 'holdsData' | 'act'>): boolean {
  return step.act?.harm === 'data loss' || (removes(step) && step.holdsData);
}

/** Assesses the risk of a plan. Pure. */
export function riskOf(facts: RiskFacts): Risk {
  const { plan, verdicts, rehearsal, exceptions, blastRadius, novelTypes } = facts;
  const count = (kind: (step: Step) => boolean) => plan.steps.filter(kind).length;
  const rehearsed = new Set(rehearsal.irreversible.map(({ step }) => step));
  // A resource without data comes back as a new resource. The rehearsal reports that, but no data is lost.
  const lost = (step: Step) => rehearsed.has(step.id) && (changes(step) || step.holdsData);
  const irreversible = plan.steps.filter((step) => isIrreversible(step) || lost(step));
  const risk = {
    creates: count(creates),
    updates: count(changes),
    replaces: count(replaces),
    deletes: count(removes),
    blastRadius,
    irreversibleSteps: irreversible.length,
    dataLosses: count(losesDataHere),
    novelTypes,
    policyWarnings: verdicts.violations.length,
    pendingResiduals: verdicts.pending.length,
    exceptions,
    exposed: exposuresOf(plan),
    rehearsal: rehearsal.outcome,
  };
  // Within the bounds that were approved with the manifest, dependents expect capacity to move.
  const disturbing = count((step) => changes(step) && !isExpected(step));
  return { level: levelOf(risk, disturbing), ...risk };
}

/** Tells whether a step only scales within its declared bounds, without interrupting the service. */
function isExpected(step: ClassifiedPlan['steps'][number]): boolean {
  const harmless = capacitiesOf(step.type).every(({ harm }) => harm === 'none');
  return harmless && scalesWithinBounds(step);
}

function levelOf(risk: Omit<Risk, 'level'>, disturbing: number): RiskLevel {
  const high =
    risk.irreversibleSteps > 0 ||
    risk.exceptions > 0 ||
    risk.rehearsal === 'failed' ||
    risk.exposed.some(({ level }) => level === 'high') ||
    risk.blastRadius >= wideBlastRadius;
  if (high) return 'high';
  const disturbs = disturbing + risk.replaces + risk.deletes > 0;
  const medium =
    (disturbs && risk.blastRadius > 0) ||
    risk.exposed.length > 0 ||
    risk.replaces > 0 ||
    risk.deletes > 0 ||
    risk.novelTypes.length > 0 ||
    risk.policyWarnings > 0 ||
    risk.pendingResiduals > 0;
  return medium ? 'medium' : 'low';
}

/**
 * Returns the points of a change toward the limit for changes without an approval: one for the change and one for each
 * step. Steps that scale within their declared bounds have none: they can't add up to more than the bounds.
 */
export function pointsOf({ steps }: ClassifiedPlan): number {
  const counted = steps.filter((step) => !scalesWithinBounds(step));
  return counted.length === 0 ? 0 : 1 + counted.length;
}
