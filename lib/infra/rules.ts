import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Functions } from '../../statemachines/parts.ts';
import type { Settings } from '../model/settings.ts';
import type { MachineTable } from './machine-table.ts';
import type { Machines } from './machines.ts';
import { acknowledge } from './nag.ts';
import { kebabCase, pascalCase, physicalName } from './names.ts';
import type { RuleRow, RuleTable, Target } from './rule-table.ts';

export interface RulesProps {
  table: RuleTable;
  bus: events.IEventBus;
  machines: Machines;
  machineTable: MachineTable;
  functions: Functions;
  settings: Settings;
}

/** How long and how often EventBridge retries before an event goes to its dead-letter queue. */
const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** The rules of the table, each with its target and a queue for undelivered events. */
export class Rules extends Construct {
  private readonly props: RulesProps;
  private readonly queues = new Map<string, sqs.Queue>();
  private readonly starters = new Map<string, iam.Role>();
  private readonly called = new Set<lambda.IFunction>();

  constructor(scope: Construct, id: string, props: RulesProps) {
    super(scope, id);
    this.props = props;
    for (const [name, row] of Object.entries(props.table))
      if (row.when?.(props.settings) !== false) this.rule(name, row);
  }

  get deadLetters(): sqs.Queue[] {
    return [...this.queues.values()];
  }

  private rule(name: string, row: RuleRow): void {
    const { bus, settings, machineTable } = this.props;
    const queue = this.deadLetterQueue(row.deadLetters ?? name);
    const options = { ...(row.delivery?.(settings) ?? delivery), deadLetterQueue: queue };
    new events.Rule(this, name, {
      ruleName: physicalName(kebabCase(name)),
      description: row.description,
      ...('every' in row.on
        ? { schedule: events.Schedule.rate(row.on.every(settings)) }
        : { eventPattern: row.on.pattern({ scope: this, machines: machineTable }) }),
      ...('bus' in row.on && row.on.bus === 'baton' && { eventBus: bus }),
      targets: [this.target(row.target, options)],
    });
  }

  private target(
    target: Target,
    options: targets.TargetBaseProps & { deadLetterQueue: sqs.Queue },
  ): events.IRuleTarget {
    if ('machine' in target)
      return new targets.SfnStateMachine(this.props.machines.named(target.machine), {
        ...options,
        ...(target.input && { input: events.RuleTargetInput.fromObject(target.input) }),
        role: this.starter(target.machine),
      });
    const called = this.props.functions[target.task];
    // EventBridge only delivers the event. Failures of the function after Lambda's own retries go here too.
    if (!this.called.has(called))
      called.configureAsyncInvoke({
        onFailure: new destinations.SqsDestination(options.deadLetterQueue),
        retryAttempts: 2,
      });
    this.called.add(called);
    return new targets.LambdaFunction(called, options);
  }

  /** Returns the role with which rules start a machine. The target grants the permission. */
  private starter(machine: string): iam.Role {
    const name = `start-${machine}`;
    const role =
      this.starters.get(machine) ??
      new iam.Role(this, `${pascalCase(name)}Role`, {
        roleName: physicalName(name),
        description: `Baton: rules that start ${physicalName(machine)}`,
        assumedBy: new iam.ServicePrincipal('events.amazonaws.com'),
      });
    this.starters.set(machine, role);
    return role;
  }

  /** Creates the dead-letter queue of a rule, with a retention that covers a long weekend and a holiday. */
  private deadLetterQueue(rule: string): sqs.Queue {
    const made = this.queues.get(rule);
    if (made !== undefined) return made;
    const queue = new sqs.Queue(this, `${rule}DeadLetters`, {
      queueName: physicalName(kebabCase(`${rule}DeadLetters`)),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, { 'AwsSolutions-SQS3': 'This is a dead-letter queue.' });
    this.queues.set(rule, queue);
    return queue;
  }
}
