import { Duration } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { applyPlan } from '../../statemachines/apply-plan.ts';
import { governRequest } from '../../statemachines/govern-request.ts';
import type { MachineParts } from '../../statemachines/parts.ts';
import { pumpRun } from '../../statemachines/pump-run.ts';
import { settleRun } from '../../statemachines/settle-run.ts';

/** One state machine: its states are in `statemachines/NAME.ts`, everything else about it is here. */
export interface MachineRow<Started extends string = never> {
  comment: string;
  /** An execution that takes longer is stopped, and settled. */
  timeout: Duration;
  /** The machines that its states start; its role may start these and no others. Rules start machines by rows of their own. */
  starts: readonly Started[];
  definition: (scope: Construct, parts: MachineParts<Started>) => sfn.IChainable;
  /** Whether `settle-run` starts when one of its executions fails, times out or is stopped. */
  settled: boolean;
  /** Whether `settle-run` may stop its executions. */
  stoppable: boolean;
}

/**
 * The state machines. A row added here makes one: with a role, a log group and an alarm, readable by approvers and
 * auditors, and listed for the command line.
 */
export const machineTable = {
  'govern-request': row({
    comment: 'The way of one request, from the event to the closed change',
    // Approvals and windows take weeks; a request nobody decides in a quarter has to be asked again.
    timeout: Duration.days(90),
    starts: ['apply-plan', 'settle-run'],
    definition: governRequest,
    settled: true,
    stoppable: true,
  }),
  'apply-plan': row({
    comment: 'Carries any plan out, in dependency order',
    timeout: Duration.days(14),
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
    // It would be its own cause without end; the next sweep does what it could not.
    settled: false,
    stoppable: false,
  }),
};

export type MachineName = keyof typeof machineTable;
export type MachineTable = Readonly<Record<string, MachineRow<MachineName>>>;

/** A definition that takes a machine its row does not start is a type error. */
function row<const Started extends string>(machine: MachineRow<Started>): MachineRow<Started> {
  return machine;
}

/** Names of the machines of a table, those alone of which `holds` is true where it is given. */
export function machineNames(table: MachineTable, holds?: 'settled' | 'stoppable'): string[] {
  return Object.entries(table)
    .filter(([, machine]) => holds === undefined || machine[holds])
    .map(([name]) => name);
}
