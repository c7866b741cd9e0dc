import { Duration } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { applyPlan } from '../../statemachines/apply-plan.ts';
import { governRequest } from '../../statemachines/govern-request.ts';
import type { Functions } from '../../statemachines/parts.ts';
import { pumpRun } from '../../statemachines/pump-run.ts';
import { settleRun } from '../../statemachines/settle-run.ts';
import { Machine } from './machine.ts';

export interface MachinesProps {
  functions: Functions;
  logRetention: logs.RetentionDays;
}

/** The machines, from the innermost out: each may start only those it is given. */
export class Machines extends Construct {
  readonly pumpRun: sfn.StateMachine;
  readonly applyPlan: sfn.StateMachine;
  readonly settleRun: sfn.StateMachine;
  readonly governRequest: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: MachinesProps) {
    super(scope, id);
    const { functions } = props;
    this.pumpRun = new Machine(this, 'PumpRun', {
      ...props,
      name: 'pump-run',
      comment: 'Moves one run: polls, records, starts, until the run is done',
      timeout: Duration.days(2),
      definition: (machine) => pumpRun(machine, functions),
    }).stateMachine;
    this.applyPlan = new Machine(this, 'ApplyPlan', {
      ...props,
      name: 'apply-plan',
      comment: 'Carries any plan out, in dependency order',
      timeout: Duration.days(14),
      definition: (machine) => applyPlan(machine, { functions, pumpRun: this.pumpRun }),
    }).stateMachine;
    this.settleRun = new Machine(this, 'SettleRun', {
      ...props,
      name: 'settle-run',
      comment: 'Brings what a dead execution left to rest',
      timeout: Duration.days(2),
      definition: (machine) => settleRun(machine, functions),
    }).stateMachine;
    // Approvals and windows take weeks; a request nobody decides in a quarter has to be asked again.
    this.governRequest = new Machine(this, 'GovernRequest', {
      ...props,
      name: 'govern-request',
      comment: 'The way of one request, from the event to the closed change',
      timeout: Duration.days(90),
      definition: (machine) =>
        governRequest(machine, { functions, applyPlan: this.applyPlan, settleRun: this.settleRun }),
    }).stateMachine;
  }

  get all(): sfn.StateMachine[] {
    return [this.governRequest, this.applyPlan, this.pumpRun, this.settleRun];
  }
}
