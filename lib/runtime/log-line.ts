import { isAccessDenial } from '../model/errors.ts';
import { type Counts, type MetricName, metricNamespace, metrics } from '../model/metrics.ts';
import { type Fields, loggedFields } from './logged-fields.ts';

/** An invocation of a function in progress. */
export interface Started {
  function: string;
  awsRequestId: string;
  coldStart: boolean;
  event: unknown;
}

/** One invocation of a function and its outcome. */
export interface Invocation extends Started {
  /** When it ended, in epoch milliseconds. */
  endedMillis: number;
  durationMillis: number;
  answer?: unknown;
  /** The error. Its name is logged, but not its message, which may contain anything. */
  failure?: { error: unknown };
  counts?: Counts;
}

/**
 * Returns the log line of an invocation: JSON, and metrics in CloudWatch's embedded metric format ("Specification:
 * Embedded metric format", CloudWatch User Guide). It contains ids but no value of a request.
 */
export function logLine(invocation: Invocation): string {
  const { failure, counts = {} } = invocation;
  const fields: Fields = {
    level: failure === undefined ? 'INFO' : 'ERROR',
    function: invocation.function,
    awsRequestId: invocation.awsRequestId,
    coldStart: invocation.coldStart,
    outcome: failure === undefined ? 'ok' : 'error',
    ...(failure && { error: errorName(failure.error) }),
    ...loggedFields(invocation.event, invocation.answer),
  };
  const denied = failure !== undefined && isDenied(failure.error) ? 1 : 0;
  const counted: Counts = {
    ...counts,
    Duration: Math.round(invocation.durationMillis),
    Errors: failure === undefined ? 0 : 1,
    AccessDenied: (counts.AccessDenied ?? 0) + denied,
  };
  const CloudWatchMetrics = Object.keys(counted).map((name) => directive(name as MetricName, fields));
  return JSON.stringify({
    ...fields,
    ...counted,
    _aws: { Timestamp: invocation.endedMillis, CloudWatchMetrics },
  });
}

/** Returns the line of an invocation that is about to time out, with its ids. It reports no metrics: Lambda counts it. */
export function deadlineLine({ function: name, awsRequestId, coldStart, event }: Started): string {
  const subject = loggedFields(event, undefined);
  return JSON.stringify({
    ...{ level: 'WARN', function: name, awsRequestId, coldStart, outcome: 'deadline', ...subject },
  });
}

/** Omits a dimension for which the line has no field, because CloudWatch would reject the line. */
function directive(name: MetricName, fields: Fields) {
  const { unit, dimensions } = metrics[name];
  return {
    Namespace: metricNamespace,
    Dimensions: dimensions.filter((set) => set.every((field) => field in fields)),
    Metrics: [{ Name: name, Unit: unit }],
  };
}

/** Error names are short words. Any other text is not repeated. */
function errorName(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[\w.$]{1,80}$/.test(name) ? name : 'Error';
}

function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return [error.name, code].some((name) => isAccessDenial(`${name}`));
}
