import type { Inventory } from '../inventory/inventory.ts';
import { inventoryKeys } from '../inventory/keys.ts';
import type { StepRecord } from '../ledger/records.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { type DurationsSeen, durationsSeen, type Expectation, learnedExpectation } from '../planner/index.ts';
import { expectedDuration } from '../providers/durations.ts';
import { eachOf } from './pump/outcomes.ts';

/**
 * Where a duration comes from: `told` by the provider, or `noticed` by the pump, which is later the later it looks.
 * The pump looks when it expects an end: what it noticed must not tell it when to look, or it would look later and
 * later.
 */
type Source = 'told' | 'noticed';

type Kept = DurationsSeen & { source: Source; type: string; operation: Step['operation'] };
type Expect = (step: Pick<Step, 'type' | 'operation'>) => Expectation;

/**
 * Adds what a run's steps took to the history of its environment. Called once a run has ended, so that no run counts
 * twice; one whose function dies right then does not count at all.
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
 * How long steps are expected to take in an environment, by its history where there is one: `told` for the pump,
 * `predicted` for people, which falls back on what was noticed.
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
