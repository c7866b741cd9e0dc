export const dayMillis = 86_400_000;

/**
 * Converts between the clock of a time zone and instants. All times are in milliseconds, wall times as if they were UTC.
 */
export interface Zone {
  /** Returns the UTC offset at an instant. */
  offset(instant: number): number;
  /**
   * Returns the instant of a wall time. An ambiguous wall time is its first instant. A wall time that the clock skips
   * uses the offset before the gap (RFC 5545, section 3.3.5, "FORM #3").
   */
  instant(wall: number): number;
}

const zones = new Map<string, Zone>();

/**
 * Returns a zone by its IANA id, with the rules of Node's own ICU.
 * @throws RangeError if the zone doesn't exist
 */
export function namedZone(id: string): Zone {
  const known = zones.get(id) ?? zoneOf(id === 'UTC' ? () => 0 : offsetOf(id));
  zones.set(id, known);
  return known;
}

/** Tells whether Node has rules for this id. Offsets such as `+02:00` are not zones. */
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

/** Makes a zone from its offsets. */
export function zoneOf(offset: Zone['offset']): Zone {
  // A formatter call takes microseconds, so offsets at midnight are cached. Most occurrences share them.
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
      // No zone is more than 15 hours from UTC, so the instant lies between the two cached midnights.
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
