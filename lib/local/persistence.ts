/** Stores a world across restarts: everything but executions is kept in a folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../model/json.ts';
import type { Clock } from './clock.ts';
import type { RegionState } from './cloud-control/regions.ts';
import type { Route53State } from './route53/service.ts';
import type { Services } from './services.ts';

/** The contents of the simulated cloud and of the stack's services, as JSON. dynalite stores tables itself. */
export interface WorldState {
  nowMillis: number;
  /** By region. */
  clouds: Record<string, RegionState>;
  objects: JsonObject;
  queues: JsonObject;
  keys: Record<string, string>;
  /** Absent in folders of older versions. */
  records?: Route53State;
}

const FILE = 'world.json';

/** Returns the folder where dynalite stores tables. */
export function tablesDirectory(stateDirectory: string): string {
  mkdirSync(stateDirectory, { recursive: true });
  return join(stateDirectory, 'tables');
}

export function captureState(services: Services, clock: Clock): WorldState {
  return {
    nowMillis: clock.now(),
    clouds: services.cloudControl.snapshot(),
    objects: services.objects.snapshot(),
    queues: services.sqs.snapshot(),
    keys: services.kms.snapshot(),
    records: services.route53.snapshot(),
  };
}

/** The stack must be brought up first, because the state is loaded into its resources. */
export function applyState(state: WorldState, services: Services): void {
  services.cloudControl.restore(state.clouds);
  services.objects.restore(state.objects);
  services.sqs.restore(state.queues);
  services.kms.restore(state.keys);
  if (state.records !== undefined) services.route53.restore(state.records);
  services.cloudwatch.synchronize(Object.keys(state.clouds));
}

/** Returns the state at the last stop, or undefined if there is none. */
export function readState(stateDirectory: string): WorldState | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDirectory, FILE), 'utf8')) as WorldState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the state. A crash during the write leaves the previous state. */
export function writeState(stateDirectory: string, state: WorldState): void {
  const file = join(stateDirectory, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
