import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Functions } from '../../statemachines/parts.ts';
import { type incoming, type outgoing, source } from '../events/catalogue.ts';
import type { Settings } from '../model/settings.ts';
import type { Machines } from './machines.ts';
import { acknowledge } from './nag.ts';
import { kebabCase, type MachineName, machineArn, pascalCase, physicalName } from './names.ts';

export interface RulesProps {
  bus: events.IEventBus;
  machines: Machines;
  functions: Functions;
  settings: Settings;
}

/** How long and how often EventBridge tries to deliver before an event goes to its dead-letter queue. */
const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** What starts what: every way into Baton is one rule here. */
export class Rules extends Construct {
  readonly deadLetters: sqs.Queue[] = [];

  constructor(scope: Construct, id: string, props: RulesProps) {
    super(scope, id);
    const { bus, machines } = props;
    const startGovernRequest = this.starter('govern-request');
    const startSettleRun = this.starter('settle-run');
    const sweepEvery = Duration.minutes(props.settings.sweepEveryMinutes);
    // Duplicates end in Admit: a rule can't name the execution it starts, the ledger's request item does.
    new events.Rule(this, 'Request', {
      ruleName: physicalName('request'),
      description: 'A request for infrastructure starts its way through governance',
      eventBus: bus,
      eventPattern: { detailType: [incomingType('Infrastructure Request')] },
      targets: [
        new targets.SfnStateMachine(machines.governRequest, {
          ...delivery,
          ...this.deadLetter('Request'),
          role: startGovernRequest,
        }),
      ],
    });
    const cancelRequest = props.functions['cancel-request'];
    const cancellations = this.deadLetter('Cancellation');
    // EventBridge only hands the event over; what the function can't do after Lambda's own retries ends here too.
    cancelRequest.configureAsyncInvoke({
      onFailure: new destinations.SqsDestination(cancellations.deadLetterQueue),
      retryAttempts: 2,
    });
    new events.Rule(this, 'Cancellation', {
      ruleName: physicalName('cancellation'),
      description: 'A wish to cancel is recorded; the run stops, settles and is undone',
      eventBus: bus,
      eventPattern: { detailType: [incomingType('Cancellation Requested')] },
      targets: [new targets.LambdaFunction(cancelRequest, { ...delivery, ...cancellations })],
    });
    this.reviews(props);
    this.seals(props);
    // AWS puts these on the default bus. Not those of settle-run itself: it would be its own cause without end.
    new events.Rule(this, 'ExecutionEnded', {
      ruleName: physicalName('execution-ended'),
      description: 'An execution that failed, timed out or was stopped is settled',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [machineArn(this, 'govern-request'), machineArn(this, 'apply-plan')],
        },
      },
      targets: [
        new targets.SfnStateMachine(machines.settleRun, {
          ...delivery,
          ...this.deadLetter('ExecutionEnded'),
          role: startSettleRun,
        }),
      ],
    });
    new events.Rule(this, 'Sweep', {
      ruleName: physicalName('sweep'),
      description: 'Looks for runs whose end no event told of',
      schedule: events.Schedule.rate(sweepEvery),
      targets: [
        new targets.SfnStateMachine(machines.settleRun, {
          input: events.RuleTargetInput.fromObject({ sweep: true }),
          // The next sweep does what this one could not.
          maxEventAge: sweepEvery,
          retryAttempts: 3,
          ...this.deadLetter('Sweep'),
          role: startSettleRun,
        }),
      ],
    });
  }

  /** What waits for people: looked at on a schedule, and when somebody has decided something. */
  private reviews({ bus, functions }: RulesProps): void {
    const reviewChanges = functions['review-changes'];
    const failed = this.deadLetter('Review');
    reviewChanges.configureAsyncInvoke({
      onFailure: new destinations.SqsDestination(failed.deadLetterQueue),
      retryAttempts: 2,
    });
    const target = new targets.LambdaFunction(reviewChanges, { ...delivery, ...failed });
    new events.Rule(this, 'ReviewDecision', {
      ruleName: physicalName('review-decision'),
      description: 'A decision on an emergency after the fact is its review; any other has its change go on',
      eventBus: bus,
      eventPattern: { source: [source], detailType: [outgoingType('Change Decision Recorded')] },
      targets: [target],
    });
    new events.Rule(this, 'ReviewSweep', {
      ruleName: physicalName('review-sweep'),
      description:
        'Looks for emergencies that nobody reviewed in time, and for changes that missed a decision',
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [target],
    });
  }

  /** Seals of the audit trail. A seal that fails is made good by the next; its queue and alarm tell of it. */
  private seals({ functions, settings }: RulesProps): void {
    const sealLedger = functions['seal-ledger'];
    const failed = this.deadLetter('Seal');
    sealLedger.configureAsyncInvoke({
      onFailure: new destinations.SqsDestination(failed.deadLetterQueue),
      retryAttempts: 2,
    });
    new events.Rule(this, 'Seal', {
      ruleName: physicalName('seal'),
      description: 'Seals the audit trail: signs the heads of all chains that have moved',
      schedule: events.Schedule.rate(Duration.minutes(settings.sealEveryMinutes)),
      targets: [new targets.LambdaFunction(sealLedger, { ...delivery, ...failed })],
    });
  }

  /** The role by which rules start a machine; the target gives it the right. */
  private starter(machine: MachineName): iam.Role {
    const name = `start-${machine}`;
    return new iam.Role(this, `${pascalCase(name)}Role`, {
      roleName: physicalName(name),
      description: `Baton: rules that start ${physicalName(machine)}`,
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com'),
    });
  }

  /** The dead-letter queue of a rule, kept long enough for a long weekend and a holiday. */
  private deadLetter(rule: string): { deadLetterQueue: sqs.Queue } {
    const queue = new sqs.Queue(this, `${rule}DeadLetters`, {
      queueName: physicalName(kebabCase(`${rule}DeadLetters`)),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, { 'AwsSolutions-SQS3': 'This is a dead-letter queue.' });
    this.deadLetters.push(queue);
    return { deadLetterQueue: queue };
  }
}

/** Keeps rules to the names of the catalogue. */
function incomingType(name: keyof typeof incoming): string {
  return name;
}

function outgoingType(name: keyof typeof outgoing): string {
  return name;
}
