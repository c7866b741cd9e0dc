/** The local Step Functions service: state machines, their executions, and the API for both. */

import { Data } from '../asl/data.ts';
import type { Engine } from '../asl/engine.ts';
import { type HistoryEvent, wireEvent } from '../asl/history.ts';
import { seeded, statesFunctions, uuid } from '../asl/jsonata-functions.ts';
import { loadMachine } from '../asl/load.ts';
import type { CreateStateMachineInput, StartExecutionInput, StateMachine, StepFunctionsApi } from './api.ts';
import { executionArn, expressArn, isLabeled, splitQualifier, stateMachineArn } from './arns.ts';
import { statusChange } from './describe.ts';
import {
  ApiError,
  executionExists,
  invalidInput,
  noSuchExecution,
  noSuchStateMachine,
  notRedrivable,
  validation,
} from './errors.ts';
import { Execution } from './execution.ts';
import { executionPort } from './execution-port.ts';
import type { DistributedMapRun } from './map-runs.ts';
import { RedriveTokens, redriveStatus } from './redrive.ts';
import { Tokens } from './tokens.ts';
import type { Caller, StepFunctionsOptions, WireAnswer } from './types.ts';
import { handleWire } from './wire.ts';

/** An express execution ends after five minutes: "Choosing workflow type in Step Functions". */
const EXPRESS_SECONDS_MAX = 300;

export class StepFunctions implements StepFunctionsApi {
  readonly engine: Engine;
  readonly tokens: Tokens;
  readonly stateMachines = new Map<string, StateMachine>();
  readonly executions = new Map<string, Execution>();
  readonly mapRuns = new Map<string, DistributedMapRun>();
  private readonly options: StepFunctionsOptions;
  private readonly redriveTokens = new RedriveTokens();
  private readonly closedChildren = new Set<Execution>();

  constructor(options: StepFunctionsOptions) {
    const random = options.random ?? seeded(1);
    this.options = options;
    this.tokens = new Tokens(random);
    this.engine = {
      clock: options.clock,
      random,
      functions: statesFunctions({ now: () => options.clock.now(), random }),
      account: options.account ?? '111111111111',
      region: options.region ?? 'us-east-1',
      integrations: options.integrations,
      hooks: options.hooks ?? {},
      executions: executionPort(this),
      tokens: this.tokens,
      transitions: 0,
    };
  }

  /** Handles a request of the wire protocol, with a target such as `AWSStepFunctions.StartExecution`. */
  async handle(target: string, body: string, caller: Caller = {}): Promise<WireAnswer> {
    return await handleWire(this, target, body, caller);
  }

  createStateMachine(input: CreateStateMachineInput): StateMachine {
    const arn = stateMachineArn(this.engine, input.name);
    const definition =
      typeof input.definition === 'string' ? input.definition : JSON.stringify(input.definition);
    const known = this.stateMachines.get(arn);
    if (known !== undefined && known.definition === definition && known.roleArn === input.roleArn)
      return known;
    if (known !== undefined) {
      throw new ApiError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const { loggingConfiguration, tracingConfiguration } = input;
    const stateMachine: StateMachine = {
      stateMachineArn: arn,
      name: input.name,
      definition,
      roleArn: input.roleArn,
      type: input.type ?? 'STANDARD',
      machine: loadMachine(definition, input.type),
      creationMillis: this.engine.clock.now(),
      ...(loggingConfiguration && { loggingConfiguration }),
      ...(tracingConfiguration && { tracingConfiguration }),
    };
    this.stateMachines.set(arn, stateMachine);
    return stateMachine;
  }

  stateMachine(arn: string): StateMachine {
    const found = this.stateMachines.get(arn) ?? this.stateMachines.get(splitQualifier(arn).arn);
    if (found === undefined) throw noSuchStateMachine(arn);
    return found;
  }

  execution(arn: string): Execution {
    const found = this.executions.get(arn);
    if (found === undefined) throw noSuchExecution(arn);
    return found;
  }

  startExecution(request: StartExecutionInput): Execution {
    const stateMachine = this.stateMachine(request.stateMachineArn);
    const { engine } = this;
    const name = request.name ?? uuid(engine.random);
    const input = parseInput(request.input ?? '{}');
    const express = stateMachine.type === 'EXPRESS';
    const arn = express
      ? expressArn(engine, stateMachine.name, name, uuid(engine.random))
      : executionArn(engine, stateMachine.name, name);
    const known = this.executions.get(arn);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && known.input.text === input.text) return known;
      throw executionExists(arn);
    }
    const { timeoutSeconds } = stateMachine.machine;
    const limit = express
      ? Math.min(timeoutSeconds ?? EXPRESS_SECONDS_MAX, EXPRESS_SECONDS_MAX)
      : timeoutSeconds;
    const execution = new Execution({
      engine,
      executionArn: arn,
      executionName: name,
      stateMachineArn: stateMachine.stateMachineArn,
      stateMachineName: stateMachine.name,
      machineType: stateMachine.type,
      roleArn: stateMachine.roleArn,
      input,
      states: stateMachine.machine,
      timeoutSeconds: limit,
      ...(request.waitedForBy && { waitedForBy: request.waitedForBy }),
      ...(stateMachine.stateMachineArn !== request.stateMachineArn && {
        qualifiedArn: request.stateMachineArn,
      }),
    });
    this.register(execution);
    execution.start();
    return execution;
  }

  async startSyncExecution(request: StartExecutionInput): Promise<Execution> {
    const { type } = this.stateMachine(request.stateMachineArn);
    if (type !== 'EXPRESS') {
      throw new ApiError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      );
    }
    const execution = this.startExecution(request);
    await execution.outcome();
    return execution;
  }

  stopExecution(arn: string, error?: string, cause?: string): Execution {
    const execution = this.execution(arn);
    execution.stop(error, cause);
    return execution;
  }

  redriveExecution(arn: string, clientToken?: string): number {
    if (isLabeled(arn)) throw validation('Labeled Execution ARNs are not supported for this API');
    const execution = this.execution(arn);
    const now = this.engine.clock.now();
    const before = this.redriveTokens.find(arn, clientToken, now);
    if (before !== undefined) return before;
    const { redriveStatusReason } = redriveStatus(execution, now);
    if (redriveStatusReason !== undefined) throw notRedrivable(arn, redriveStatusReason);
    execution.redrive();
    this.redriveTokens.keep(arn, clientToken, now);
    return now;
  }

  history(arn: string, includeExecutionData = true): { [field: string]: unknown }[] {
    return this.execution(arn).history.events.map((event: HistoryEvent) =>
      wireEvent(event, includeExecutionData),
    );
  }

  register(execution: Execution): void {
    this.executions.set(execution.executionArn, execution);
    execution.onChange = (changed) => this.changed(changed);
  }

  private changed(execution: Execution): void {
    const { onStatusChange, clock } = this.options;
    const closed = execution.status !== 'RUNNING';
    if (closed) this.engine.hooks.onExecutionClosed?.(closedCounts(execution));
    if (execution.mapRunArn !== undefined) {
      if (closed) this.keepChild(execution);
      else this.closedChildren.delete(execution);
      return;
    }
    if (execution.machineType !== 'STANDARD' || onStatusChange === undefined) return;
    const change = statusChange(execution);
    void clock.busy(async () => onStatusChange(change));
  }

  /** Large maps have thousands of children, so only the latest keep their histories. */
  private keepChild(execution: Execution): void {
    this.closedChildren.add(execution);
    if (this.closedChildren.size <= (this.options.childHistoriesKept ?? 1000)) return;
    const [oldest] = this.closedChildren;
    if (oldest === undefined) return;
    this.closedChildren.delete(oldest);
    oldest.history.drop();
  }
}

function parseInput(text: string): Data {
  let input: Data;
  try {
    input = Data.parse(text);
  } catch (error) {
    throw invalidInput((error as Error).message);
  }
  if (input.isTooLarge) throw invalidInput('it is larger than 262144 bytes');
  return input;
}

function closedCounts(execution: Execution) {
  const { executionArn: arn, status, stateTransitions, history } = execution;
  return { executionArn: arn, status, stateTransitions, historyEvents: history.length };
}
