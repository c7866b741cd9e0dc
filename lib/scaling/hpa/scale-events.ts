import type { ScalingRules } from '../../model/scaling-decision.ts';
import { sum } from './ratio.ts';

/** A change that was made, in one direction. Outdated ones are kept until their slot is used again. */
export interface ScaleEvent {
  change: number;
  ageSeconds: number;
  outdated?: boolean | undefined;
}

/** Returns how many replicas were added or removed by the events younger than a period. */
export function changeInPeriod(events: readonly ScaleEvent[], periodSeconds: number): number {
  return sum(events.filter(({ ageSeconds }) => ageSeconds < periodSeconds).map(({ change }) => change));
}

/** Returns the longest period that a policy looks back. */
export function longestPeriod({ policies }: Pick<ScalingRules, 'policies'>): number {
  return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds));
}

/**
 * Returns the events of a direction after a change of it now. It takes the last slot of an event that no policy looks
 * at any more; without rules nothing is kept.
 */
export function withScaleEvent(
  events: readonly ScaleEvent[],
  change: number,
  rules: Pick<ScalingRules, 'policies'> | null,
): ScaleEvent[] {
  if (rules === null) return [...events];
  const period = longestPeriod(rules);
  const marked = events.map((event) => ({
    ...event,
    outdated: event.outdated === true || event.ageSeconds >= period,
  }));
  const added = { change, ageSeconds: 0, outdated: false };
  const slot = marked.findLastIndex(({ outdated }) => outdated);
  return slot < 0 ? [...marked, added] : marked.with(slot, added);
}
