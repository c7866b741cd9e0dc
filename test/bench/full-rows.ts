import type { Row } from './figures.ts';
import { fullRun } from './full-run.ts';

/** Measures complete requests on the local cloud, and compares them with the simulation. */
export async function fullRows(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const run = await fullRun(size, 1);
    const beside = run.stateTransitions - 3 * run.pumpTicks;
    const figures = {
      'makespan ÷ bound': run.makespanSeconds / run.boundSeconds,
      'makespan s': run.makespanSeconds,
      'simulated s': run.simulatedSeconds,
      ticks: run.pumpTicks,
      'simulated ticks': run.simulatedTicks,
      transitions: run.stateTransitions,
      'beside the pump, each': beside / size,
      'longest history': run.historyEvents,
      'largest state': run.largestState,
      'real s': run.realSeconds,
    };
    const met =
      run.status === 'Completed' &&
      run.completions >= size &&
      run.pumpTicks <= run.completions &&
      run.historyEvents <= 12_500 &&
      run.largestState <= 64 * 1024;
    const target = 'completes, ticks ≤ n, history ≤ 12500, state ≤ 64 KiB';
    rows.push({ section: 'full runs', name: `${size} resources`, figures, target, met });
  }
  return rows;
}
