import { type Zone, zoneOf } from '../model/time-zone.ts';
import type { Transition, WallTime } from './calendar.ts';

/** Returns a wall time in milliseconds as if it were UTC. Rules and days are computed in this unit. */
export function wallMillis(wall: WallTime): number {
  return Date.parse(`${wall}Z`);
}

export function wallTime(millis: number): WallTime {
  return new Date(millis).toISOString().slice(0, 19);
}

/** Returns a zone that a calendar defines, from its transitions in order. */
export function zoneOfTransitions(transitions: Transition[]): Zone {
  return zoneOf((instant) => {
    let low = 0;
    let high = transitions.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((transitions[middle]?.[0] ?? 0) <= instant) low = middle;
      else high = middle - 1;
    }
    return (transitions[low]?.[1] ?? 0) * 1000;
  });
}
