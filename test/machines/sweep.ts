import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import { type Disturbance, disturbancesAt, nameOf, type Place } from './disturbances.ts';
import { scenarios, windowScenarios } from './people-scenarios.ts';
import { play } from './play.ts';
import type { Scenario } from './scenarios.ts';
import { openStage, type Stage } from './stage.ts';
import { windowedAssembly } from './windowed-assembly.ts';

/**
 * Every disturbance of a scenario: each task at each visit in each way, a stop at each state entered, each function
 * people and rules call, each wake-up and each delivery of an event; the function ended after each of its writes.
 */
export async function disturbancesOf(stage: Stage, scenario: Scenario): Promise<Disturbance[]> {
  const { places, findings, status } = await play(stage, scenario);
  if (findings.length > 0) throw new Error(`${scenario.name}, undisturbed: ${findings.join('; ')}`);
  if (status !== scenario.ends) throw new Error(`${scenario.name}, undisturbed: ends ${status}`);
  const ofTheRun = ({ name }: Place) => /^baton-(apply-plan|pump-run) /.test(name);
  return places.filter((place) => !scenario.governanceOnly || !ofTheRun(place)).flatMap(disturbancesAt);
}

/** Cases one stage plays before a fresh one takes over: its tables and modules grow with every case. */
const casesPerStage = 75;

interface Tally {
  cases: number;
  held: number;
}

/** Plays every case of one scenario, and says of each that does not hold what is broken. */
async function sweepScenario(scenario: Scenario): Promise<Tally> {
  const windowed = windowScenarios.includes(scenario);
  const options = windowed ? { assemblyDirectory: windowedAssembly() } : {};
  const open = () => openStage(options);
  let stage = await open();
  const all = await disturbancesOf(stage, scenario);
  let held = 0;
  for (const [index, disturbance] of all.entries()) {
    if (index > 0 && index % casesPerStage === 0) {
      await stage.close();
      stage = await open();
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
    stage = await open();
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
  // The longest first, so that none is left over at the end.
  const all = [...windowScenarios, ...scenarios.toReversed()];
  const one = all.find(({ name }) => name === only);
  if (one !== undefined) {
    const { held, cases } = await sweepScenario(one);
    console.log(`${one.name}: ${held} of ${cases}`);
    return held === cases ? 0 : 1;
  }
  await freshAssembly(() => {});
  const queue = all.values();
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
