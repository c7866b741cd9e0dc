import type { DecisionInput, Proposal } from '../model/scaling-decision.ts';

/** What one proposal comes to. `usable` data may scale out; only `complete` data may scale in. */
export interface Want {
  source: string;
  /** The capacity that it asks for, or null without usable data. */
  want: number | null;
  complete: boolean;
  /** Why it may not scale in. */
  why?: string;
}

/** Below this, two capacities are the same: rounding errors must not add a unit. */
export const epsilon = 1e-9;

const defaultTolerance = 0.1;

export function ceilTo(unit: number, value: number): number {
  return tidy(Math.ceil(value / unit - epsilon) * unit);
}

export function floorTo(unit: number, value: number): number {
  return tidy(Math.floor(value / unit + epsilon) * unit);
}

/** Removes what floating point adds to multiples of 0.1 and the like. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

/**
 * Returns what each proposal asks for. No proposal moves against its own ratio: one over its target never asks for
 * less than there is, one under it never for more.
 */
export function wantsOf(input: DecisionInput): Want[] {
  return input.proposals.map((proposal) => {
    const { source, status } = proposal;
    const problem = problemOf(proposal);
    if (problem !== undefined) return { source, want: null, complete: false, why: problem };
    const want = capacityFor(proposal, input);
    if (status !== 'partial') return { source, want, complete: true };
    return { source, want: Math.max(want, input.current), complete: false, why: 'its data is partial' };
  });
}

/** Returns why the data of a proposal can't be used at all. */
function problemOf({ status, value, kind, target }: Proposal): string | undefined {
  if (status === 'missing' || status === 'stale') return `its data is ${status}`;
  if (status === 'nan' || value === null || !Number.isFinite(value)) return 'its value is not a number';
  if (value < 0) return `its value is ${value}, below 0`;
  if (kind !== 'capacity' && !((target ?? 0) > 0)) return `its target is ${target}; expected one above 0`;
  return undefined;
}

function capacityFor(proposal: Proposal, { current, ready = current, rules }: DecisionInput): number {
  const unit = rules?.unit ?? 1;
  const value = proposal.value ?? 0;
  const target = proposal.target ?? 1;
  if (proposal.kind === 'capacity') return ceilTo(unit, value);
  // The average is that of the units which serve load; those that start add nothing to it yet.
  const serving = proposal.kind === 'average' ? Math.min(ready, current) : current;
  if (serving <= 0) {
    const needed = ceilTo(unit, value / target);
    return Math.max(current, proposal.kind === 'total' ? needed : Math.min(needed, unit));
  }
  const load = proposal.kind === 'average' ? (value * serving) / target : value / target;
  const ratio = load / serving;
  if (Math.abs(1 - ratio) <= (proposal.tolerance ?? defaultTolerance) + epsilon) return current;
  const needed = ceilTo(unit, load);
  return ratio > 1 ? Math.max(current, needed) : Math.min(current, needed);
}
