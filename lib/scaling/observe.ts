import { rulesOf } from '../model/capacity/index.ts';
import type { CapacityChange, DecisionInput, Recommendation } from '../model/scaling-decision.ts';
import { activeBounds } from './active-bounds.ts';
import { CronError } from './aws/cron-fields.ts';
import { behaviorOf } from './behavior-of.ts';
import { combine } from './combine.ts';
import { type ScalingSubject, windowSeconds } from './metric-queries.ts';
import { type MetricData, otherProposals, targetProposals } from './observe-metrics.ts';
import { capacityAt, readyAt } from './past-capacity.ts';

/** What is known of a capacity at an instant. */
export interface Observations extends MetricData {
  at: string;
  current: number;
  /** Verified changes of the last day, the newest last. */
  changes: readonly CapacityChange[];
  inFlight?: DecisionInput['inFlight'];
  freeze?: DecisionInput['freeze'];
  limits?: DecisionInput['limits'];
  /** People approved the current capacity, beyond the bounds of the policy. */
  approved?: true;
}

const minute = 60_000;

/**
 * Makes the input of a decision from what was observed. It needs no memory: what was recommended in the last minutes
 * follows from the same metrics and the changes since, so an evaluation that changes nothing writes nothing.
 */
export function observe(subject: ScalingSubject, seen: Observations): DecisionInput {
  const { policy, trait } = subject;
  const { at, current, changes, inFlight } = seen;
  const atMillis = Date.parse(at);
  const ready = readyAt(changes, atMillis, { current, warmUpSeconds: trait.warmUpSeconds });
  const others = otherProposals(subject, seen, atMillis, { current, ready, changes });
  const schedule = scheduleAt(policy.schedule, atMillis);
  const freeze = seen.freeze ?? schedule.freeze;
  const behavior = behaviorOf(policy);
  const cooldown = cooldownOf(policy);
  return asJson({
    ...{ at, current, ready },
    proposals: [...targetProposals(subject, seen, atMillis, { current, changes }), ...others.proposals],
    bounds: { min: policy.min, max: policy.max },
    schedule: schedule.bounds,
    rules: rulesOf(trait),
    changes,
    recommendations: recommendationsBefore(subject, seen),
    ...(others.floor > 0 && {
      forecast: { floor: others.floor, basis: policy.forecast.seasons.join(' and ') },
    }),
    ...(behavior && { behavior }),
    ...(cooldown && { cooldown }),
    ...(inFlight && { inFlight }),
    ...(seen.approved && { approved: seen.approved }),
    ...(freeze && { freeze }),
    ...((seen.limits ?? []).length > 0 && { limits: seen.limits }),
  });
}

/** Cooldowns are those of step scaling. Other metrics have stabilization windows. */
function cooldownOf({ metrics }: ScalingSubject['policy']): DecisionInput['cooldown'] {
  const seconds = metrics.flatMap((metric) => (metric.kind === 'step' ? [metric.cooldownSeconds] : []));
  if (seconds.length === 0) return undefined;
  const longest = Math.max(...seconds);
  return { outSeconds: longest, inSeconds: longest };
}

/** A schedule that can't be read holds the capacity: its bounds might be those that count now. */
function scheduleAt(
  entries: ScalingSubject['policy']['schedule'],
  atMillis: number,
): { bounds: DecisionInput['schedule']; freeze?: DecisionInput['freeze'] } {
  try {
    return { bounds: activeBounds(entries, atMillis) };
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    return { bounds: [], freeze: { name: `the schedule can't be read: ${error.message}` } };
  }
}

/** What the targets would have recommended in each minute of the longest window, with the capacity of that time. */
function recommendationsBefore(subject: ScalingSubject, seen: Observations): Recommendation[] {
  const { policy, trait } = subject;
  const atMillis = Date.parse(seen.at);
  const window = windowSeconds(policy) * 1000;
  if (!policy.metrics.some(({ kind }) => kind === 'target')) return [];
  const found: Recommendation[] = [];
  for (let then = atMillis - minute; then > atMillis - window; then -= minute) {
    const current = capacityAt(seen.changes, then, seen.current);
    const at = new Date(then).toISOString();
    const { desired } = combine({
      ...{ at, current, proposals: targetProposals(subject, seen, then, { current, changes: seen.changes }) },
      bounds: { min: 0, max: Number.MAX_SAFE_INTEGER },
      rules: { unit: trait.step },
    });
    found.unshift({ at, replicas: desired });
  }
  return found;
}

/** A decision replays from JSON, so its input has nothing that JSON has not. */
function asJson(input: DecisionInput): DecisionInput {
  return JSON.parse(JSON.stringify(input)) as DecisionInput;
}
