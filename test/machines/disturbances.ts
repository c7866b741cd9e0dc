import type { JsonValue } from '../../lib/model/json.ts';
import { callEndedHalfWay, callFaults, endedHalfWay, taskFaults, timesSent } from './faults.ts';
import type { StageHooks } from './hooks.ts';
import type { Stage } from './stage.ts';

/**
 * What can be disturbed: entering a state, attempting a task, calling a function, waking a task, delivering an event.
 */
export type PlaceKind = 'state' | 'task' | 'call' | 'wake' | 'delivery';

/** Where a disturbance occurs: at the n-th time, from 1, that something with a name happens in a scenario. */
export interface Place {
  kind: PlaceKind;
  name: string;
  occurrence: number;
  /** The number of the function's write calls, if they are counted. */
  writes: number;
}
export interface Disturbance extends Omit<Place, 'writes'> {
  what: string;
  /** The function ends after this many writes. */
  afterWrites?: number;
}

const whats: Record<PlaceKind, readonly string[]> = {
  state: ['stopped'],
  task: Object.keys(taskFaults),
  call: Object.keys(callFaults),
  wake: Object.keys(timesSent),
  delivery: Object.keys(timesSent),
};

/** Returns every way to disturb a place. */
export function disturbancesAt({ writes, ...place }: Place): Disturbance[] {
  const halfWay = Array.from({ length: Math.max(0, writes - 1) }, (_, index) => ({
    ...place,
    what: `ended after ${index + 1} of ${writes} writes`,
    afterWrites: index + 1,
  }));
  return [...whats[place.kind].map((what) => ({ ...place, what })), ...halfWay];
}

export function nameOf({ name, occurrence, what }: Disturbance): string {
  return `${name} #${occurrence} ${what}`;
}

export interface Watch {
  hooks: StageHooks;
  places: Place[];
  struck(): boolean;
}

/** What happens at a state other than stopping its execution. */
export const canceled = 'canceled';

/** Records everything that can be disturbed, and applies the given disturbances. */
export function watching(stage: Stage, disturbances: readonly Disturbance[], requestId: string): Watch {
  const places: Place[] = [];
  const counts = new Map<string, number>();
  let struck = false;
  /** Functions whose writes are counted, with their maximum number. */
  const writers = new Map<string, { place: Place; most: number }>();
  /** Counts a place, and tells whether it is the one to disturb. */
  const arrive = (kind: PlaceKind, name: string) => {
    const key = `${kind} ${name}`;
    const occurrence = (counts.get(key) ?? 0) + 1;
    counts.set(key, occurrence);
    const place: Place = { kind, name, occurrence, writes: 0 };
    places.push(place);
    const here = disturbances.find(
      (one) => one.kind === kind && one.name === name && one.occurrence === occurrence,
    );
    struck ||= here !== undefined;
    return { place, disturbance: here };
  };
  const counting =
    (functionName: string, place: Place, most: number | undefined) =>
    async <T>(proceed: () => Promise<T>): Promise<T> => {
      writers.set(functionName, { place, most: most ?? Number.POSITIVE_INFINITY });
      try {
        return await proceed();
      } finally {
        writers.delete(functionName);
      }
    };
  const hooks: StageHooks = {
    onStateEntered: ({ stateMachineName, stateName, executionArn }) => {
      const { disturbance: now } = arrive('state', `${stateMachineName} ${stateName}`);
      if (now === undefined) return;
      if (now.what === canceled)
        return stage.world.clock.busy(async () =>
          stage.deployment.putEvent('Cancellation Requested', { requestId, reason: 'not wanted any more' }),
        );
      stage.world.services.stepFunctions.stopExecution(executionArn, 'Stopped', 'a person stopped it');
    },
    interceptTask: (visit, proceed) => {
      const { place, disturbance: now } = arrive('task', `${visit.stateMachineName} ${visit.stateName}`);
      // Other functions run several times concurrently, so a write can't be assigned to one call.
      const writer =
        visit.stateMachineName === 'baton-govern-request' ? functionNameOf(visit.parameters) : '';
      const counted = () => counting(writer, place, now?.afterWrites)(proceed);
      if (now === undefined) return counted();
      if (now.afterWrites !== undefined) return endedHalfWay(counted);
      return taskFaults[now.what as keyof typeof taskFaults](counted) as Promise<JsonValue>;
    },
    interceptCall: ({ functionName, scheduled }, proceed) => {
      if (scheduled) return proceed();
      const { place, disturbance: now } = arrive('call', functionName);
      const counted = () => counting(functionName, place, now?.afterWrites)(proceed);
      if (now === undefined) return counted();
      if (now.afterWrites !== undefined) return callEndedHalfWay(counted);
      return callFaults[now.what as keyof typeof callFaults](counted);
    },
    mayWrite: (functionName) => {
      const writer = writers.get(functionName);
      if (writer === undefined) return true;
      writer.place.writes += 1;
      return writer.place.writes <= writer.most;
    },
    interceptWake: async (state, proceed) => {
      const times = timesOf(arrive('wake', `wake-up of ${state}`).disturbance);
      if (times === 0) return { status: 200, body: '{}' };
      const answer = await proceed();
      for (let time = 1; time < times; time += 1) await proceed();
      return answer;
    },
    copies: (ruleName, detailType) =>
      detailType === 'Scheduled Event'
        ? 1
        : timesOf(arrive('delivery', `${ruleName} of ${detailType}`).disturbance),
  };
  return { hooks, places, struck: () => struck };
}

function timesOf(disturbance: Disturbance | undefined): number {
  return disturbance === undefined ? 1 : timesSent[disturbance.what as keyof typeof timesSent];
}

/** Returns the function that a task calls. Empty for a nested execution. */
function functionNameOf(parameters: JsonValue): string {
  const { FunctionName = '' } = parameters as { FunctionName?: string };
  return /:function:([^:]+)/.exec(FunctionName)?.[1] ?? FunctionName;
}
