import type { Standing } from '../change/approvals.ts';
import type { Decided } from '../tasks/door/decide.ts';
import { named } from './capsule-text-risks.ts';
import { instant } from './capsule-text-time.ts';
import { oneLine } from './visible.ts';

/** Returns `1 of 2 approvals; still needed: change-authority (1)`, or with names, `(1 of user/cho, user/dee)`. */
export function standingText({ levels }: Pick<Standing, 'levels'>, names: 'named' | 'counted'): string {
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
  const all = sum(levels.map(({ quorum }) => quorum));
  const given = sum(levels.map((level) => level.given.length));
  const missing = levels.flatMap(({ level, quorum, given: voices, open }) => {
    const count = quorum - voices.length;
    const who = names === 'counted' ? '' : ` of ${open.length > 0 ? named(open) : 'nobody who is left'}`;
    return count > 0 ? [`${level} (${count}${who})`] : [];
  });
  const still = missing.length > 0 ? `; still needed: ${missing.join(', ')}` : '';
  return `${given} of ${all} approval${all === 1 ? '' : 's'}${still}`;
}

/**
 * Tells what happens to a change after this approval. `review`: it is an emergency change that has run. `isOpen`: before
 * the decision the change had not ended.
 */
export function whatFollows(
  { at, standing }: Pick<Decided, 'at' | 'standing'>,
  { review, isOpen }: { review: boolean; isOpen: boolean },
): string {
  const { status, opensAt, opensReason } = standing;
  if (status !== 'Approved') return `${standingText(standing, 'named')}.`;
  if (review) return 'The review is complete.';
  if (!isOpen) return 'All approvals were given; the change has run or ended already.';
  const given = 'All approvals are given';
  if (opensAt !== undefined && opensAt > at)
    return `${given}. It runs from ${instant(opensAt)} at the earliest: ${oneLine(opensReason ?? 'its window is closed')}.`;
  if (opensAt === undefined && opensReason !== undefined)
    return `${given}, but no window is in sight: ${oneLine(opensReason)}.`;
  return `${given}. It runs now, if what it rests on still stands.`;
}
