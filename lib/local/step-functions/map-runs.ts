/** Map runs: the executions of a distributed Map's processor. */
import type { JsonObject } from '../../model/json.ts';
import type { MapState } from '../asl/definition.ts';
import type { ChildExecution, MapRun, MapRunConfig, Run } from '../asl/engine.ts';
import { uuid } from '../asl/jsonata-functions.ts';
import { executionArn, mapRunArn } from './arns.ts';
import { Execution } from './execution.ts';

type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** The executions of one run of one distributed Map. */
export class DistributedMapRun implements MapRun {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly startMillis: number;
  status: RunStatus = 'RUNNING';
  stopMillis: number | undefined;
  private readonly parent: Run;
  private readonly state: MapState;
  private readonly config: MapRunConfig;
  private readonly label: string;
  private readonly register: (child: Execution) => void;
  private readonly started: Execution[] = [];

  constructor(parent: Run, state: MapState, config: MapRunConfig, register: (child: Execution) => void) {
    const { engine } = parent;
    this.parent = parent;
    this.state = state;
    this.config = config;
    this.register = register;
    this.label = state.distributed?.label ?? uuid(engine.random);
    this.executionArn = parent.executionArn;
    this.startMillis = engine.clock.now();
    this.mapRunArn = mapRunArn(engine, parent.stateMachineName, this.label, uuid(engine.random));
  }

  startChild(index: number): ChildExecution {
    const { engine, stateMachineName, stateMachineArn, roleArn } = this.parent;
    const { config, state, label } = this;
    const input = config.inputs[index]?.input;
    if (input === undefined) throw new RangeError(`the map run has no item ${index}`);
    const name = uuid(engine.random);
    const child = new Execution({
      engine,
      executionArn: executionArn(engine, `${stateMachineName}/${label}`, name),
      executionName: name,
      stateMachineArn: `${stateMachineArn}/${label}`,
      stateMachineName,
      machineType: state.distributed?.executionType ?? 'STANDARD',
      roleArn,
      input,
      states: state.processor,
      waitedForBy: this.parent,
      mapRunArn: this.mapRunArn,
    });
    this.started.push(child);
    this.register(child);
    const closed = child.outcome();
    child.start();
    return {
      executionArn: child.executionArn,
      startMillis: child.startMillis,
      closed,
      stop: () => child.stop(),
    };
  }

  close(status: Exclude<RunStatus, 'RUNNING'>): void {
    this.status = status;
    this.stopMillis = this.parent.engine.clock.now();
  }

  /** The answer of DescribeMapRun; dates in epoch seconds. */
  describe(): JsonObject {
    const { config } = this;
    const total = config.inputs.length;
    const counts = this.counts(() => 1, total);
    const items = config.inputs.reduce((sum, input) => sum + input.items, 0);
    const itemCounts = this.counts((index) => config.inputs[index]?.items ?? 1, items);
    const description: JsonObject = {
      mapRunArn: this.mapRunArn,
      executionArn: this.executionArn,
      status: this.status,
      startDate: this.startMillis / 1000,
      maxConcurrency: config.maxConcurrency,
      toleratedFailureCount: config.toleratedFailureCount,
      toleratedFailurePercentage: config.toleratedFailurePercentage,
      itemCounts,
      executionCounts: counts,
      redriveCount: 0,
    };
    if (this.stopMillis !== undefined) description.stopDate = this.stopMillis / 1000;
    return description;
  }

  private counts(weight: (index: number) => number, total: number): JsonObject {
    const counts = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
    const fields = {
      RUNNING: 'running',
      SUCCEEDED: 'succeeded',
      FAILED: 'failed',
      TIMED_OUT: 'timedOut',
      ABORTED: 'aborted',
      PENDING_REDRIVE: 'running',
    } as const;
    for (const [index, child] of this.started.entries()) counts[fields[child.status]] += weight(index);
    const begun = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return {
      pending: total - begun,
      ...counts,
      total,
      resultsWritten: 0,
      failuresNotRedrivable: 0,
      pendingRedrive: 0,
    };
  }
}
