import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no health check may reach: this machine, its runtime, its local network, and ranges that stand for
 * others. Sources: the IANA registries of special-purpose addresses (RFC 6890); "Instance metadata" and "Amazon Time
 * Sync", EC2 User Guide, for the AWS services at 169.254.0.0/16 and fd00:ec2::/32. The Lambda runtime API is at
 * 127.0.0.1 or 169.254.100.1. Private addresses are allowed, because VPCs use them. Documentation ranges are allowed:
 * they are not routed, and the local cloud uses them for generated hosts.
 */
const refused: readonly [range: string, prefix: number, what: string][] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['100.64.0.0', 10, 'shared address space'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, with metadata and the Lambda runtime'],
  ['192.0.0.0', 24, 'protocol assignments'],
  ['192.88.99.0', 24, '6to4 relay'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved or broadcast'],
  ['::', 96, 'unspecified, loopback or IPv4-compatible'],
  ['::ffff:0:0:0', 96, 'translated IPv4'],
  ['64:ff9b::', 96, 'translated IPv4'],
  ['64:ff9b:1::', 48, 'translated IPv4'],
  ['100::', 64, 'discarded'],
  ['2001::', 23, 'protocol assignments, Teredo'],
  ['2002::', 16, '6to4'],
  ['fd00:ec2::', 32, 'metadata and services of AWS'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'site-local'],
  ['ff00::', 8, 'multicast'],
];

const lists = refused.map(([range, prefix, what]) => {
  const list = new BlockList();
  list.addSubnet(range, prefix, range.includes(':') ? 'ipv6' : 'ipv4');
  return { list, what };
});

/** Returns why an address may not be connected to, or undefined if it may. An invalid address may not. */
export function refusedAddress(address: string): string | undefined {
  const plain = ipv4Of(address);
  const family = isIP(plain);
  if (family === 0 || plain.includes('%')) return 'no address';
  const wanted = family === 6 ? 'ipv6' : 'ipv4';
  return lists.find(({ list }) => list.check(plain, wanted))?.what;
}

/** Returns the IPv4 address of an IPv4-mapped IPv6 address (`::ffff:7f00:1`, `::ffff:127.0.0.1`, in any spelling). */
function ipv4Of(address: string): string {
  if (isIP(address) !== 6 || address.includes('%')) return address;
  const normal = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(normal) ?? [];
  if (high === '') return normal;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
