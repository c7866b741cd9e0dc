import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Settings } from '../model/settings.ts';
import type { Machines } from './machines.ts';
import { kebabCase, physicalName } from './names.ts';
import type { Rules } from './rules.ts';

export interface AlarmsProps {
  rules: Rules;
  machines: Machines;
  /** `alarmTopicArn`: SNS topic to tell; without one the alarms stand in the console. */
  settings: Pick<Settings, 'alarmTopicArn'>;
}

const period = Duration.minutes(5);

/** One alarm for each dead-letter queue that holds something and each machine whose executions end badly. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const rows = [
      ...props.rules.deadLetters.map(undelivered),
      ...props.machines.all.map(endedBadly),
      reviewsOverdue,
    ];
    const { alarmTopicArn } = props.settings;
    const topic =
      alarmTopicArn === undefined ? undefined : sns.Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    for (const row of rows) {
      const alarm = new cloudwatch.Alarm(this, row.id, {
        alarmName: physicalName(kebabCase(row.id)),
        alarmDescription: row.description,
        metric: row.metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      if (topic !== undefined) alarm.addAlarmAction(new actions.SnsAction(topic));
    }
  }
}

interface AlarmRow {
  id: string;
  description: string;
  metric: cloudwatch.IMetric;
}

/** What `review-changes` counts once an hour. */
const reviewsOverdue: AlarmRow = {
  id: 'ReviewsOverdue',
  description: 'Baton: an emergency change was not reviewed in time; see docs/operations.md',
  metric: new cloudwatch.Metric({
    namespace: 'Baton',
    metricName: 'ReviewsOverdue',
    period: Duration.hours(1),
    statistic: 'Maximum',
  }),
};

function undelivered(queue: sqs.Queue): AlarmRow {
  return {
    id: queue.node.id,
    description: `Baton: events could not be delivered and wait in ${queue.node.id}; see docs/operations.md`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
  };
}

function endedBadly(machine: sfn.StateMachine): AlarmRow {
  const name = machine.node.scope?.node.id ?? machine.node.id;
  const sum = { period, statistic: 'Sum' };
  return {
    id: `${name}Ended`,
    description: `Baton: executions of ${name} failed or timed out`,
    metric: new cloudwatch.MathExpression({
      expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
      usingMetrics: { failed: machine.metricFailed(sum), timedOut: machine.metricTimedOut(sum) },
      period,
      label: `${name} failed or timed out`,
    }),
  };
}
