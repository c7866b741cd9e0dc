import type { StepRecord } from '../../ledger/records.ts';
import type { JsonObject } from '../../model/json.ts';
import { removes } from '../../model/operations.ts';
import type { Violation } from '../../model/policy.ts';
import { rulesOf } from '../govern/policy-evidence.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

/** Policy results for a payload that don't forbid it. */
export type Shown = Pick<StepRecord, 'warned' | 'waived'>;

type JudgeContext = StepContext<Pick<PumpServices, 'judge'>>;

export interface Judgment {
  /** Why policy forbids the step. Absent if it doesn't. */
  denied?: string;
  shown: Shown;
}

/** Evaluates the payload of a step after every value is known. */
export async function judgePayload(
  context: StepContext<Pick<PumpServices, 'judge' | 'inventory'>>,
  payload: JsonObject,
): Promise<Judgment> {
  const { services, view, step } = context;
  if (view.plan.direction === 'undo') return judgeRestored(context, payload);
  if (!removes(step)) return judgmentOf(verdictsOn(context, payload));
  const removed = await services.inventory.asset(step.assetId ?? '');
  return judgmentOf(verdictsOn(context, removed?.applied ?? {}));
}

/**
 * For a rollback, only values that did not exist before count: forbidding previous values would leave the change half
 * done (docs/decisions/0038-what-of-an-undo-policy-evaluates.md). If the payload violates a rule more often than the
 * resource did before the run, the rollback violates the rule. Removing what the run created sends nothing.
 */
function judgeRestored(context: JudgeContext, payload: JsonObject): Judgment {
  const { view, step } = context;
  if (removes(step)) return { shown: {} };
  const verdicts = verdictsOn(context, payload);
  if (verdicts.decision === 'allow') return judgmentOf(verdicts);
  const { resource } = step;
  const there = { ...view.sentBefore.get(resource), ...view.before.get(resource) };
  const before = timesBroken(verdictsOn(context, there).violations);
  const after = timesBroken(verdicts.violations);
  const beyond = verdicts.violations.filter(({ rule }) => (after.get(rule) ?? 0) > (before.get(rule) ?? 0));
  const decision = beyond.some(({ enforcement }) => enforcement === 'enforce') ? 'deny' : 'allow';
  return judgmentOf({ ...verdicts, decision, violations: beyond });
}

function timesBroken(violations: readonly Violation[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { rule } of violations) times.set(rule, (times.get(rule) ?? 0) + 1);
  return times;
}

function verdictsOn(
  { services, view, step, now }: JudgeContext,
  properties: JsonObject,
): ReturnType<PumpServices['judge']> {
  const { resource, type, relationships, deletionPolicy, updateReplacePolicy, health } = step;
  const evaluated = {
    logicalId: resource,
    ...{ type, dependsOn: relationships, deletionPolicy, updateReplacePolicy },
    properties,
    health,
  };
  return services.judge(view.plan, evaluated, step, { approved: view.approved, now });
}

function judgmentOf({ decision, violations, waived }: ReturnType<PumpServices['judge']>): Judgment {
  const { enforce = [], warn = [] } = Object.groupBy(violations, ({ enforcement }) => enforcement);
  const shown = {
    ...(warn.length > 0 && { warned: rulesOf(warn) }),
    ...(waived.length > 0 && { waived: rulesOf(waived) }),
  };
  if (decision === 'allow') return { shown };
  return { denied: enforce.map(({ rule, message }) => `${rule}: ${message}`).join('; '), shown };
}
