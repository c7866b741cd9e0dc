import { isIP } from 'node:net';

/** Addresses from the first to the last, inclusive. */
export interface Range {
  version: 4 | 6;
  first: bigint;
  last: bigint;
}

const bits = { 4: 32, 6: 128 } as const;

function numberOf4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function numberOf6(address: string): bigint {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const value = tail?.[2] === undefined ? 0n : numberOf4(tail[2]);
  const text =
    tail?.[1] === undefined
      ? address
      : `${tail[1]}${(value >> 16n).toString(16)}:${(value & 65535n).toString(16)}`;
  const [head = '', rest] = text.split('::');
  const groups = (part: string): string[] => part.split(':').filter((one) => one !== '');
  const after = groups(rest ?? '');
  const before = groups(head);
  const zeros = Array.from({ length: rest === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

const mapped = 0xffffn;

/** Returns a CIDR block as a range, or undefined if it is invalid. Ignores host bits, as EC2 does. */
export function rangeOf(cidr: string): Range | undefined {
  const [address = '', prefix, ...more] = cidr.trim().split('/');
  const version = isIP(address);
  if (more.length > 0 || (version !== 4 && version !== 6)) return undefined;
  const length = prefix === undefined ? bits[version] : Number(prefix);
  if (!/^\d*$/.test(prefix ?? '') || prefix === '' || length > bits[version]) return undefined;
  const size = 1n << BigInt(bits[version] - length);
  const first = ((version === 4 ? numberOf4(address) : numberOf6(address)) / size) * size;
  const last = first + size - 1n;
  // IPv4-mapped addresses (RFC 4291, 2.5.5.2) count as IPv4.
  if (version === 6 && first >> 32n === mapped && last >> 32n === mapped)
    return { version: 4, first: first % (1n << 32n), last: last % (1n << 32n) };
  return { version, first, last };
}

/** Blocks that are not reachable over the internet. Source: IANA's registries of special-purpose addresses. */
const apart = [
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['224.0.0.0/3', 'fc00::/7', 'fe80::/10', 'ff00::/8', '::/8'],
]
  .map(rangeOf)
  .filter((range) => range !== undefined);

/** With this many public addresses, a source counts as the internet: a /8 of IPv4, a /16 of IPv6. */
const internet = { 4: 1n << 24n, 6: 1n << 112n } as const;

/** Returns the ranges without overlaps, in order. */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const last = result.at(-1);
    if (last && range.first <= last.last + 1n) last.last = range.last > last.last ? range.last : last.last;
    else result.push({ ...range });
  }
  return result;
}

function overlap(one: Range, other: Range): bigint {
  const first = one.first > other.first ? one.first : other.first;
  const last = one.last < other.last ? one.last : other.last;
  return last >= first ? last - first + 1n : 0n;
}

function publicAddresses(ranges: readonly Range[], version: 4 | 6): bigint {
  const taken = apart.filter((range) => range.version === version);
  return merged(ranges.filter((range) => range.version === version))
    .map((range) => taken.reduce((sum, other) => sum - overlap(range, other), range.last - range.first + 1n))
    .reduce((sum, one) => sum + one, 0n);
}

/** Tells whether the ranges together contain enough public addresses to count as the internet. */
export function coversInternet(ranges: readonly Range[]): boolean {
  return ([4, 6] as const).some((version) => publicAddresses(ranges, version) >= internet[version]);
}

/** All addresses. Used for a source that can't be read. */
export const everywhere: Range = { version: 4, first: 0n, last: (1n << 32n) - 1n };
