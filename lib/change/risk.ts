import type { Rehearsal, Risk, RiskLevel } from '../model/change.ts';
import type { Operation, Step } from '../model/plan.ts';
import type { Verdicts } from '../model/policy.ts';
import { type ClassifiedPlan, exposuresOf } from './exposure/classify.ts';

export interface RiskFacts {
  plan: ClassifiedPlan;
  verdicts: Pick<Verdicts, 'violations' | 'pending'>;
  /** Rules somebody asks to be exempt from by this request, or is by the settings. */
  exceptions: number;
  /** Assets outside the plan that depend on what it changes. */
  blastRadius: number;
  /** Types the plan makes of which the environment has no asset yet, sorted. */
  novelTypes: string[];
  rehearsal: Pick<Rehearsal, 'outcome' | 'irreversible'>;
}

/** From so many dependents on, a change is of high risk whatever else it does. */
const wideBlastRadius = 10;

/** Whether carrying the step out loses data, or what no inverse brings back. */
export function isIrreversible(step: Pick<Step, 'operation' | 'holdsData' | 'inverse'>): boolean {
  const losesData = step.holdsData && (step.operation === 'delete' || step.operation === 'replace');
  return losesData || (step.inverse.irreversible !== undefined && step.operation !== 'create');
}

/** Whether carrying the step out deletes data; the deletion of what a replacement replaced is a step of its own. */
function losesData({ operation, holdsData }: Pick<Step, 'operation' | 'holdsData'>): boolean {
  return operation === 'delete' && holdsData;
}

/** What a plan puts at stake, and how much that is. Pure. */
export function riskOf(facts: RiskFacts): Risk {
  const { plan, verdicts, rehearsal, exceptions, blastRadius, novelTypes } = facts;
  const count = (operation: Operation) => plan.steps.filter((step) => step.operation === operation).length;
  const rehearsed = new Set(rehearsal.irreversible.map(({ step }) => step));
  // What holds no data comes back as a new resource: rehearsal names that, but nothing is lost by it.
  const lost = ({ id, operation, holdsData }: Step) =>
    rehearsed.has(id) && (operation === 'update' || holdsData);
  const irreversible = plan.steps.filter((step) => isIrreversible(step) || lost(step));
  const risk = {
    creates: count('create'),
    updates: count('update'),
    replaces: count('replace'),
    deletes: count('delete'),
    blastRadius,
    irreversibleSteps: irreversible.length,
    dataLosses: plan.steps.filter(losesData).length,
    novelTypes,
    policyWarnings: verdicts.violations.length,
    pendingResiduals: verdicts.pending.length,
    exceptions,
    exposed: exposuresOf(plan),
    rehearsal: rehearsal.outcome,
  };
  return { level: levelOf(risk), ...risk };
}

function levelOf(risk: Omit<Risk, 'level'>): RiskLevel {
  const high =
    risk.irreversibleSteps > 0 ||
    risk.exceptions > 0 ||
    risk.rehearsal === 'failed' ||
    risk.exposed.some(({ level }) => level === 'high') ||
    risk.blastRadius >= wideBlastRadius;
  if (high) return 'high';
  const disturbs = risk.updates + risk.replaces + risk.deletes > 0;
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

/** What a change counts for among those nobody is asked about: itself, and each of its steps. */
export function pointsOf({ steps }: ClassifiedPlan): number {
  return steps.length === 0 ? 0 : 1 + steps.length;
}
