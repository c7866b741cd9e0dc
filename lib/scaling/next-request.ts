import type { Envelope } from '../model/capacity/envelope.ts';
import type { Decision, DecisionInput } from '../model/scaling-decision.ts';
import { oneRequest } from './one-request.ts';
import { floorTo } from './proposals.ts';
import { planSequence } from './sequence.ts';

/** What to ask for now. A standard change needs no approval; a normal one waits for it, and holds nothing back. */
export interface NextRequest {
  change: 'standard' | 'normal';
  to: number;
  /** Whether it is beyond the policy itself, and not only beyond what governance takes as a standard change. */
  beyond: boolean;
}

/**
 * Returns the request for a decision: what governance takes as a standard change, as long as there is anything of that
 * to do. Only then, for what is left, a request that people decide on.
 *
 * @param standardTo the farthest capacity that is a standard change; see `farthestStandard`
 */
export function nextRequest(
  envelope: Envelope,
  input: DecisionInput,
  decision: Decision,
  standardTo: number,
): NextRequest | undefined {
  const { current } = input;
  const wanted = wantedNow(envelope, current, decision);
  const standard = wanted > current ? Math.min(standardTo, wanted) : Math.max(standardTo, wanted);
  if (wanted !== current && standard !== current) return { change: 'standard', to: standard, beyond: false };
  if (wanted !== current) return { change: 'normal', to: wanted, beyond: false };
  const to = beyondNow(envelope, input, decision);
  return to === undefined ? undefined : { change: 'normal', to, beyond: true };
}

/**
 * Returns the first capacity on the way beyond the policy. An approval lifts no freeze, no limit outside of it, and
 * no rule of the type.
 */
function beyondNow(
  { trait: { most = Number.POSITIVE_INFINITY } }: Envelope,
  { at, current, rules = {}, changes = [], limits = [], freeze, inFlight }: DecisionInput,
  { beyond, bound }: Decision,
): number | undefined {
  const isFrozen = freeze !== undefined && freeze.only !== 'in';
  if (beyond === undefined || isFrozen || inFlight !== undefined) return undefined;
  if (bound.some(({ kind }) => kind === 'cooldown' || kind === 'type')) return undefined;
  const target = floorTo(rules.unit ?? 1, Math.min(beyond.to, most, ...limits.map(({ max }) => max)));
  return target > current ? planSequence(current, target, rules, { at, changes }).sequence[0] : undefined;
}

/**
 * Returns the capacity farthest on the way to what a decision asks for now that is a standard change; the current one
 * if there is none. A smaller change is never less of a standard one than a larger.
 */
export function farthestStandard(
  envelope: Envelope,
  current: number,
  decision: Decision,
  isStandard: (to: number) => boolean,
): number {
  const wanted = wantedNow(envelope, current, decision);
  if (wanted === current || isStandard(wanted)) return wanted;
  const { step } = envelope.trait;
  const sign = wanted > current ? step : -step;
  let [least, most] = [0, Math.floor(Math.abs(wanted - current) / step)];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (isStandard(current + sign * middle)) least = middle;
    else most = middle - 1;
  }
  return current + sign * least;
}

function wantedNow(envelope: Envelope, current: number, { sequence: [first = current] }: Decision): number {
  return oneRequest(envelope, current, first);
}
