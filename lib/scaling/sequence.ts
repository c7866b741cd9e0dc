import type { CapacityChange, CapacityRules } from '../model/scaling-decision.ts';
import { ceilTo, floorTo } from './proposals.ts';

/** The values to write one after the other, and what the type's rules made of the target. */
export interface CapacitySequence {
  sequence: number[];
  /** Changes that are left today after the sequence, if the type counts them. */
  changesLeft?: number;
  /** The rule that keeps the sequence from reaching the target. */
  bound?: string;
}

const dayMillis = 86_400_000;

/**
 * Plans the way to a capacity by the rules of its type: at most a factor in each change, so many changes a day, no way
 * down for storage. If the changes of today don't reach, the sequence ends where they do.
 */
export function planSequence(
  current: number,
  target: number,
  rules: CapacityRules,
  history: { at: string; changes: readonly CapacityChange[] },
): CapacitySequence {
  if (target < current && rules.onlyUp === true) return { sequence: [], bound: 'can only grow' };
  const way = stepsTo(current, target, rules);
  const left = changesLeft(target < current, rules, history);
  if (left === undefined) return reached(way, target);
  const sequence = way.slice(0, left.count);
  const short = sequence.length < way.length ? { bound: left.rule } : {};
  return { ...reached(sequence, target), ...short, changesLeft: left.count - sequence.length };
}

/** A factor and a unit that don't go together leave no way: 1 unit can't be halved. */
function reached(sequence: number[], target: number): CapacitySequence {
  const end = sequence.at(-1);
  return end === undefined || end === target
    ? { sequence }
    : { sequence, bound: 'can change by a factor only' };
}

function stepsTo(current: number, target: number, { factor, unit = 1 }: CapacityRules): number[] {
  const steps: number[] = [];
  let at = current;
  while (at !== target) {
    const next =
      factor === undefined || at === 0
        ? target
        : target > at
          ? Math.min(target, floorTo(unit, at * factor))
          : Math.max(target, ceilTo(unit, at / factor));
    // Half of one unit is no step down.
    if (next === at || next > at !== target > at) break;
    steps.push(next);
    at = next;
  }
  return steps;
}

/** Returns how many changes in a direction are left, by the rule that leaves fewest. */
function changesLeft(
  isDecrease: boolean,
  rules: CapacityRules,
  { at, changes }: { at: string; changes: readonly CapacityChange[] },
): { count: number; rule: string } | undefined {
  const now = Date.parse(at);
  const counts: { count: number; rule: string }[] = [];
  if (rules.changesADay !== undefined) {
    const used = changes.filter((change) => Date.parse(change.at) > now - dayMillis).length;
    counts.push({
      count: Math.max(0, rules.changesADay - used),
      rule: `${rules.changesADay} changes in 24 hours`,
    });
  }
  if (rules.decreasesADay !== undefined && isDecrease) {
    const today = Math.floor(now / dayMillis) * dayMillis;
    const decreases = changes
      .filter(({ from, to }) => to < from)
      .map((change) => Date.parse(change.at))
      .filter((time) => time >= today);
    const paused =
      now - Math.max(...decreases) >= (rules.extraDecreaseAfterSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const count = Math.max(rules.decreasesADay - decreases.length, paused ? 1 : 0, 0);
    counts.push({ count, rule: `${rules.decreasesADay} decreases in a UTC day` });
  }
  return counts.toSorted((a, b) => a.count - b.count)[0];
}
