import type { Inventory } from '../inventory/inventory.ts';
import { inventoryKeys } from '../inventory/keys.ts';
import type { StepRecord } from '../ledger/records.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { type DurationsSeen, durationsSeen, type Expectation, learnedExpectation } from '../planner/index.ts';
import { expectedDuration } from '../providers/durations.ts';
import { eachOf } from './each-of.ts';

/**
 * The source of a duration: `told` by the provider, or `noticed` by the pump, which depends on when it polls. The pump
 * polls when it expects an end, so what it noticed must not determine when it polls, because it would poll later and
 * later.
 */
type Source = 'told' | 'noticed';

type Kept = DurationsSeen & { source: Source; type: string; operation: Step['operation'] };
type Expect = (step: Pick<Step, 'type' | 'operation'>) => Expectation;

/**
 * Adds the durations of a run's steps to the history of its environment. Called once after a run has ended, so that no
 * run counts twice. If its function dies at that point, the run doesn't count.
 */
export async function noteDurations(
  inventory: Inventory,
  plan: HashedPlan,
  records: readonly StepRecord[],
): Promise<void> {
  const groups = new Map<string, { source: Source; step: Step; seconds: number[] }>();
  for (const record of records) {
    const step = plan.steps[record.index];
    if (step === undefined || record.status !== 'Succeeded') continue;
    const { startedAtSeconds, finishedAtSeconds = 0, tookSeconds } = record;
    const noticed = startedAtSeconds === undefined ? 0 : finishedAtSeconds - startedAtSeconds;
    const source = tookSeconds === undefined ? 'noticed' : 'told';
    const key = `${source} ${step.type} ${step.operation}`;
    const group = groups.get(key) ?? { source, step, seconds: [] };
    group.seconds.push(tookSeconds ?? noticed);
    groups.set(key, group);
  }
  await eachOf([...groups.values()], async ({ source, step: { type, operation }, seconds }) => {
    const { count, sumOfLogs, sumOfSquares } = durationsSeen(seconds);
    if (count === 0) return;
    await inventory.table.update({
      key: inventoryKeys.durations(plan.environment, source, type, operation),
      set: { source, type, operation },
      add: { count, sumOfLogs, sumOfSquares },
    });
  });
}

/**
 * Returns the expected durations of steps in an environment, from history if available: `told` for the pump, and
 * `predicted` for people, which falls back to what was noticed.
 */
export async function expectedDurations(
  inventory: Inventory,
  environment: string,
): Promise<{ told: Expect; predicted: Expect }> {
  const { pk } = inventoryKeys.durations(environment, '', '', '');
  const kept = await inventory.table.query<Kept>(pk, { prefix: 'DURATIONS#' });
  const seen = new Map(kept.map((one) => [`${one.source} ${one.type} ${one.operation}`, one]));
  const of = (source: Source, { type, operation }: Pick<Step, 'type' | 'operation'>) =>
    seen.get(`${source} ${type} ${operation}`);
  return {
    told: (step) => learnedExpectation(expectedDuration(step), of('told', step)),
    predicted: (step) => learnedExpectation(expectedDuration(step), of('told', step) ?? of('noticed', step)),
  };
}
