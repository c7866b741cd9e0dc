import { isDeepStrictEqual } from 'node:util';
import type { Fault, FaultQuestion } from '../../lib/local/cloud-control/operation.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import { handlerErrors } from '../../lib/providers/handler-errors.ts';
import { randomFrom } from '../bench/random.ts';
import { cancelled, type Disturbance, disturbancesAt, nameOf, type Place } from './disturbances.ts';
import { play } from './play.ts';
import { plainScenarios, type Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** An operation of the provider that goes wrong: the n-th that the disturbed request asks for. */
interface ProviderFault extends Fault {
  nth: number;
}

/** What goes wrong in one playing of a scenario. */
export interface Schedule {
  seed: number;
  scenario: Scenario;
  disturbances: Disturbance[];
  provider: ProviderFault[];
}

/** What can be disturbed in each scenario, as playing it undisturbed shows. */
export type Catalogue = { scenario: Scenario; places: Place[] }[];

/** Operations a scenario asks for, retries and undo included, that a fault may meet. */
const operationsMax = 12;
const mostFaults = 4;

export async function catalogueOf(stage: Stage): Promise<Catalogue> {
  const catalogue: Catalogue = [];
  for (const scenario of plainScenarios.filter(({ name }) => name !== 'reject')) {
    const { places, findings } = await play(stage, scenario);
    if (findings.length > 0) throw new Error(`${scenario.name}, undisturbed: ${findings.join('; ')}`);
    catalogue.push({ scenario, places });
  }
  return catalogue;
}

/** One to four things that go wrong: the same seed gives the same ones. */
export function scheduleOf(seed: number, catalogue: Catalogue): Schedule {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const { scenario, places } = pick(catalogue);
  const schedule: Schedule = { seed, scenario, disturbances: [], provider: [] };
  const states = places.filter(({ kind }) => kind === 'state');
  const others = places.filter(({ kind }) => kind !== 'state');
  const kinds: (() => void)[] = [
    () => schedule.disturbances.push(pick(disturbancesAt(pick(others)))),
    () => schedule.disturbances.push({ ...pick(states), what: 'stopped' }),
    () => schedule.disturbances.push({ ...pick(states), what: cancelled }),
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

/** A call that is not taken, one that is refused, and one that was taken and whose answer was lost. */
const callFaults: Fault[] = [
  { at: 'call', errorCode: 'ThrottlingException' },
  { at: 'call', errorCode: 'InvalidRequestException' },
  { at: 'call', errorCode: 'HandlerInternalFailureException', effect: true },
];

/** A creation that made something is none that found it there. */
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

/** Plays what a seed stands for. @returns what does not hold afterwards */
export async function playSeed(stage: Stage, seed: number, catalogue: Catalogue): Promise<string[]> {
  const schedule = scheduleOf(seed, catalogue);
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

/** Resources by what people set of them: what is made again has another name. */
function shown(resources: StoredResource[]): string[] {
  return resources
    .map(({ type, properties: { VisibilityTimeout, RetentionInDays } }) =>
      [type, VisibilityTimeout, RetentionInDays].filter((part) => part !== undefined).join(' '),
    )
    .sort();
}
