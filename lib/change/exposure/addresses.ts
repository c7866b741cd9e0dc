import { isIPv4, isIPv6 } from 'node:net';

/**
 * Ranges that are not routed on the internet: RFC 1918, RFC 6598, RFC 3927, loopback (RFC 1122), and for IPv6 RFC 4193
 * and link-local (RFC 4291).
 */
const privateRanges = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'],
  ...['fc00::/7', 'fe80::/10', '::1/128'],
];

interface Range {
  bits: 32 | 128;
  start: bigint;
  length: number;
}

/** Returns a CIDR block as a range, or undefined if the text isn't a CIDR block. */
function rangeOf(cidr: string): Range | undefined {
  const [address = '', prefix] = cidr.trim().split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (bits === undefined) return undefined;
  const length = prefix === undefined ? bits : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > bits) return undefined;
  const value = bits === 32 ? ipv4(address) : ipv6(address);
  return { bits, start: (value >> BigInt(bits - length)) << BigInt(bits - length), length };
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function ipv6(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const whole =
    dotted === null
      ? address
      : `${dotted[1]}${(ipv4(dotted[2] ?? '') >> 16n).toString(16)}:${(ipv4(dotted[2] ?? '') & 0xffffn).toString(16)}`;
  const [left = '', right] = whole.split('::');
  const groups = (text: string) => text.split(':').filter((part) => part !== '');
  const [first, last] = [groups(left), groups(right ?? '')];
  const zeros = right === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last];
  return all.reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

const within = (inner: Range, outer: Range): boolean =>
  inner.bits === outer.bits &&
  inner.length >= outer.length &&
  inner.start >> BigInt(outer.bits - outer.length) === outer.start >> BigInt(outer.bits - outer.length);

const privateSpaces = privateRanges.flatMap((one) => rangeOf(one) ?? []);

/** Tells whether a text is an address or a CIDR block. */
export function isCidr(text: string): boolean {
  return rangeOf(text) !== undefined;
}

/**
 * Returns the share of the public internet that the blocks cover together: 1 is all of it. Blocks are added up, so two
 * halves count as the whole. Private ranges don't count.
 */
export function publicShare(cidrs: readonly string[]): number {
  const ranges = cidrs.flatMap((one) => rangeOf(one) ?? []);
  const open = ranges.filter((one) => !privateSpaces.some((space) => within(one, space)));
  const sum = (bits: 32 | 128) =>
    [
      ...new Map(
        open.filter((one) => one.bits === bits).map((one) => [`${one.start}/${one.length}`, one]),
      ).values(),
    ]
      .map(({ length }) => 2 ** -length)
      .reduce((total, share) => total + share, 0);
  // IPv6 is allocated in /32 blocks, so a wider block doesn't belong to a single network.
  return Math.max(sum(32), Math.min(1, sum(128) * 2 ** 24));
}

/**
 * A rule that covers this share or more (a /8 of IPv4, a /32 of IPv6) is open to the world rather than to a network.
 */
export const worldShare = 2 ** -8;
