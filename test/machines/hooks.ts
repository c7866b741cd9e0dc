import { accessDenied } from '../../lib/local/iam/authorizer.ts';
import type { Identity } from '../../lib/local/iam/identity.ts';
import type { InvocationResult } from '../../lib/local/lambda/function.ts';
import type { Hooks, WireAnswer } from '../../lib/local/step-functions/types.ts';
import type { World } from '../../lib/local/world.ts';
import type { JsonObject } from '../../lib/model/json.ts';

/** Where a test can intervene: in machines, and between them, people and the bus. */
export interface StageHooks extends Hooks {
  /** Wraps each call of a function that is not a task of a machine: through its URL or a rule. */
  interceptCall?(call: Call, proceed: () => Promise<InvocationResult>): Promise<InvocationResult>;
  /** Wraps each wake-up of a waiting task of govern-request. `state` is the waiting state. */
  interceptWake?(state: string, proceed: () => Promise<WireAnswer>): Promise<WireAnswer>;
  /** Called before each call by which a function writes. If it returns `false`, the function ends there. */
  mayWrite?(functionName: string): boolean;
  /** Returns how often a rule delivers an event. */
  copies?(ruleName: string, detailType: string): number;
  /** Called with every event put on a bus. */
  onEvent?(event: JsonObject): void;
}

export interface Call {
  functionName: string;
  /** Whether a schedule causes it, rather than the scenario. */
  scheduled: boolean;
}

const writing = /^(dynamodb:(Put|Update|Delete)|s3:Put|events:Put|states:SendTask|cloudformation:[CUD])/;

/** Installs the hooks around the services of a started world. */
export function standBetween(world: World, calledByOthers: string[], hooks: () => StageHooks): void {
  const { lambda, stepFunctions } = world.services;
  for (const functionName of calledByOthers) {
    const target = lambda.find(functionName);
    const invoke = target.invoke.bind(target);
    target.invoke = (payload, requestId) => {
      const proceed = () => invoke(payload, requestId);
      const scheduled = payload.includes('"Scheduled Event"');
      return hooks().interceptCall?.({ functionName, scheduled }, proceed) ?? proceed();
    };
  }
  const demand = world.authorizer.demand.bind(world.authorizer);
  world.authorizer.demand = (caller, permissions, region) => {
    demand(caller, permissions, region);
    const [first] = permissions.filter(({ action }) => writing.test(action));
    const name = functionOf(caller);
    if (first === undefined || name === undefined || (hooks().mayWrite?.(name) ?? true)) return;
    throw accessDenied({ caller: caller.arn, ...first, reason: 'since its function has ended' });
  };
  const handle = stepFunctions.handle.bind(stepFunctions);
  stepFunctions.handle = (target, body, caller) => {
    const proceed = () => handle(target, body, caller);
    const state = target.endsWith('.SendTaskSuccess') ? waitingState(world, body) : undefined;
    return state === undefined ? proceed() : (hooks().interceptWake?.(state, proceed) ?? proceed());
  };
}

/** Returns the function whose role makes the call. */
function functionOf({ arn }: Identity): string | undefined {
  return /assumed-role\/([^/]+)\//.exec(arn)?.[1];
}

/** Returns the state of govern-request that this wakes. Undefined if no task waits with that token anymore. */
function waitingState(world: World, body: string): string | undefined {
  const { taskToken = '' } = JSON.parse(body) as { taskToken?: string };
  const waits = world.services.stepFunctions.tokens.openTokens.includes(taskToken);
  return waits ? tokensOf(world).get(taskToken) : undefined;
}

const known = new WeakMap<World, Map<string, string>>();

/** Returns every token of a task of govern-request, with the name of its state. */
export function tokensOf(world: World): Map<string, string> {
  const tokens = known.get(world) ?? new Map<string, string>();
  known.set(world, tokens);
  return tokens;
}
