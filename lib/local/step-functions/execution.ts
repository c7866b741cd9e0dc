/** One execution: it runs a machine's states once and records the outcome. */

import type { ChildOutcome } from '../asl/children.ts';
import type { Data } from '../asl/data.ts';
import { Deadlines } from '../asl/deadlines.ts';
import type { Machine, States } from '../asl/definition.ts';
import type { Engine, Run, Strand } from '../asl/engine.ts';
import { Canceled, StateFailure } from '../asl/errors.ts';
import { type EventDetails, History } from '../asl/history.ts';
import { runStates, topStrand } from '../asl/run-states.ts';
import { describeForTask } from './describe.ts';
import type { DescribedExecution } from './described-execution.ts';
import type { ExecutionStatus, StateMachineType } from './types.ts';

export interface ExecutionInit {
  engine: Engine;
  executionArn: string;
  executionName: string;
  stateMachineArn: string;
  stateMachineName: string;
  machineType: StateMachineType;
  roleArn: string;
  input: Data;
  states: States;
  timeoutSeconds?: Machine['timeoutSeconds'];
  /** The execution that waits for this one. */
  waitedForBy?: Run;
  mapRunArn?: string;
  /** The ARN passed to StartExecution, if it named a version or an alias. */
  qualifiedArn?: string;
}

type EndStatus = ChildOutcome['status'];

interface End {
  output?: Data;
  error?: string | undefined;
  cause?: string | undefined;
}

const END_EVENTS: Record<EndStatus, string> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

export class Execution implements DescribedExecution {
  readonly engine: Engine;
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly machineType: StateMachineType;
  readonly roleArn: string;
  readonly input: Data;
  readonly mapRunArn: string | undefined;
  readonly qualifiedArn: string | undefined;
  readonly startMillis: number;
  history: History;
  readonly deadlines: Deadlines;
  readonly visits = new Map<string, number>();
  stateTransitions = 0;
  redriveCount = 0;
  redriveMillis: number | undefined;
  status: ExecutionStatus = 'RUNNING';
  stopMillis: number | undefined;
  output: Data | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Called at every change of status. */
  onChange: (execution: Execution) => void = () => {};
  private readonly states: States;
  private readonly timeoutSeconds: number | undefined;
  private strand: Strand;
  private clearTimeout = () => {};
  private waiting: ((outcome: ChildOutcome) => void)[] = [];

  constructor(init: ExecutionInit) {
    this.engine = init.engine;
    this.executionArn = init.executionArn;
    this.executionName = init.executionName;
    this.stateMachineArn = init.stateMachineArn;
    this.stateMachineName = init.stateMachineName;
    this.machineType = init.machineType;
    this.roleArn = init.roleArn;
    this.input = init.input;
    this.mapRunArn = init.mapRunArn;
    this.qualifiedArn = init.qualifiedArn;
    this.states = init.states;
    this.timeoutSeconds = init.timeoutSeconds;
    this.startMillis = init.engine.clock.now();
    this.history = new History(() => init.engine.clock.now());
    this.deadlines = new Deadlines(init.engine.clock, init.waitedForBy?.deadlines);
    this.strand = topStrand(this, 0);
  }

  /** Starts the execution. The first state is entered after the caller has received the response. */
  start(): void {
    const details = { input: this.input.text, inputDetails: { truncated: false }, roleArn: this.roleArn };
    this.history.add('ExecutionStarted', 0, details);
    this.onChange(this);
    void this.run();
  }

  /** Ends the execution at once. Work in progress completes, and its result is ignored. */
  stop(error?: string, cause?: string): void {
    this.close('ABORTED', { error, cause });
  }

  /** Continues with the states that didn't complete. Later events of the previous run are ignored. */
  redrive(): void {
    this.history = this.history.continued();
    this.reopen();
    this.redriveCount += 1;
    this.redriveMillis = this.engine.clock.now();
    this.stateTransitions += 1;
    const details = { redriveCount: this.redriveCount };
    const last = this.history.add('ExecutionRedriven', this.history.length, details);
    this.strand = topStrand(this, last, this.strand.progress);
    this.onChange(this);
    void this.run();
  }

  /** Redrives an express child from its first state, as if started again. Only its ARN is kept. */
  restart(): void {
    this.history = new History(() => this.engine.clock.now());
    this.reopen();
    this.strand = topStrand(this, 0);
    this.start();
  }

  private reopen(): void {
    this.status = 'RUNNING';
    this.stopMillis = undefined;
    this.error = undefined;
    this.cause = undefined;
  }

  /** Resolves when the execution has closed, or at once if it already has. */
  outcome(): Promise<ChildOutcome> {
    if (this.status !== 'RUNNING') return Promise.resolve(this.ended());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async run(): Promise<void> {
    const { strand } = this;
    this.startTimeout();
    await Promise.resolve();
    try {
      const output = await runStates(strand, this.states, this.input);
      if (strand === this.strand) this.close('SUCCEEDED', { output });
    } catch (error) {
      if (error instanceof Canceled || strand !== this.strand) return;
      if (error instanceof StateFailure)
        return this.close('FAILED', { error: error.error, cause: error.cause });
      this.close('FAILED', { error: 'States.Runtime', cause: (error as Error).stack ?? String(error) });
    }
  }

  private startTimeout(): void {
    const seconds = this.timeoutSeconds;
    if (seconds === undefined) return;
    const due = this.engine.clock.now() + seconds * 1000;
    this.clearTimeout = this.deadlines.add(due, () => this.close('TIMED_OUT', {}));
  }

  private close(status: EndStatus, end: End): void {
    if (this.status !== 'RUNNING') return;
    this.status = status;
    this.stopMillis = this.engine.clock.now();
    this.output = end.output;
    this.error = end.error;
    this.cause = end.cause;
    const details: EventDetails = { cause: end.cause, error: end.error };
    const output = end.output && { output: end.output.text, outputDetails: { truncated: false } };
    this.history.add(END_EVENTS[status], this.strand.trail.last, output ?? details);
    this.history.close();
    this.clearTimeout();
    this.strand.scope.cancel();
    this.onChange(this);
    for (const resolve of this.waiting.splice(0)) resolve(this.ended());
  }

  /** Returns the outcome of a closed execution. */
  ended(): ChildOutcome {
    const { status, output, error, cause } = this;
    return { status: status as EndStatus, output, error, cause, describe: () => describeForTask(this) };
  }
}
