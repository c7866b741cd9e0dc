/** A recommendation of the past. */
export interface PastRecommendation {
  replicas: number;
  ageSeconds: number;
}

/** The stabilized recommendation, and the log after the new one was added to it. */
export interface Stabilized {
  replicas: number;
  log: PastRecommendation[];
}

/**
 * Stabilizes scale-in only, as without `behavior`: the largest recommendation of the window counts. An entry as old as
 * the window is out of it, since time passes while the controller computes.
 */
export function stabilizeScaleDown(
  desired: number,
  past: readonly PastRecommendation[],
  windowSeconds: number,
): Stabilized {
  const young = past.filter(({ ageSeconds }) => ageSeconds < windowSeconds);
  return {
    replicas: Math.max(desired, ...young.map(({ replicas }) => replicas)),
    log: logged(past, desired, ({ ageSeconds }) => ageSeconds >= windowSeconds),
  };
}

/**
 * Stabilizes both directions: between the smallest recommendation of the window up and the largest of the window
 * down, the current size stays.
 */
export function stabilizeBoth(
  current: number,
  desired: number,
  past: readonly PastRecommendation[],
  window: { upSeconds: number; downSeconds: number },
): Stabilized {
  const young = (seconds: number) =>
    past.filter(({ ageSeconds }) => ageSeconds < seconds).map(({ replicas }) => replicas);
  const up = Math.min(desired, ...young(window.upSeconds));
  const down = Math.max(desired, ...young(window.downSeconds));
  const longest = Math.max(window.upSeconds, window.downSeconds);
  return {
    replicas: Math.min(Math.max(current, up), down),
    log: logged(past, desired, ({ ageSeconds }) => ageSeconds >= longest),
  };
}

/** Puts the new recommendation into the slot of the last one that is too old, or at the end. */
function logged(
  past: readonly PastRecommendation[],
  replicas: number,
  isOld: (entry: PastRecommendation) => boolean,
): PastRecommendation[] {
  const added = { replicas, ageSeconds: 0 };
  const slot = past.findLastIndex(isOld);
  return slot < 0 ? [...past, added] : past.with(slot, added);
}
