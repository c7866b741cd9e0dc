import type { Observed } from './observed.ts';
import type { ShiftPlan } from './plan.ts';
import type { Decided, ShiftState } from './state.ts';

/** Begins to go back to the original weights. The failures stay, so that they can be shown. */
export function beginRetreat(
  plan: ShiftPlan,
  state: ShiftState,
  observed: Observed,
  retreat: NonNullable<ShiftState['retreat']>,
): Decided {
  const { reachedAt: _, waitsFor: __, blockedSince: ___, ...rest } = state;
  const back: ShiftState = {
    ...rest,
    phase: 'retreating',
    wanted: plan.original,
    setAt: observed.now,
    retreat,
  };
  const next = goBack(plan, back, observed);
  return { ...next, why: `${retreat.why}; ${next.why}` };
}

/**
 * Puts the weight back first, then waits until the new side has drained. Traffic never goes to a stable side that is known
 * not to be ready, unless a person decides so: both sides stay as they are until one is proven.
 */
export function goBack(plan: ShiftPlan, state: ShiftState, observed: Observed): Decided {
  const { now, weight, inFlight, stableReady, command } = observed;
  const forced = state.forced === true || command === 'continue';
  const known: ShiftState = forced ? { ...state, forced: true } : state;
  if (weight !== plan.original || inFlight) {
    if (inFlight) return hold(known, 'a change of the weight is in flight');
    if (stableReady === false && !forced)
      return {
        rule: 'unproven stable side',
        why: 'the stable side is not ready, so traffic stays where it is; continue to send it back all the same',
        action: { kind: 'wait-for-person' },
        state: known,
      };
    const { reachedAt: _, ...unreached } = known;
    return {
      rule: 'roll back',
      why: `the weight is ${weight ?? 'unknown'}, expected ${plan.original}`,
      action: { kind: 'roll-back', weight: plan.original },
      state: unreached,
    };
  }
  const reachedAt = known.reachedAt ?? now;
  const reached: ShiftState = { ...known, reachedAt };
  const left = state.step < 0 ? undefined : isDrained(plan, reachedAt, observed);
  if (left !== undefined) return hold(reached, left);
  return {
    rule: 'rolled back',
    why: `the weight was read back as ${plan.original}, and the new side has drained`,
    action: { kind: 'done', outcome: 'rolled-back' },
    state: { ...reached, phase: 'done', outcome: 'rolled-back' },
  };
}

/** Returns what the losing side still drains, or undefined if it has drained. */
export function isDrained(
  { drainSeconds }: ShiftPlan,
  since: number,
  { now, draining }: Observed,
): string | undefined {
  if (now - since < drainSeconds) return `${drainSeconds - (now - since)} s of draining are left`;
  return draining !== null && draining > 0 ? `${draining} requests or connections are left` : undefined;
}

function hold(state: ShiftState, why: string): Decided {
  return { rule: 'retreat', why, action: { kind: 'hold' }, state };
}
