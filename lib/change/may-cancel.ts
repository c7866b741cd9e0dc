import { type People, voicesOf } from './humans.ts';

/**
 * Tells whether a voice may cancel a request, which rolls its changes back. The requester may, and members of a group
 * that the requester is in. A sender on the bus is the voice `source/NAME`, which groups may contain.
 */
export function mayCancel(
  requester: string,
  voice: string,
  { groups, people }: { groups: Readonly<Record<string, readonly string[]>>; people: People },
): boolean {
  if (voice === requester) return true;
  return Object.values(groups).some((members) => {
    const voices = voicesOf(members, people);
    return voices.includes(requester) && voices.includes(voice);
  });
}
