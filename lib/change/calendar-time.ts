import type { Transition, WallTime } from './calendar.ts';

export const dayMillis = 86_400_000;

/** The wall time as if it were UTC, in milliseconds: what rules and days are counted in. */
export function wallMillis(wall: WallTime): number {
  return Date.parse(`${wall}Z`);
}

export function wallTime(millis: number): WallTime {
  return new Date(millis).toISOString().slice(0, 19);
}

/** How a zone's clocks relate to instants; all times in milliseconds, wall times as `wallMillis`. */
export interface Zone {
  /** How far clocks are ahead of UTC at an instant. */
  offset(instant: number): number;
  /**
   * The instant of a wall time. One that comes twice is the first; one that is skipped counts with the offset
   * before the gap (RFC 5545, section 3.3.5, "FORM #3").
   */
  instant(wall: number): number;
}

const zones = new Map<string, Zone>();

/**
 * A zone by its IANA id, with the rules Node's own ICU has.
 * @throws RangeError where there is no such zone
 */
export function namedZone(id: string): Zone {
  const known = zones.get(id) ?? zoneOf(id === 'UTC' ? () => 0 : offsetOf(id));
  zones.set(id, known);
  return known;
}

/** Whether Node knows rules for this id; ids that are offsets (`+02:00`) are no zones. */
export function isZoneName(id: string): boolean {
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    namedZone(id);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A zone a calendar defines by itself, its transitions in order. */
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

function zoneOf(offset: Zone['offset']): Zone {
  // A formatter takes microseconds: offsets are kept for the turns of days, which most occurrences share.
  const turns = new Map<number, number>();
  const atTurn = (day: number): number => {
    const known = turns.get(day) ?? offset(day * dayMillis);
    if (turns.size > 5_000) turns.clear();
    turns.set(day, known);
    return known;
  };
  return {
    offset,
    instant: (wall) => {
      // No zone is further than 15 hours from UTC, so that the instant lies well between the two turns.
      const day = Math.floor(wall / dayMillis);
      const before = atTurn(day - 1);
      const after = atTurn(day + 2);
      if (before === after) return wall - before;
      const candidates = [wall - before, wall - after].filter(
        (instant) => instant + offset(instant) === wall,
      );
      return candidates.length > 0 ? Math.min(...candidates) : wall - before;
    },
  };
}

function offsetOf(id: string): Zone['offset'] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: id,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const [month, day, year, hour, minute, second] = (format.format(instant).match(/\d+/g) ?? []).map(Number);
    const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
    return wall - Math.floor(instant / 1000) * 1000;
  };
}
