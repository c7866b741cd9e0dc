import { type CostModel, costModel, type Decider } from './model.ts';

/** The policies that a replay compares with, each at 70 % utilization. They see the load even where it is not served. */

function targetRatio(load: number, ready: number, { targetUtilization }: CostModel): number {
  return load / ready / targetUtilization;
}

/** The Kubernetes HPA with its defaults: tolerance 0.1, and five minutes of stabilization before it scales in. */
export function hpaDefaults(model: CostModel = costModel): Decider {
  let recommended: { index: number; capacity: number }[] = [];
  return ({ index, intervalSeconds, running, ready, load }) => {
    if (load === null) return running;
    const capacity = ready === 0 ? running : hpaCapacity(running, ready, targetRatio(load, ready, model));
    recommended.push({ index, capacity });
    recommended = recommended.filter((one) => (index - one.index) * intervalSeconds <= 300);
    if (capacity > running)
      // Doubling or four more in 15 s: a limit only where decisions are as frequent as that.
      return intervalSeconds <= 15 ? Math.min(capacity, Math.max(2 * running, running + 4)) : capacity;
    if (capacity === running) return running;
    const most = Math.max(...recommended.map((one) => one.capacity));
    return intervalSeconds <= 15 && most > running
      ? Math.min(most, Math.max(2 * running, running + 4))
      : most;
  };
}

function hpaCapacity(running: number, ready: number, ratio: number): number {
  if (Math.abs(1 - ratio) <= 0.1) return running;
  const capacity = Math.ceil(ratio * ready - 1e-9);
  const isBackwards = (ratio > 1 && capacity < running) || (ratio < 1 && capacity > running);
  return isBackwards ? running : capacity;
}

/** AWS target tracking as documented: three minutes above, 15 minutes well below, five minutes between changes. */
export function targetTracking(model: CostModel = costModel): Decider {
  let [above, below, outUntil, inUntil] = [0, 0, 0, 0];
  return ({ index, intervalSeconds, running, ready, load }) => {
    if (load === null) return running;
    const ratio = targetRatio(load, Math.max(1, ready), model);
    above = ratio > 1 ? above + 1 : 0;
    below = ratio < 0.9 ? below + 1 : 0;
    const now = index * intervalSeconds;
    const points = (seconds: number) => Math.max(1, Math.round(seconds / intervalSeconds));
    const needed = Math.ceil(ratio * ready - 1e-9);
    if (above >= points(180) && now >= outUntil) {
      outUntil = now + 300;
      return Math.max(running, needed);
    }
    if (below >= points(900) && now >= inUntil) {
      inUntil = now + 300;
      return Math.min(running, Math.ceil(ratio * ready));
    }
    return running;
  };
}

/** As much as the peak needs at 70 %, always. */
export function fixedFleet(loads: readonly (number | null)[], model: CostModel = costModel): Decider {
  const peak = loads.reduce<number>((most, load) => Math.max(most, load ?? 0), 0);
  const capacity = Math.ceil(peak / model.targetUtilization - 1e-9);
  return () => capacity;
}
