import type { TrafficMetric } from '../../model/traffic-policy.ts';
import { mannWhitney } from '../analysis/mann-whitney.ts';
import { measurementVerdict } from '../analysis/measurement-verdict.ts';
import type { Observed, Reading } from './observed.ts';
import type { ShiftPlan } from './plan.ts';

/** What one rule says about the new side. No data is never a pass. */
export interface Judgment {
  /** `alarm NAME`, `metric INDEX NAME`, or `samples`. */
  rule: string;
  verdict: 'pass' | 'fail' | 'no-data';
  /** The numbers that decided. */
  why: string;
  /** Bad intervals in sequence that the rule tolerates. */
  tolerated: number;
}

type Found = Pick<Judgment, 'verdict' | 'why'>;
const noData = (why: string): Found => ({ verdict: 'no-data', why });

/** Evaluates every rule of a plan on what was observed. */
export function judge(plan: ShiftPlan, observed: Observed): Judgment[] {
  return [
    ...plan.alarms.map((name) => ({ rule: `alarm ${name}`, tolerated: 0, ...judgeAlarm(name, observed) })),
    ...plan.metrics.map((metric, index) => ({
      rule: `metric ${index} ${metric.kind === 'verdict' ? metric.function : metric.metric}`,
      tolerated: metric.failures,
      ...judgeMetric(metric, observed.metrics[index] ?? {}),
    })),
    { rule: 'samples', tolerated: 0, ...judgeSamples(plan.minimumSamples, observed.samples) },
  ];
}

function judgeAlarm(name: string, { alarms }: Observed): Found {
  const state = Object.hasOwn(alarms, name) ? alarms[name] : undefined;
  if (state === 'ALARM') return { verdict: 'fail', why: 'its state is ALARM' };
  return state === 'OK'
    ? { verdict: 'pass', why: 'its state is OK' }
    : noData(`its state is ${state ?? 'unknown'}`);
}

function judgeSamples(minimum: number, samples: number | null): Found {
  if (samples !== null && samples >= minimum)
    return { verdict: 'pass', why: `${samples} of ${minimum} requests` };
  return noData(`${samples ?? 'an unknown number'} of ${minimum} requests`);
}

const finite = (values: Reading['target']): number[] =>
  (values ?? []).filter((value): value is number => typeof value === 'number' && Number.isFinite(value));

/** Returns the latest value, or undefined if the latest is missing, however good the ones before were. */
function latest(values: Reading['target']): number | undefined {
  const value = values?.at(-1);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function judgeMetric(metric: TrafficMetric, reading: Reading): Found {
  switch (metric.kind) {
    case 'threshold':
      return judgeThreshold(metric, latest(reading.target));
    case 'condition':
      return judgeCondition(metric, latest(reading.target));
    case 'compare':
      return judgeComparison(metric, finite(reading.target), finite(reading.stable));
    case 'verdict':
      return judgeExternal(reading);
  }
}

type Of<Kind extends TrafficMetric['kind']> = TrafficMetric & { kind: Kind };

function judgeThreshold({ above, below }: Of<'threshold'>, value: number | undefined): Found {
  if (value === undefined) return noData('no latest value');
  if (above !== undefined && value > above) return { verdict: 'fail', why: `${value} is above ${above}` };
  if (below !== undefined && value < below) return { verdict: 'fail', why: `${value} is below ${below}` };
  return { verdict: 'pass', why: `${value} is within its thresholds` };
}

function judgeCondition(metric: Of<'condition'>, value: number | undefined): Found {
  if (value === undefined) return noData('no latest value');
  const { phase, message } = measurementVerdict(value, {
    ...(metric.success === undefined ? {} : { success: metric.success }),
    ...(metric.failure === undefined ? {} : { failure: metric.failure }),
  });
  if (phase === 'Successful') return { verdict: 'pass', why: `${value} is successful` };
  if (phase === 'Failed') return { verdict: 'fail', why: `${value} fails` };
  return noData(message ?? `${value} is ${phase.toLowerCase()}`);
}

/** The new side fails if it is worse than the stable one both surely and by much. */
function judgeComparison(metric: Of<'compare'>, target: readonly number[], stable: readonly number[]): Found {
  const sizes = `${target.length} values against ${stable.length}`;
  if (target.length === 0 || stable.length === 0) return noData(sizes);
  const higher = metric.worse === 'higher';
  const { p, effect: greater } = mannWhitney(target, stable, higher ? 'greater' : 'less');
  const effect = higher ? greater : 1 - greater;
  const why = `${sizes}: p ${p.toPrecision(3)}, effect ${effect.toPrecision(3)}`;
  if (p <= 1 - metric.confidence && effect >= metric.effect) return { verdict: 'fail', why };
  const enough = Math.min(target.length, stable.length) >= metric.minimumValues;
  return enough ? { verdict: 'pass', why } : noData(`${why}; expected ${metric.minimumValues} of each`);
}

function judgeExternal({ verdict, why }: Reading): Found {
  if (verdict === 'pass' || verdict === 'fail') return { verdict, why: `the function answered ${verdict}` };
  return noData(`the function answered ${verdict ?? 'nothing'}${why === undefined ? '' : `: ${why}`}`);
}
