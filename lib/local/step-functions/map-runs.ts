/** Map runs: the executions of a distributed Map's processor. */
import type { JsonObject } from '../../model/json.ts';
import type { ChildExecution, ChildOutcome, MapRun, MapRunConfig } from '../asl/children.ts';
import type { MapState } from '../asl/definition.ts';
import type { Run } from '../asl/engine.ts';
import { StateFailure } from '../asl/errors.ts';
import { uuid } from '../asl/jsonata-functions.ts';
import { executionArn, mapRunArn } from './arns.ts';
import { Execution } from './execution.ts';
import { redriveStatus } from './redrive.ts';

/** "Redrive eligibility for child workflows in a Map Run" (Developer Guide). */
const REDRIVES_MAX = 1000;

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
  redriveCount = 0;
  redriveMillis: number | undefined;
  /** The children by the index of their input. */
  private readonly started = new Map<number, Execution>();
  /** The children to redrive when their turn comes. */
  private readonly pendingRedrive = new Set<number>();

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
    const known = this.started.get(index);
    if (known === undefined) {
      const child = this.createChild(index);
      const handle = handleOf(child);
      child.start();
      return handle;
    }
    this.pendingRedrive.delete(index);
    if (known.machineType === 'EXPRESS') known.restart();
    else known.redrive();
    return handleOf(known);
  }

  redrive(): number {
    if (this.redriveCount >= REDRIVES_MAX) {
      throw new StateFailure('States.Runtime', `The Map Run has been redriven ${REDRIVES_MAX} times.`);
    }
    this.redriveCount += 1;
    this.redriveMillis = this.parent.engine.clock.now();
    this.status = 'RUNNING';
    this.stopMillis = undefined;
    for (const index of this.started.keys()) {
      if (this.standing(index) === undefined) this.pendingRedrive.add(index);
    }
    return this.redriveCount;
  }

  standing(index: number): ChildOutcome | undefined {
    const child = this.started.get(index);
    return child !== undefined && !this.isRedrivable(child) ? child.ended() : undefined;
  }

  private isRedrivable(child: Execution): boolean {
    const { redriveStatus: status } = redriveStatus(child, this.parent.engine.clock.now());
    return status === 'REDRIVABLE_BY_MAP_RUN';
  }

  private createChild(index: number): Execution {
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
    this.started.set(index, child);
    this.register(child);
    return child;
  }

  close(status: Exclude<RunStatus, 'RUNNING'>): void {
    this.status = status;
    this.pendingRedrive.clear();
    this.stopMillis = this.parent.engine.clock.now();
  }

  /** Returns the DescribeMapRun response, with dates in epoch seconds. */
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
      redriveCount: this.redriveCount,
    };
    if (this.redriveMillis !== undefined) description.redriveDate = this.redriveMillis / 1000;
    if (this.stopMillis !== undefined) description.stopDate = this.stopMillis / 1000;
    return description;
  }

  private counts(weight: (index: number) => number, total: number): JsonObject {
    let [failuresNotRedrivable, pendingRedrive] = [0, 0];
    const counts = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
    const fields = {
      RUNNING: 'running',
      SUCCEEDED: 'succeeded',
      FAILED: 'failed',
      TIMED_OUT: 'timedOut',
      ABORTED: 'aborted',
      PENDING_REDRIVE: 'running',
    } as const;
    for (const [index, child] of this.started) {
      if (this.pendingRedrive.has(index)) pendingRedrive += weight(index);
      else counts[fields[child.status]] += weight(index);
      const unsuccessful = child.status !== 'RUNNING' && child.status !== 'SUCCEEDED';
      if (unsuccessful && !this.isRedrivable(child)) failuresNotRedrivable += weight(index);
    }
    const begun = Object.values(counts).reduce((sum, count) => sum + count, pendingRedrive);
    return {
      pending: total - begun,
      ...counts,
      total,
      resultsWritten: 0,
      failuresNotRedrivable,
      pendingRedrive,
    };
  }
}

function handleOf(child: Execution): ChildExecution {
  const { executionArn: arn, startMillis } = child;
  return { executionArn: arn, startMillis, closed: child.outcome(), stop: () => child.stop() };
}
