import { type Envelope, fits, reachable } from './envelope.ts';
import type { CapacityTrait } from './trait.ts';

/**
 * Returns why a capacity can't be set, or undefined if it can: outside the bounds of the service or of its manifest, no
 * multiple of its unit, or farther than the service goes in one change.
 */
export function capacityProblem(
  trait: CapacityTrait,
  { from, to, envelope }: { from: number | undefined; to: number; envelope: Envelope | undefined },
): string | undefined {
  const { least, most = Number.POSITIVE_INFINITY, step, unit, rules = {} } = trait;
  const got = `got ${to}`;
  if (to < least || to > most)
    return `expected ${most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`} ${unit}, ${got}`;
  if (to % step !== 0) return `expected a multiple of ${step} ${unit}, ${got}`;
  if (envelope !== undefined && !fits(envelope, from, to))
    return (
      `expected ${envelope.min} to ${envelope.max} ${unit}, the bounds that its manifest declares under scaling, ${got}. ` +
      'Submit a manifest with other bounds to go beyond them'
    );
  if (from === undefined || reachable(trait, from, to) === to) return undefined;
  if (rules.onlyUp === true && to < from)
    return `expected at least the current ${from} ${unit}, since it can't shrink, ${got}`;
  const [lowest, highest] = [reachable(trait, from, least), reachable(trait, from, most)];
  return (
    `expected ${lowest} to ${highest} ${unit}: the service changes ${from} by a factor of ${rules.factor} at most at once, ` +
    `${got}. Scale in several steps`
  );
}
