/** A change that a policy asks for, at a time in seconds. */
export interface AskedChange {
  at: number;
  change: number;
}

export interface Cooldowns {
  outSeconds: number;
  inSeconds: number;
}

/**
 * Returns the capacity after each asked change (Application Auto Scaling User Guide, "Cooldown period"):
 * - in the cooldown of a scale-out, only what a larger step asks for beyond the one under way is added;
 * - in the cooldown of a scale-in, a scale-in does nothing; a scale-out acts at once and ends it.
 */
export function withCooldowns(
  capacity: number,
  cooldowns: Cooldowns,
  asked: readonly AskedChange[],
): number[] {
  let now = capacity;
  let out: { until: number; added: number } | undefined;
  let inUntil = Number.NEGATIVE_INFINITY;
  return asked.map(({ at, change }) => {
    if (change > 0) {
      const added = out !== undefined && at < out.until ? out.added : 0;
      if (change > added) {
        now += change - added;
        out = { until: at + cooldowns.outSeconds, added: change };
      }
      inUntil = Number.NEGATIVE_INFINITY;
    } else if (change < 0 && at >= inUntil) {
      now += change;
      inUntil = at + cooldowns.inSeconds;
    }
    return now;
  });
}
