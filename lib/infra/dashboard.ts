import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricNamespace } from '../model/metrics.ts';
import { finalRequestStatuses } from '../model/run.ts';
import type { Alarms } from './alarms.ts';
import type { Machines } from './machines.ts';
import { batonMetric, fiveMinutes, lambdaMetric } from './metric.ts';
import { dashboardName } from './names.ts';
import type { Rules } from './rules.ts';

export interface DashboardProps {
  alarms: Alarms;
  rules: Rules;
  machines: Machines;
}

/** One graph with its title and metrics. */
interface WidgetRow {
  title: string;
  metrics: (props: DashboardProps) => cloudwatch.IMetric[];
}

/** The graphs of the dashboard from left to right, three in a row. */
const widgetTable: readonly WidgetRow[] = [
  {
    title: 'Requests that ended',
    metrics: () =>
      finalRequestStatuses.map((status) =>
        batonMetric('Requests', { dimensions: { status }, label: status }),
      ),
  },
  {
    title: 'Runs that ended',
    metrics: () =>
      ['Succeeded', 'Failed', 'Cancelled'].map((status) =>
        batonMetric('Runs', { dimensions: { status }, label: status }),
      ),
  },
  {
    title: 'Executions that failed',
    metrics: ({ machines }) => machines.all.map((machine) => machine.metricFailed({ period: fiveMinutes })),
  },
  {
    title: 'Pump: seconds that ready steps wait for the rate budget',
    metrics: () => [batonMetric('PumpLag', { statistic: 'Maximum' })],
  },
  {
    title: 'Pump: milliseconds of a tick, of 30,000',
    metrics: () => [lambdaMetric('Duration', { task: 'pump', statistic: 'Maximum' })],
  },
  {
    title: 'Requests that wait: longest queue at a lock, reviews overdue',
    metrics: () =>
      (['LockQueue', 'ReviewsOverdue'] as const).map((name) => batonMetric(name, { statistic: 'Maximum' })),
  },
  {
    title: 'Denied: by policy, by IAM, at the front door',
    metrics: () =>
      (['PlansDenied', 'CallsDenied', 'AccessDenied', 'DoorDenied'] as const).map((name) =>
        batonMetric(name),
      ),
  },
  {
    title: 'Front door: calls, refusals, server errors',
    metrics: () =>
      (['front-door', 'decision-door'] as const).flatMap((task) =>
        (['UrlRequestCount', 'Url4xxCount', 'Url5xxCount'] as const).map((name) =>
          lambdaMetric(name, { task, label: `${task} ${name}` }),
        ),
      ),
  },
  {
    title: 'Scaling: policies evaluated, without complete data, to change',
    metrics: () =>
      (['ScalingPolicies', 'ScalingBlind', 'ScalingDue'] as const).map((name) =>
        batonMetric(name, { statistic: 'Maximum' }),
      ),
  },
  {
    title: 'Events that could not be delivered',
    metrics: ({ rules }) =>
      rules.deadLetters.map((queue) =>
        queue.metricApproximateNumberOfMessagesVisible({
          ...{ period: fiveMinutes, statistic: 'Maximum', label: queue.node.id },
        }),
      ),
  },
  {
    title: 'Functions that failed, by error',
    metrics: () => [search('function,error', 'MetricName="Errors"', 'Sum')],
  },
  {
    title: 'Functions: milliseconds, nine of ten take less',
    metrics: () => [search('function', 'MetricName="Duration"', 'p90')],
  },
  {
    title: 'Functions throttled, in the account and region',
    metrics: () => [lambdaMetric('Throttles')],
  },
];

/** Returns all metrics with these dimensions, because functions and error names change. */
function search(dimensions: string, query: string, statistic: string): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: `SEARCH('{${metricNamespace},${dimensions}} ${query}', '${statistic}', 300)`,
    usingMetrics: {},
    label: '',
    period: fiveMinutes,
  });
}

/** One page for the person on call: every alarm, and a graph for each row of the table. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName });
    dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: props.alarms.all, width: 24, height: 4 }),
    );
    dashboard.addWidgets(
      ...widgetTable.map(
        ({ title, metrics }) =>
          new cloudwatch.GraphWidget({
            title,
            left: metrics(props),
            width: 8,
            leftYAxis: { min: 0, showUnits: false },
          }),
      ),
    );
  }
}
