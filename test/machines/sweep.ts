import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { freshAssembly } from '../../lib/cli/assembly.ts';
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

interface Tally {
  cases: number;
  held: number;
}

/** Plays every case of one scenario, and says of each that does not hold what is broken. */
async function sweepScenario(scenario: Scenario): Promise<Tally> {
  let stage = await openStage();
  const all = await disturbancesOf(stage, scenario);
  let held = 0;
  for (const [index, disturbance] of all.entries()) {
    if (index > 0 && index % casesPerStage === 0) {
      await stage.close();
      stage = await openStage();
    }
    const { findings, struck, status } = await play(stage, scenario, disturbance);
    if (findings.length === 0 && struck) {
      held += 1;
      continue;
    }
    const why = struck ? findings.join('\n  ') : 'the disturbance found no place';
    console.log(`${scenario.name}: ${nameOf(disturbance)} (${status})\n  ${why}`);
    // What is broken would be found again by every case that follows.
    await stage.close();
    stage = await openStage();
  }
  await stage.close();
  return { cases: all.length, held };
}

/** Runs the scenario in a process of its own: one thread plays one case at a time. */
function inProcess(name: string): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => {
      const [, held, cases] = /(\d+) of (\d+)\s*$/.exec(output) ?? [];
      if (held === undefined || cases === undefined) reject(new Error(`${name}: ${output}`));
      console.log(output.trim());
      resolve({ held: Number(held), cases: Number(cases) });
    });
  });
}

async function main([only]: string[]): Promise<number> {
  const one = scenarios.find(({ name }) => name === only);
  if (one !== undefined) {
    const { held, cases } = await sweepScenario(one);
    console.log(`${one.name}: ${held} of ${cases}`);
    return held === cases ? 0 : 1;
  }
  await freshAssembly(() => {});
  const queue = scenarios.values();
  const tallies: Tally[] = [];
  const started = performance.now();
  const worker = async () => {
    for (const { name } of queue) tallies.push(await inProcess(name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const sum = (field: keyof Tally) => tallies.reduce((total, tally) => total + tally[field], 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${sum('held')} of ${sum('cases')} cases hold, in ${seconds} s`);
  return sum('held') === sum('cases') ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
