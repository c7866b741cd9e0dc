import { type People, voicesOf } from './humans.ts';

/**
 * Whether a voice may have a request stopped and undone, which changes infrastructure: the requester may, and who is
 * in a group with the requester. A sender on the bus is the voice `source/NAME`, which groups may hold, too.
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
