/**
 * Baton's CloudWatch metrics. Functions report them (lib/runtime); alarms and the dashboard use them (lib/infra). A
 * metric exists once for each list of dimensions. A dimension is a field of the log line that reports the metric.
 */
export const metricNamespace = 'Baton';

interface MetricRow {
  unit: 'Count' | 'Milliseconds' | 'Seconds';
  dimensions: readonly (readonly Dimension[])[];
  /** The description for the person on call. */
  what: string;
}
export type Dimension = 'function' | 'error' | 'status';

const total = [] as const;

export const metrics = {
  Duration: { unit: 'Milliseconds', dimensions: [['function']], what: 'how long a handler took' },
  Errors: {
    unit: 'Count',
    dimensions: [total, ['function', 'error']],
    what: 'handlers that failed, by function and name of the error; most are retried',
  },
  AccessDenied: {
    unit: 'Count',
    dimensions: [total],
    what: 'calls that IAM denied to a function or to a provisioning role',
  },
  Requests: { unit: 'Count', dimensions: [total, ['status']], what: 'requests that ended, by status' },
  Runs: { unit: 'Count', dimensions: [total, ['status']], what: 'runs that ended, by status' },
  PlansDenied: { unit: 'Count', dimensions: [total], what: 'plans that policy denied' },
  CallsDenied: {
    unit: 'Count',
    dimensions: [total],
    what: 'steps that policy denied immediately before their provider call',
  },
  PumpLag: {
    unit: 'Seconds',
    dimensions: [total],
    what: 'how long the step that waits longest for the rate budget has been ready to start',
  },
  LockQueue: {
    unit: 'Count',
    dimensions: [total],
    what: 'requests in the longest queue at the lock of a scope, as the sweep finds it',
  },
  DoorDenied: {
    unit: 'Count',
    dimensions: [total],
    what: 'requests and decisions that the front door refused because of who sent them',
  },
  ReviewsOverdue: {
    unit: 'Count',
    dimensions: [total],
    what: 'emergency changes that nobody reviewed in time, counted once an hour',
  },
  ScalingPolicies: { unit: 'Count', dimensions: [total], what: 'scaling policies that were evaluated' },
  ScalingBlind: {
    unit: 'Count',
    dimensions: [total],
    what: 'scaling policies of which a metric had no complete data; they scale nothing in',
  },
  ScalingDue: { unit: 'Count', dimensions: [total], what: 'assets whose capacity was to change' },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metrics;
/** The counts of a handler in addition to those of every handler. */
export type Counts = Partial<Record<MetricName, number>>;
