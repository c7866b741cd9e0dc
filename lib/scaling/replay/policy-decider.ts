import type {
  CapacityChange,
  Decision,
  DecisionInput,
  Proposal,
  Recommendation,
} from '../../model/scaling-decision.ts';
import type { ScalingMetric, ScalingPolicy } from '../../model/scaling-policy.ts';
import { activeBounds } from '../active-bounds.ts';
import { behaviorOf } from '../behavior-of.ts';
import { combine } from '../combine.ts';
import { LimitPolicy } from '../limit/limit-policy.ts';
import type { Decider, Sample } from './model.ts';

/** A change of capacity in a replay, with the decision behind it. */
export interface ReplayedDecision {
  index: number;
  from: number;
  to: number;
  load: number | null;
  decision: Decision;
}

export interface ReplayedPolicy {
  policy: ScalingPolicy;
  /** Load that one unit of capacity serves at most in one interval. */
  unit: number;
  startUpSeconds: number;
  /** When the first interval begins, in milliseconds. Schedules need it. */
  start?: number;
}

const longestRuleSeconds = 3600;

/**
 * Returns a policy as the product decides by it: its metrics give proposals, and `combine` makes the decision of them. The
 * decisions that change something are reported.
 */
export function policyDecider(
  { policy, unit, startUpSeconds, start }: ReplayedPolicy,
  report: (decision: ReplayedDecision) => void = () => undefined,
): Decider {
  const limits = new Map<number, LimitPolicy>();
  let recommendations: Recommendation[] = [];
  let changes: CapacityChange[] = [];
  const behavior = behaviorOf(policy);
  const proposalsOf = (sample: Sample): [Proposal[], forecast: number] => {
    let floor = 0;
    const proposals = policy.metrics.map((metric, index): Proposal => {
      if (metric.kind === 'limit') {
        const limit = limits.get(index) ?? limitPolicy(sample, policy, startUpSeconds);
        limits.set(index, limit);
        const load = sample.load === null ? null : (sample.load * unit) / metric.limit;
        const { capacity, floor: own } = limit.observe(load, sample.running);
        floor = Math.max(floor, own);
        return { source: metric.metric, kind: 'capacity', ...statusOf(capacity) };
      }
      return targetProposal(metric, sample, unit);
    });
    return [proposals, floor];
  };
  return (sample) => {
    const { index, intervalSeconds, running, ready, load } = sample;
    const instant = (start ?? 0) + (index + 1) * intervalSeconds * 1000;
    const [proposals, floor] = proposalsOf(sample);
    const input: DecisionInput = {
      at: new Date(instant).toISOString(),
      ...{ current: running, ready, proposals, recommendations, changes },
      bounds: { min: policy.min, max: policy.max },
      schedule: start === undefined ? [] : activeBounds(policy.schedule, instant),
      ...(floor > 0 && { forecast: { floor, basis: policy.forecast.seasons.join(' and ') } }),
      ...(behavior !== undefined && { behavior }),
    };
    const decision = combine(input);
    recommendations = decision.recommendations;
    if (decision.desired === running) return running;
    changes = changes.filter(({ at }) => instant - Date.parse(at) <= longestRuleSeconds * 1000);
    changes.push({ at: input.at, from: running, to: decision.desired });
    report({ index, from: running, to: decision.desired, load, decision });
    return decision.desired;
  };
}

function limitPolicy(
  { intervalSeconds }: Sample,
  { forecast }: ScalingPolicy,
  startUpSeconds: number,
): LimitPolicy {
  return new LimitPolicy({ intervalSeconds, startUpSeconds, seasons: forecast.seasons });
}

const statusOf = (value: number | null): Pick<Proposal, 'status' | 'value'> => ({
  status: value === null ? 'missing' : 'ok',
  value,
});

function targetProposal(metric: ScalingMetric, { load, ready }: Sample, unit: number): Proposal {
  if (metric.kind !== 'target')
    throw new TypeError(`a replay has no alarm for a metric of kind ${metric.kind}`);
  const { metric: source, target, tolerance } = metric;
  const each = load === null || ready === 0 ? null : (load * unit) / ready;
  return { source, kind: 'average', target, tolerance, ...statusOf(each) };
}
