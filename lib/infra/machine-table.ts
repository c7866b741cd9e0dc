import { Duration } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { applyPlan } from '../../statemachines/apply-plan.ts';
import { governRequest } from '../../statemachines/govern-request.ts';
import type { MachineParts } from '../../statemachines/parts.ts';
import { pumpRun } from '../../statemachines/pump-run.ts';
import { scaleAsset } from '../../statemachines/scale-asset.ts';
import { settleRun } from '../../statemachines/settle-run.ts';

/** One state machine. Its states are in `statemachines/NAME.ts`, and everything else about it is in this row. */
export interface MachineRow<Started extends string = never> {
  comment: string;
  /** An execution that takes longer is stopped and settled. */
  timeout: Duration;
  /**
   * The machines that its states start. Its role may start no others. Rules that start machines have their own rows.
   */
  starts: readonly Started[];
  definition: (scope: Construct, parts: MachineParts<Started>) => sfn.IChainable;
  /** Whether `settle-run` starts when one of its executions fails, times out or is stopped. */
  settled: boolean;
  /** Whether `settle-run` may stop its executions. */
  stoppable: boolean;
}

/**
 * The state machines. A new row creates one with a role, a log group and an alarm, readable by approvers and auditors,
 * and listed for the command line.
 */
export const machineTable = {
  'govern-request': row({
    comment: 'The way of one request, from the event to the closed change',
    // Approvals and windows take weeks. A request without a decision for a quarter must be submitted again.
    timeout: Duration.days(90),
    starts: ['apply-plan', 'settle-run'],
    definition: governRequest,
    settled: true,
    stoppable: true,
  }),
  'apply-plan': row({
    comment: 'Carries any plan out, in dependency order',
    // As long as its request: a shift of traffic without data waits for a person.
    timeout: Duration.days(90),
    starts: ['pump-run'],
    definition: applyPlan,
    settled: true,
    stoppable: true,
  }),
  'pump-run': row({
    comment: 'Moves one run: polls, records, starts, until the run is done',
    timeout: Duration.days(2),
    starts: [],
    definition: pumpRun,
    // The round of `apply-plan` that started it fails with it.
    settled: false,
    stoppable: true,
  }),
  'settle-run': row({
    comment: 'Brings what a dead execution left to rest',
    timeout: Duration.days(2),
    starts: [],
    definition: settleRun,
    // Settling itself would loop forever. The next sweep completes its work.
    settled: false,
    stoppable: false,
  }),
  'scale-asset': row({
    comment: 'From an evaluation of metrics to the capacity of one asset',
    // Longer than its request may wait for an approval.
    timeout: Duration.days(32),
    starts: ['govern-request'],
    definition: scaleAsset,
    // Its request is settled by itself, and the next evaluation finds that this one ended.
    settled: false,
    stoppable: false,
  }),
};

export type MachineName = keyof typeof machineTable;
export type MachineTable = Readonly<Record<string, MachineRow<MachineName>>>;

/** Checks types: a definition that takes a machine that its row doesn't start is a type error. */
function row<const Started extends string>(machine: MachineRow<Started>): MachineRow<Started> {
  return machine;
}

/** Returns the names of the machines in a table, optionally only those for which `holds` is true. */
export function machineNames(table: MachineTable, holds?: 'settled' | 'stoppable'): string[] {
  return Object.entries(table)
    .filter(([, machine]) => holds === undefined || machine[holds])
    .map(([name]) => name);
}
