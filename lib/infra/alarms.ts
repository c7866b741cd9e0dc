import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Settings } from '../model/settings.ts';
import type { Machines } from './machines.ts';
import { batonMetric, fiveMinutes, lambdaMetric } from './metric.ts';
import { kebabCase, physicalName } from './names.ts';
import type { Rules } from './rules.ts';

export interface AlarmsProps {
  rules: Rules;
  machines: Machines;
  /** `alarmTopicArn`: the SNS topic to notify. Without a topic, alarms are shown only in the console. */
  settings: Pick<Settings, 'alarmTopicArn'>;
}

/** One alarm, which fires when the metric reaches the threshold. docs/operations.md says what to do about each. */
interface AlarmRow {
  description: string;
  metric: () => cloudwatch.IMetric;
  /** Default 1. */
  threshold?: number;
  /** Number of consecutive periods, default 1. */
  periods?: number;
}
type AlarmTable = Readonly<Record<string, AlarmRow>>;

const hour = Duration.hours(1);

/** Alarms in addition to those of each machine and each dead-letter queue. */
const alarmTable: AlarmTable = {
  RunsFailing: {
    description: 'three runs failed within an hour',
    metric: () => batonMetric('Runs', { dimensions: { status: 'Failed' }, period: hour }),
    threshold: 3,
  },
  // The sweep counts every `sweepEveryMinutes`, so an hour has at least one count unless the setting is longer.
  LockQueue: {
    description: 'requests have queued at the lock of a scope for four hours',
    metric: () => batonMetric('LockQueue', { statistic: 'Maximum', period: hour }),
    periods: 4,
  },
  PumpLag: {
    description: 'steps that are ready have waited for the rate budget for 15 minutes',
    metric: () => batonMetric('PumpLag', { statistic: 'Maximum' }),
    threshold: 15 * 60,
    periods: 3,
  },
  // A tick that exceeds the timeout of its function is lost.
  PumpSlow: {
    description: 'ticks of the pump take 25 of the 30 seconds that they may',
    metric: () => lambdaMetric('Duration', { task: 'pump', statistic: 'Maximum' }),
    threshold: 25_000,
    periods: 3,
  },
  CallsDenied: {
    description: 'policy denied a step immediately before its provider call',
    metric: () => batonMetric('CallsDenied'),
  },
  AccessDenied: {
    description: 'IAM denied a call to a function or to a provisioning role',
    metric: () => batonMetric('AccessDenied'),
  },
  DoorDenied: {
    description: 'the front door refused ten calls within five minutes because of who sent them',
    metric: () => batonMetric('DoorDenied'),
    threshold: 10,
  },
  DoorFailing: {
    description: 'the front door answered with a server error',
    metric: () =>
      new cloudwatch.MathExpression({
        expression: 'FILL(requests, 0) + FILL(decisions, 0)',
        usingMetrics: {
          requests: lambdaMetric('Url5xxCount', { task: 'front-door' }),
          decisions: lambdaMetric('Url5xxCount', { task: 'decision-door' }),
        },
        period: fiveMinutes,
        label: 'server errors of the front door',
      }),
  },
  // A single failure is retried. Many failures over a longer time matter.
  FunctionsFailing: {
    description: 'ten functions failed within five minutes, three times in a row',
    metric: () => batonMetric('Errors'),
    threshold: 10,
    periods: 3,
  },
  // All functions of the account share concurrency, so the throttled function isn't necessarily the cause.
  FunctionsThrottled: {
    description: 'Lambda throttled functions of this account and region',
    metric: () => lambdaMetric('Throttles'),
    periods: 3,
  },
  // `review-changes` counts once an hour.
  ReviewsOverdue: {
    description: 'an emergency change was not reviewed in time',
    metric: () => batonMetric('ReviewsOverdue', { statistic: 'Maximum', period: hour }),
  },
};

/** The alarms of the table, one for each dead-letter queue that isn't empty, and one for each machine. */
export class Alarms extends Construct {
  readonly all: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { alarmTopicArn } = props.settings;
    const topic =
      alarmTopicArn === undefined ? undefined : sns.Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    const rows = Object.entries({
      ...Object.fromEntries(props.rules.deadLetters.map((queue) => [queue.node.id, undelivered(queue)])),
      ...Object.fromEntries(
        props.machines.all.map((machine) => [`${idOf(machine)}Ended`, endedBadly(machine)]),
      ),
      ...alarmTable,
    });
    this.all = rows.map(([name, row]) => alarmOf(this, name, row));
    if (topic !== undefined) for (const alarm of this.all) alarm.addAlarmAction(new actions.SnsAction(topic));
  }
}

function alarmOf(scope: Construct, name: string, row: AlarmRow): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, name, {
    alarmName: physicalName(kebabCase(name)),
    alarmDescription: `Baton: ${row.description}; see docs/operations.md`,
    metric: row.metric(),
    threshold: row.threshold ?? 1,
    evaluationPeriods: row.periods ?? 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}

function undelivered(queue: sqs.Queue): AlarmRow {
  return {
    description: `events could not be delivered and wait in ${queue.node.id}`,
    metric: () =>
      queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: 'Maximum' }),
  };
}

function endedBadly(machine: sfn.StateMachine): AlarmRow {
  const name = idOf(machine);
  const sum = { period: fiveMinutes, statistic: 'Sum' };
  return {
    description: `executions of ${name} failed or timed out`,
    metric: () =>
      new cloudwatch.MathExpression({
        expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
        usingMetrics: { failed: machine.metricFailed(sum), timedOut: machine.metricTimedOut(sum) },
        period: fiveMinutes,
        label: `${name} failed or timed out`,
      }),
  };
}

/** The construct of a machine has a name such as `Resource`, so this returns the name of its parent. */
function idOf(machine: sfn.StateMachine): string {
  return machine.node.scope?.node.id ?? machine.node.id;
}
