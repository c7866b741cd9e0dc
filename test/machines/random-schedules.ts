import { isDeepStrictEqual } from 'node:util';
import type { Fault, FaultQuestion } from '../../lib/local/cloud-control/operation.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import { handlerErrors } from '../../lib/providers/handler-errors.ts';
import { randomFrom } from '../bench/random.ts';
import { canceled, type Disturbance, disturbancesAt, nameOf, type Place } from './disturbances.ts';
import { play } from './play.ts';
import { plainScenarios, type Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** A failing operation of the provider: the n-th that the disturbed request starts. */
interface ProviderFault extends Fault {
  nth: number;
}

/** The faults in one run of a scenario. */
export interface Schedule {
  seed: number;
  scenario: Scenario;
  disturbances: Disturbance[];
  provider: ProviderFault[];
}

/** What can be disturbed in each scenario, according to an undisturbed run. */
export type Catalog = { scenario: Scenario; places: Place[] }[];

/** Number of operations of a scenario that a fault may affect, including retries and the rollback. */
const operationsMax = 12;
const mostFaults = 4;

export async function catalogOf(stage: Stage): Promise<Catalog> {
  const catalog: Catalog = [];
  // A seed stays the same schedule as long as the list does.
  for (const scenario of plainScenarios.filter(({ name }) => name !== 'reject' && name !== 'shift')) {
    const { places, findings } = await play(stage, scenario);
    if (findings.length > 0) throw new Error(`${scenario.name}, undisturbed: ${findings.join('; ')}`);
    catalog.push({ scenario, places });
  }
  return catalog;
}

/** Returns one to four faults. The same seed gives the same faults. */
export function scheduleOf(seed: number, catalog: Catalog): Schedule {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const { scenario, places } = pick(catalog);
  const schedule: Schedule = { seed, scenario, disturbances: [], provider: [] };
  const states = places.filter(({ kind }) => kind === 'state');
  const others = places.filter(({ kind }) => kind !== 'state');
  const kinds: (() => void)[] = [
    () => schedule.disturbances.push(pick(disturbancesAt(pick(others)))),
    () => schedule.disturbances.push({ ...pick(states), what: 'stopped' }),
    () => schedule.disturbances.push({ ...pick(states), what: canceled }),
    () =>
      schedule.provider.push({
        nth: 1 + random.below(operationsMax),
        errorCode: pick(Object.keys(handlerErrors)),
        effect: random.below(2) === 0,
      }),
    () => schedule.provider.push({ nth: 1 + random.below(operationsMax), ...pick(callFaults) }),
  ];
  const count = 1 + random.below(mostFaults);
  for (let number = 0; number < count; number += 1) pick(kinds)();
  return schedule;
}

/** A throttled call, a rejected call, and a successful call whose response was lost. */
const callFaults: Fault[] = [
  { at: 'call', errorCode: 'ThrottlingException' },
  { at: 'call', errorCode: 'InvalidRequestException' },
  { at: 'call', errorCode: 'HandlerInternalFailureException', effect: true },
];

/** A creation that took effect doesn't report an existing resource. */
function isPossible({ errorCode, effect }: Fault, { operation }: FaultQuestion): boolean {
  return !(errorCode === 'AlreadyExists' && effect && operation === 'CREATE');
}

export function textOf({ seed, scenario, disturbances, provider }: Schedule): string {
  const faults = provider.map(
    ({ nth, errorCode, at = 'operation', effect }) =>
      `${at} ${nth} of the provider ${errorCode}${effect ? ' with effect' : ''}`,
  );
  return `seed ${seed}: ${scenario.name}: ${[...disturbances.map(nameOf), ...faults].join('; ')}`;
}

/** Plays the schedule of a seed. @returns the violated invariants */
export async function playSeed(stage: Stage, seed: number, catalog: Catalog): Promise<string[]> {
  const schedule = scheduleOf(seed, catalog);
  const store = stage.world.services.cloudControl.store;
  const before = new Set(store.list().map(keyOf));
  const scopeNow = () => shown(store.list().filter((resource) => !before.has(keyOf(resource))));
  let atStart: string[] = [];
  let asked = 0;
  const scenario: Scenario = {
    ...schedule.scenario,
    play: async (on, scope, requestId) => {
      atStart = scopeNow();
      on.faults((question) => {
        asked += 1;
        const fault = schedule.provider.find(({ nth }) => nth === asked);
        return fault !== undefined && isPossible(fault, question) ? fault : undefined;
      });
      await schedule.scenario.play(on, scope, requestId);
    },
  };
  try {
    const { findings, status } = await play(stage, scenario, schedule.disturbances, `random-${seed}`);
    const undone = status !== 'RolledBack' || isDeepStrictEqual(scopeNow(), atStart);
    return undone
      ? findings
      : [...findings, `it was rolled back from ${atStart.join(', ')} to ${scopeNow().join(', ')}`];
  } finally {
    stage.faults(() => undefined);
  }
}

const keyOf = ({ type, identifier }: StoredResource) => `${type} ${identifier}`;

/** Returns resources by their requested properties, because a re-created resource has another name. */
function shown(resources: StoredResource[]): string[] {
  return resources
    .map(({ type, properties: { VisibilityTimeout, RetentionInDays } }) =>
      [type, VisibilityTimeout, RetentionInDays].filter((part) => part !== undefined).join(' '),
    )
    .sort();
}
