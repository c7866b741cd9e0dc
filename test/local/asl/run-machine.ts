/** Runs a state machine to its end with its own clock. */
import { type Clock, createClock } from '../../../lib/local/clock.ts';
import type { Execution } from '../../../lib/local/step-functions/execution.ts';
import { StepFunctions } from '../../../lib/local/step-functions/service.ts';
import type {
  ExecutionStatusChange,
  Hooks,
  LambdaCall,
  ServiceCall,
  StateMachineType,
} from '../../../lib/local/step-functions/types.ts';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';

export type Functions = { [name: string]: (payload: JsonValue, call: LambdaCall) => unknown };

export interface World {
  clock: Clock;
  service: StepFunctions;
  changes: ExecutionStatusChange[];
}

export interface WorldOptions {
  functions?: Functions;
  call?: (call: ServiceCall) => JsonValue | Promise<JsonValue>;
  hooks?: Hooks;
  childHistoriesKept?: number;
  random?: () => number;
}

export const START_MILLIS = Date.UTC(2026, 0, 1);

/** Functions are found by the last part of their ARN. An error that they throw is a handler's error. */
export function createWorld(options: WorldOptions = {}): World {
  const clock = createClock({ startMillis: START_MILLIS });
  const changes: ExecutionStatusChange[] = [];
  const service = new StepFunctions({
    clock,
    integrations: {
      async invokeLambda(call) {
        const handler = options.functions?.[call.functionArn.split(':').at(-1) ?? ''];
        if (handler === undefined) {
          const error = new Error(`Function not found: ${call.functionArn}`);
          throw Object.assign(error, { name: 'ResourceNotFoundException', statusCode: 404, requestId: 'r' });
        }
        try {
          const result = await handler(JSON.parse(call.payload ?? 'null') as JsonValue, call);
          return { statusCode: 200, payload: JSON.stringify(result ?? null) };
        } catch (error) {
          const { name, message } = error as Error;
          const payload = JSON.stringify({ errorType: name, errorMessage: message });
          return { statusCode: 200, payload, functionError: 'Unhandled' };
        }
      },
      async callService(call) {
        if (options.call === undefined) throw new Error(`no ${call.service} here`);
        return await options.call(call);
      },
    },
    onStatusChange: (change) => {
      changes.push(change);
    },
    hooks: options.hooks ?? {},
    ...(options.childHistoriesKept !== undefined && { childHistoriesKept: options.childHistoriesKept }),
    ...(options.random && { random: options.random }),
  });
  clock.start();
  return { clock, service, changes };
}

export interface Ran {
  status: string;
  output: JsonValue | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Types of the history's events. */
  types: string[];
  events: { [field: string]: unknown }[];
  /** Simulated seconds from start to stop. */
  seconds: number;
  execution: Execution;
  world: World;
}

interface RunOptions extends WorldOptions {
  input?: JsonValue;
  type?: StateMachineType;
}

/**
 * Returns `states` with the other fields of the machine: JSONata by default, and starting with the first state unless
 * StartAt is given.
 */
export function machine(states: JsonObject, more: JsonObject = {}): JsonObject {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0] ?? '', States: states, ...more };
}

export async function runMachine(definition: JsonObject, options: RunOptions = {}): Promise<Ran> {
  const world = createWorld(options);
  const { stateMachineArn } = world.service.createStateMachine({
    name: 'machine',
    roleArn: 'role',
    definition,
    type: options.type ?? 'STANDARD',
  });
  const execution = world.service.startExecution({
    stateMachineArn,
    name: 'run',
    input: JSON.stringify(options.input ?? {}),
  });
  await execution.outcome();
  await world.clock.quiet();
  world.clock.stop();
  return describeRun(execution, world);
}

export function describeRun(execution: Execution, world: World): Ran {
  const events = world.service.history(execution.executionArn);
  return {
    status: execution.status,
    output: execution.output?.value,
    error: execution.error,
    cause: execution.cause,
    types: events.map(({ type }) => String(type)),
    events,
    seconds: ((execution.stopMillis ?? 0) - execution.startMillis) / 1000,
    execution,
    world,
  };
}

/** Returns a Task that invokes a function by its ARN. */
export function lambdaTask(name: string, more: JsonObject = { End: true }): JsonObject {
  return { Type: 'Task', Resource: `arn:aws:lambda:us-east-1:111111111111:function:${name}`, ...more };
}

/** Returns an error as a handler throws it. */
export function named(name: string, message = 'no reason'): Error {
  return Object.assign(new Error(message), { name });
}
