import { type FaultName, faults } from './faults.ts';
import { type Disturbance, type Place, play } from './play.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { openStage, type Stage } from './stage.ts';

/** Every disturbance of a scenario: each task at each visit in each way, and a stop at each state entered. */
export async function disturbancesOf(stage: Stage, scenario: Scenario): Promise<Disturbance[]> {
  const { tasks, states, findings, status } = await play(stage, scenario);
  if (findings.length > 0) throw new Error(`${scenario.name}, undisturbed: ${findings.join('; ')}`);
  if (status !== scenario.ends) throw new Error(`${scenario.name}, undisturbed: ends ${status}`);
  const faulty = tasks.flatMap((place: Place) =>
    (Object.keys(faults) as FaultName[]).map((fault) => ({ ...place, fault })),
  );
  return [...faulty, ...states.map((place) => ({ ...place, stop: true as const }))];
}

export function nameOf(disturbance: Disturbance): string {
  const { machine, state, occurrence } = disturbance;
  const what = 'fault' in disturbance ? disturbance.fault : 'stopped';
  return `${machine} ${state} #${occurrence} ${what}`;
}

/** Cases one stage plays before a fresh one takes over: its tables and modules grow with every case. */
const casesPerStage = 150;

async function main(only: string[]): Promise<number> {
  let cases = 0;
  let failed = 0;
  const started = performance.now();
  for (const scenario of scenarios.filter(({ name }) => only.length === 0 || only.includes(name))) {
    let stage = await openStage();
    const all = await disturbancesOf(stage, scenario);
    for (const [index, disturbance] of all.entries()) {
      if (index > 0 && index % casesPerStage === 0) {
        await stage.close();
        stage = await openStage();
      }
      const { findings, struck, status } = await play(stage, scenario, disturbance);
      cases += 1;
      if (findings.length === 0 && struck) continue;
      failed += 1;
      const why = struck ? findings.join('\n  ') : 'the disturbance found no place';
      console.log(`${scenario.name}: ${nameOf(disturbance)} (${status})\n  ${why}`);
      // What is broken would be found again by every case that follows.
      await stage.close();
      stage = await openStage();
    }
    await stage.close();
    console.log(`${scenario.name}: ${all.length} cases`);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${cases - failed} of ${cases} cases hold, in ${seconds} s`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
