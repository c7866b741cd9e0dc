/**
 * The metrics that other services of the local cloud report of themselves: those that the stack watches, and the usual
 * ones in addition to them.
 * Sources: "Types of metrics for Lambda functions", Lambda Developer Guide; "Monitoring Step Functions metrics using
 * Amazon CloudWatch", Step Functions Developer Guide; "Available CloudWatch metrics for Amazon SQS", SQS Developer Guide.
 */
import type { Clock } from '../clock.ts';
import { aggregateOf } from './aggregate.ts';
import type { MetricStore } from './metric-store.ts';

const MINUTE = 60_000;
type Values = Readonly<Record<string, number>>;

export class ServiceMetrics {
  private readonly store: MetricStore;
  private readonly clock: Clock;
  private sampling = false;

  constructor(store: MetricStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Reports values, each under each set of dimensions. */
  report(namespace: string, sets: readonly Record<string, string>[], unit: string, values: Values): void {
    const timestampMillis = this.clock.now();
    for (const [name, value] of Object.entries(values)) {
      for (const dimensions of sets) {
        const aggregate = aggregateOf([value], []);
        this.store.put(
          { namespace, name, dimensions },
          { timestampMillis, unit, resolutionSeconds: 60, aggregate },
        );
      }
    }
  }

  /** Lambda reports each metric of a function, and the sum of all functions of the account. */
  ofFunction(name: string, unit: 'Count' | 'Milliseconds', values: Values): void {
    this.report('AWS/Lambda', [{ FunctionName: name }, {}], unit, values);
  }

  ofExecution(stateMachineArn: string, status: string): void {
    const metric = executionMetrics[status];
    if (metric !== undefined)
      this.report('AWS/States', [{ StateMachineArn: stateMachineArn }], 'Count', { [metric]: 1 });
  }

  /** Reports the messages of queues, and again each minute while one of them has any. */
  ofQueues(lengths: () => ReadonlyMap<string, number>): void {
    const all = lengths();
    for (const [QueueName, length] of all)
      this.report('AWS/SQS', [{ QueueName }], 'Count', { ApproximateNumberOfMessagesVisible: length });
    if (this.sampling || [...all.values()].every((length) => length === 0)) return;
    this.sampling = true;
    const due = (Math.floor(this.clock.now() / MINUTE) + 1) * MINUTE;
    const sample = () => {
      this.sampling = false;
      this.ofQueues(lengths);
    };
    this.clock.setTimer(due, sample, { kind: 'schedule' });
  }
}

const executionMetrics: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};
