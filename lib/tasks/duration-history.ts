import type { Inventory } from '../inventory/inventory.ts';
import { inventoryKeys } from '../inventory/keys.ts';
import type { StepRecord } from '../ledger/records.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { type DurationsSeen, durationsSeen, type Expectation, learnedExpectation } from '../planner/index.ts';
import { expectedDuration } from '../providers/durations.ts';
import { eachOf } from './pump/outcomes.ts';

type Kept = DurationsSeen & { type: string; operation: Step['operation'] };

/**
 * Adds what a run's steps took to the history of its environment. Called once a run has ended, so that no run counts
 * twice; one whose function dies right then does not count at all.
 */
export async function noteDurations(
  inventory: Inventory,
  plan: HashedPlan,
  records: readonly StepRecord[],
): Promise<void> {
  const seconds = new Map<string, { step: Step; seconds: number[] }>();
  for (const { index, status, startedAtSeconds, finishedAtSeconds } of records) {
    const step = plan.steps[index];
    if (step === undefined || status !== 'Succeeded') continue;
    if (startedAtSeconds === undefined || finishedAtSeconds === undefined) continue;
    const key = `${step.type}#${step.operation}`;
    const group = seconds.get(key) ?? { step, seconds: [] };
    group.seconds.push(finishedAtSeconds - startedAtSeconds);
    seconds.set(key, group);
  }
  await eachOf([...seconds.values()], async ({ step: { type, operation }, seconds: took }) => {
    const { count, sumOfLogs, sumOfSquares } = durationsSeen(took);
    if (count === 0) return;
    await inventory.table.update({
      key: inventoryKeys.durations(plan.environment, type, operation),
      set: { type, operation },
      add: { count, sumOfLogs, sumOfSquares },
    });
  });
}

/** How long steps are expected to take in an environment, by its history where there is one. */
export async function expectedDurations(
  inventory: Inventory,
  environment: string,
): Promise<(step: Pick<Step, 'type' | 'operation'>) => Expectation> {
  const { pk } = inventoryKeys.durations(environment, '', 'create');
  const kept = await inventory.table.query<Kept>(pk, { prefix: 'DURATIONS#' });
  const seen = new Map(kept.map((one) => [`${one.type}#${one.operation}`, one]));
  return (step) => learnedExpectation(expectedDuration(step), seen.get(`${step.type}#${step.operation}`));
}
