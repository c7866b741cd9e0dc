/**
 * The state of an alarm by its latest data points.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", "How alarm state is evaluated
 * when data is missing" and "Avoiding premature transitions to alarm state".
 */
import type { MetricAlarm } from './definition.ts';
import type { AlarmState } from './state.ts';

/** A data point of the evaluation range; the value is absent where data is missing. */
export interface DataPoint {
  startMillis: number;
  value?: number;
}

export interface Verdict {
  /** Absent: the alarm keeps its state. */
  state?: AlarmState;
  /** The points that decided, newest first. */
  decisive: Required<DataPoint>[];
  /** How many missing points were filled by the treatment of missing data. */
  filled: number;
}

/**
 * CloudWatch reads more points than it evaluates, so that single late ones don't matter: 5 in the guide's examples, which
 * evaluate 3. It doesn't say how many more in other cases.
 */
export const extraPoints = 2;

export type EvaluationSettings = Pick<MetricAlarm, 'evaluationPeriods' | 'datapointsToAlarm' | 'missingData'>;

/**
 * Returns the verdict on an evaluation range, oldest point first.
 *
 * With as many real points as evaluation periods, the newest of these decide and nothing is filled. With fewer, missing
 * points are filled as breaching or not. An alarm that leaves missing data alone fires early: if the oldest real point
 * that breaches is at least as old as the number of points to alarm, and all newer ones breach or are missing.
 */
export function evaluate(
  range: readonly DataPoint[],
  { evaluationPeriods, datapointsToAlarm, missingData }: EvaluationSettings,
  breaches: (value: number) => boolean,
): Verdict {
  const newestFirst = range.toReversed();
  const real = newestFirst.filter((point): point is Required<DataPoint> => point.value !== undefined);
  const decisive = real.slice(0, evaluationPeriods);
  const filled = evaluationPeriods - decisive.length;
  const breaching = decisive.filter(({ value }) => breaches(value)).length;
  const byCount = (count: number): Verdict => ({
    ...{ decisive, filled, state: count >= datapointsToAlarm ? 'ALARM' : 'OK' },
  });
  if (filled === 0) return byCount(breaching);
  if (missingData === 'breaching') return byCount(breaching + filled);
  if (missingData === 'notBreaching') return byCount(breaching);
  const kept: Verdict = { decisive, filled };
  if (real.length === 0) return missingData === 'ignore' ? kept : { ...kept, state: 'INSUFFICIENT_DATA' };
  if (breaching >= datapointsToAlarm) return byCount(breaching);
  const oldest = newestFirst.findLastIndex(({ value }) => value !== undefined);
  const early = breaching === real.length && oldest + 1 >= datapointsToAlarm;
  if (early) return missingData === 'ignore' ? kept : { ...kept, state: 'ALARM' };
  // Too few points, all of them breaching and none old enough: nothing speaks for OK either.
  return missingData === 'ignore' && breaching === real.length ? kept : byCount(breaching);
}
