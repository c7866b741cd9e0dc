/**
 * Evaluates metric alarms on the clock.
 *
 * An alarm whose metrics have no data in its evaluation range sleeps: its state can't change. New data wakes it. The
 * timers are those of a schedule, so that alarms don't make a virtual clock jump.
 */
import type { Clock } from '../../clock.ts';
import { type MetricStore, metricKey } from '../metric-store.ts';
import { evaluateQueries, seriesIn } from '../queries.ts';
import { comparisons, type MetricAlarm } from './definition.ts';
import { type DataPoint, evaluate, extraPoints, type Verdict } from './evaluate.ts';
import { reasonOf } from './reason.ts';
import type { AlarmRegistry } from './registry.ts';

/** How long after the end of a period its data is expected to be there. AWS doesn't say how long it waits. */
const SETTLE_MILLIS = 1000;

export class AlarmSchedule {
  private readonly clock: Clock;
  private readonly store: MetricStore;
  private readonly registry: AlarmRegistry;
  /** Names of alarms by the metrics that they read. */
  private readonly readers = new Map<string, Set<string>>();
  private readonly awake = new Set<string>();
  private next: { dueMillis: number; cancel: () => void } | undefined;

  constructor(clock: Clock, store: MetricStore, registry: AlarmRegistry) {
    this.clock = clock;
    this.store = store;
    this.registry = registry;
    store.onData = (key) => {
      for (const name of this.readers.get(key) ?? []) this.wake(name);
    };
  }

  /** Follows the metrics of an alarm from now on, and evaluates it at the next time. */
  follow(name: string, definition: MetricAlarm): void {
    this.forget(name);
    for (const { stat } of definition.queries) {
      if (stat === undefined) continue;
      const key = metricKey(stat.metric);
      this.readers.set(key, (this.readers.get(key) ?? new Set()).add(name));
    }
    this.wake(name);
  }

  forget(name: string): void {
    for (const names of this.readers.values()) names.delete(name);
    this.awake.delete(name);
  }

  wake(name: string): void {
    const definition = this.definitionOf(name);
    if (definition === undefined) return;
    this.awake.add(name);
    this.expect(this.nextMillis(definition));
  }

  private definitionOf(name: string): MetricAlarm | undefined {
    const definition = this.registry.find(name)?.definition;
    return definition?.kind === 'metric' ? definition : undefined;
  }

  private nextMillis(definition: MetricAlarm): number {
    const interval = intervalMillis(definition);
    return (Math.floor((this.clock.now() - SETTLE_MILLIS) / interval) + 1) * interval + SETTLE_MILLIS;
  }

  private expect(dueMillis: number): void {
    if (this.next !== undefined && this.next.dueMillis <= dueMillis) return;
    this.next?.cancel();
    const cancel = this.clock.setTimer(dueMillis, () => this.tick(dueMillis), { kind: 'schedule' });
    this.next = { dueMillis, cancel };
  }

  private tick(dueMillis: number): void {
    this.next = undefined;
    const endMillis = dueMillis - SETTLE_MILLIS;
    for (const name of [...this.awake]) {
      const definition = this.definitionOf(name);
      if (definition === undefined) this.awake.delete(name);
      else if (endMillis % intervalMillis(definition) === 0) this.evaluate(name, definition, endMillis);
    }
    const times = [...this.awake].flatMap((name) => {
      const definition = this.definitionOf(name);
      return definition === undefined ? [] : [this.nextMillis(definition)];
    });
    if (times.length > 0) this.expect(Math.min(...times));
  }

  private evaluate(name: string, definition: MetricAlarm, endMillis: number): void {
    const startMillis = endMillis - rangeMillis(definition);
    const hasData = definition.queries.some(
      ({ stat }) => stat !== undefined && this.store.hasDataSince(stat.metric, startMillis),
    );
    if (!hasData) this.awake.delete(name);
    const verdict = verdictOf(definition, endMillis, this.store);
    const known = this.registry.find(name)?.state;
    if (known === undefined || verdict?.state === undefined || verdict.state === known.value) return;
    const reason = reasonOf(definition, verdict, known.value, this.clock.now());
    this.registry.set(name, verdict.state, reason);
  }
}

/**
 * Source: CloudWatch User Guide, "Alarm evaluation": alarms with periods of 10, 20 or 30 seconds are evaluated every 10
 * seconds, others every minute, and those that look back more than a day every hour.
 */
function intervalMillis({ periodSeconds, evaluationPeriods }: MetricAlarm): number {
  if (periodSeconds < 60) return 10_000;
  return periodSeconds * evaluationPeriods > 86_400 ? 3_600_000 : 60_000;
}

function rangeMillis({ periodSeconds, evaluationPeriods }: MetricAlarm): number {
  return (evaluationPeriods + extraPoints) * periodSeconds * 1000;
}

/** Returns the verdict at the end of a period, or undefined if a percentile has too few samples to change the state. */
export function verdictOf(
  definition: MetricAlarm,
  endMillis: number,
  store: MetricStore,
): Verdict | undefined {
  const { periodSeconds, comparison, threshold, samplesNeeded, queries, watched } = definition;
  const startMillis = endMillis - rangeMillis(definition);
  const newest = { startMillis: endMillis - periodSeconds * 1000, endMillis, nowMillis: endMillis };
  if (samplesNeeded !== undefined && watched.stat !== undefined) {
    const samples = store.read(watched.stat.metric, { ...newest, unit: watched.stat.unit })?.count ?? 0;
    // Rounded, because 10/(1-0.9) is a little more than 100 in floating point.
    if (samples > 0 && samples < Math.round(samplesNeeded)) return undefined;
  }
  const values = evaluateQueries(queries, { startMillis, endMillis, nowMillis: endMillis }, store);
  const [series] = seriesIn(values.get(watched.id), watched);
  const range: DataPoint[] = [];
  for (let time = startMillis; time < endMillis; time += periodSeconds * 1000) {
    const value = series?.points.get(time);
    range.push({ startMillis: time, ...(value === undefined ? {} : { value }) });
  }
  const { breaches } = comparisons[comparison];
  return evaluate(range, definition, (value) => breaches(value, threshold));
}
