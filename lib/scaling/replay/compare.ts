import type { LoadTrace } from '../../model/load-trace.ts';
import { type ScalingPolicy, scalingPolicySchema } from '../../model/scaling-policy.ts';
import { fixedFleet, hpaDefaults, targetTracking } from './baselines.ts';
import { costModel, type Interval, type Outcome, optimum, replay } from './model.ts';
import { policyDecider, type ReplayedDecision } from './policy-decider.ts';

/** What one policy comes to on a trace. */
export interface ReplayRow {
  policy: string;
  costToOptimum: number;
  overloadedPercent: number;
  unservedPercent: number;
  changesADay: number;
  meanCapacity: number;
}

export interface Comparison {
  /** Load that one unit of capacity serves at most in one interval. */
  unit: number;
  /** The policy first, then those it is compared with. */
  rows: ReplayRow[];
  intervals: Interval[];
  decisions: ReplayedDecision[];
}

/** The capacity that the peak of a trace needs at the target utilization, if nothing says what a unit serves. */
const peakCapacity = 40;

/** Returns what one unit serves in an interval, so that the peak needs 40 units at 70 %. */
export function unitOf({ values }: LoadTrace): number {
  const peak = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return peak === 0 ? 1 : peak / (peakCapacity * costModel.targetUtilization);
}

/** The policy that has only its limit: all else is default. */
export function defaultPolicy(unit: number): ScalingPolicy {
  return scalingPolicySchema.parse({
    ...{ min: costModel.min, max: costModel.max },
    metrics: [{ kind: 'limit', metric: 'Load', statistic: 'Sum', limit: unit }],
  });
}

/** Replays a trace against a policy and those that it is compared with. */
export function compareOnTrace(trace: LoadTrace, policy: ScalingPolicy, unit: number): Comparison {
  const model = { ...costModel, min: policy.min, max: policy.max };
  const { intervalSeconds, startMillis: start } = trace;
  const loads = trace.values.map((value) => (value === null ? null : value / unit));
  const decisions: ReplayedDecision[] = [];
  const { startUpSeconds } = model;
  const decider = policyDecider(
    { policy, unit, startUpSeconds, ...(start !== undefined && { start }) },
    (one) => decisions.push(one),
  );
  const least = optimum(loads, intervalSeconds, model);
  const days = (loads.length * intervalSeconds) / 86_400;
  const outcome = replay(loads, intervalSeconds, decider, model);
  const others: [string, Outcome][] = [
    ['HPA defaults', replay(loads, intervalSeconds, hpaDefaults(model), model)],
    ['AWS target tracking', replay(loads, intervalSeconds, targetTracking(model), model)],
    ['fixed fleet', replay(loads, intervalSeconds, fixedFleet(loads, model), model)],
  ];
  const rows = [['this policy', outcome] as const, ...others].map(([name, one]) => ({
    policy: name,
    costToOptimum: one.cost / least,
    overloadedPercent: one.overloadedPercent,
    unservedPercent: one.unservedPercent,
    changesADay: one.changes / days,
    meanCapacity: one.meanRunning,
  }));
  return { unit, rows, intervals: outcome.intervals, decisions };
}
