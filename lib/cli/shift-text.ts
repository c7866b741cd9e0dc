import type { TrafficMetric } from '../model/traffic-policy.ts';
import { type StepShift, sideName } from '../model/traffic-shift.ts';
import { duration } from './style.ts';

/** Says in a few words what a step of a shift does. */
export function shiftNote({ plan, step }: StepShift, waits: boolean): string {
  const target = sideName(plan.sides.target);
  const at = plan.steps[step];
  if (step < 0) return `both sides must be ready: ${sideName(plan.sides.stable)} and ${target}`;
  if (at === undefined) return `${sideName(plan.sides.stable)} drains for ${duration(plan.drainSeconds)}`;
  if (!waits) return `${target} gets ${at.weight} % of the traffic`;
  return at.bakeSeconds === 0
    ? `${at.weight} % is read back`
    : `analyzed at ${at.weight} % for ${duration(at.bakeSeconds)}`;
}

/** Returns a weight and how long it stays under analysis, if at all. */
export function weightText({ weight, bakeSeconds }: { weight: number; bakeSeconds: number }): string {
  return bakeSeconds === 0 ? `${weight} %` : `${weight} % for ${duration(bakeSeconds)}`;
}

/** What an approver reads of a shift: once, where the shift begins, and then what each step does. */
export function shiftText(shift: StepShift | undefined, waits: boolean): [name: string, text: string][] {
  if (shift === undefined) return [];
  const { plan, step, lift } = shift;
  if (step >= 0) return [['traffic', shiftNote(shift, waits)]];
  const { sides, steps, alarms, metrics, minimumSamples, intervalSeconds, patienceSeconds } = plan;
  const weights = steps.map(weightText).join(', then ');
  return [
    [
      'traffic',
      `from ${sideName(sides.stable)} to ${sideName(sides.target)}, which has ${plan.original} % now`,
    ],
    ['weights', weights],
    ['evaluated', `every ${duration(intervalSeconds)}; a step passes after ${minimumSamples} requests`],
    ...alarms.map((alarm): [string, string] => ['alarm', `${sideName(alarm)} must be OK`]),
    ...metrics.map((metric): [string, string] => ['metric', metricText(metric)]),
    ['without data', `waits ${duration(patienceSeconds)}, then for a person: continue or abort`],
    ['if it fails', `${sideName(sides.target)} gets ${plan.original} % again, in one update`],
    ...(lift === undefined
      ? []
      : ([
          ['failed before', `${new Date(lift.failedAt * 1000).toISOString()}: ${lift.failure}`],
          ['all the same', lift.reason],
        ] as [string, string][])),
  ];
}

function metricText(metric: TrafficMetric): string {
  const tolerated = metric.failures === 0 ? '' : `; ${metric.failures} bad in sequence are tolerated`;
  return `${ruleText(metric)}${tolerated}`;
}

function ruleText(metric: TrafficMetric): string {
  switch (metric.kind) {
    case 'threshold': {
      const bounds = [
        metric.below === undefined ? '' : `below ${metric.below}`,
        metric.above === undefined ? '' : `above ${metric.above}`,
      ];
      return `fails if ${metric.statistic} of ${metric.metric} is ${bounds.filter(Boolean).join(' or ')}`;
    }
    case 'condition': {
      const when = [
        metric.failure === undefined ? '' : `if ${metric.failure}`,
        metric.success === undefined ? '' : `unless ${metric.success}`,
      ];
      return `fails ${when.filter(Boolean).join(' or ')}, where result is ${metric.statistic} of ${metric.metric}`;
    }
    case 'compare':
      return (
        `fails if ${metric.statistic} of ${metric.metric} is ${metric.worse} than on the stable side ` +
        `(confidence ${metric.confidence}, effect ${metric.effect}, ${metric.minimumValues} values of each side)`
      );
    case 'verdict':
      return `fails if the function ${metric.function} says so, which is asked for each interval`;
  }
}
