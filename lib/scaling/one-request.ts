import { type Envelope, reachable } from '../model/capacity/envelope.ts';

/** A request at most triples a capacity, and at most halves it. */
const growthMax = 3;
const shrinkMax = 2;

/**
 * Returns the capacity to ask for now on the way to a decided one: what the service accepts in one change, and what
 * governance takes as a standard change by default (the pack `scaling`). The next evaluation asks for the rest.
 */
export function oneRequest({ trait, min, max }: Envelope, from: number, to: number): number {
  const { step } = trait;
  const highest = from === 0 ? to : Math.floor((from * growthMax) / step) * step;
  const lowest = from <= step ? 0 : Math.ceil(from / shrinkMax / step) * step;
  const careful = Math.min(Math.max(to, lowest), Math.max(highest, step));
  // A capacity beyond the bounds was approved, and comes back as far as the load allows.
  const next = reachable(trait, from, Math.min(Math.max(careful, min), Math.max(max, from)));
  // A limit below the lower bound: no size is within both.
  return to > from && next > to ? from : next;
}
