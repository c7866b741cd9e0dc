import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import { type Disturbance, disturbancesAt, nameOf, type Place } from './disturbances.ts';
import { scenarios, windowScenarios } from './people-scenarios.ts';
import { play } from './play.ts';
import { catalogOf, playSeed, scheduleOf, textOf } from './random-schedules.ts';
import type { Scenario } from './scenarios.ts';
import { openStage, type Stage } from './stage.ts';
import { windowedAssembly } from './windowed-assembly.ts';

/**
 * Returns every disturbance of a scenario: each task at each visit in each way, a stop at each entered state, each
 * function that people and rules call, each wake-up and each delivery of an event, and the end of the function after
 * each of its writes.
 */
export async function disturbancesOf(stage: Stage, scenario: Scenario): Promise<Disturbance[]> {
  const { places, findings, status } = await play(stage, scenario);
  if (findings.length > 0) throw new Error(`${scenario.name}, undisturbed: ${findings.join('; ')}`);
  if (status !== scenario.ends) throw new Error(`${scenario.name}, undisturbed: ends ${status}`);
  const ofTheRun = ({ name }: Place) => /^baton-(apply-plan|pump-run) /.test(name);
  return places.filter((place) => !scenario.governanceOnly || !ofTheRun(place)).flatMap(disturbancesAt);
}

/**
 * Number of cases for one stage before a new one replaces it: its stored data grows by about 3 MB for each case, and
 * the functions of a new stage are slow until they are compiled.
 */
const casesPerStage = 250;

interface Tally {
  cases: number;
  held: number;
}

/** Plays every case of one scenario, and reports the violations of each. */
async function sweepScenario(scenario: Scenario): Promise<Tally> {
  const windowed = windowScenarios.includes(scenario);
  const options = windowed ? { assemblyDirectory: await windowedAssembly() } : {};
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
    // Every following case would report the same violations again.
    await stage.close();
    stage = await open();
  }
  await stage.close();
  return { cases: all.length, held };
}

/** Number of random schedules in a complete sweep, and the number that one process plays. */
const randomSchedules = 10_000;
const schedulesPerProcess = 250;

/** Plays the schedules of several seeds, and reports how to repeat each violation. */
async function sweepSeeds(first: number, count: number): Promise<Tally> {
  let stage = await openStage();
  const catalog = await catalogOf(stage);
  let held = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const onStage = seed - first;
    if (onStage > 0 && onStage % casesPerStage === 0) {
      await stage.close();
      stage = await openStage();
    }
    const findings = await playSeed(stage, seed, catalog);
    if (findings.length === 0) {
      held += 1;
      continue;
    }
    console.log(`${textOf(scheduleOf(seed, catalog))}\n  ${findings.join('\n  ')}`);
    console.log(`  again: npm run sweep -- --seed ${seed}`);
    await stage.close();
    stage = await openStage();
  }
  await stage.close();
  return { cases: count, held };
}

/** Runs a scenario, or the schedules of some seeds, in a separate process: one thread plays one case at a time. */
function inProcess(...args: string[]): Promise<Tally> {
  const name = args.join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename, ...args], {
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

async function main([only, first, count]: string[]): Promise<number> {
  if (only === '--seed') {
    const from = Number(first);
    if (!Number.isInteger(from)) throw new Error('usage: npm run sweep -- --seed N [COUNT]');
    const { held, cases } = await sweepSeeds(from, Number(count ?? 1));
    console.log(`random schedules from seed ${from}: ${held} of ${cases}`);
    return held === cases ? 0 : 1;
  }
  // The longest first, so that none remains at the end.
  const all = [...windowScenarios, ...scenarios.toReversed()];
  const one = all.find(({ name }) => name === only);
  if (one !== undefined) {
    const { held, cases } = await sweepScenario(one);
    console.log(`${one.name}: ${held} of ${cases}`);
    return held === cases ? 0 : 1;
  }
  await freshAssembly(() => {});
  const chunks = Array.from({ length: randomSchedules / schedulesPerProcess }, (_, index) => [
    ...['--seed', String(1 + index * schedulesPerProcess), String(schedulesPerProcess)],
  ]);
  const queue = [...all.map(({ name }) => [name]), ...chunks].values();
  const tallies: Tally[] = [];
  const started = performance.now();
  const worker = async () => {
    for (const args of queue) tallies.push(await inProcess(...args));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const sum = (field: keyof Tally) => tallies.reduce((total, tally) => total + tally[field], 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${sum('held')} of ${sum('cases')} cases hold, in ${seconds} s`);
  return sum('held') === sum('cases') ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
