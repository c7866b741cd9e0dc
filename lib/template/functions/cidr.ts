import { functionOf, isUnresolved, scalarText, shown } from '../intrinsic.ts';
import { noValue, type TemplateFunction } from '../scope.ts';

/**
 * `[block, count, bits]`: the first `count` blocks of `bits` host bits each inside a block, IPv4 or IPv6.
 * Source: "Fn::Cidr", AWS CloudFormation Template Reference. `bits` counts from the right: 8 is a /24 for IPv4.
 */
export const cidr: TemplateFunction = (argument, context, path) => {
  const evaluated = context.evaluate(argument, path);
  if (!Array.isArray(evaluated) || evaluated.length < 2 || evaluated.length > 3) {
    const expected = 'Fn::Cidr takes an address block, a count and the bits of each block';
    context.fail(
      path,
      'FunctionArguments',
      `${expected}, got ${shown(evaluated === noValue ? undefined : evaluated)}`,
    );
    return { 'Fn::Cidr': argument };
  }
  const [block, count, bits = '8'] = evaluated;
  if (isUnresolved(evaluated)) {
    if (functionOf(block) !== undefined || typeof block === 'string') return { 'Fn::Cidr': evaluated };
  }
  const result = subnets(String(block), Number(scalarText(count)), Number(scalarText(bits)));
  if (typeof result !== 'string') return result;
  context.fail(path, 'FunctionArguments', `Fn::Cidr: ${result}, got ${shown(evaluated)}`);
  return { 'Fn::Cidr': argument };
};

/** Returns the blocks, or the problem. */
export function subnets(block: string, count: number, hostBits: number): string[] | string {
  const [text = '', prefixText = ''] = block.split('/');
  const version6 = text.includes(':');
  const width = version6 ? 128 : 32;
  const address = version6 ? parseVersion6(text) : parseVersion4(text);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  if (address === undefined || !(prefix >= 0 && prefix <= width)) return `"${block}" is no address block`;
  if (!Number.isInteger(count) || count < 1 || count > 256) return 'the count must be 1 to 256';
  if (!Number.isInteger(hostBits) || hostBits < 1 || hostBits > width)
    return `the bits must be 1 to ${width}`;
  const size = 1n << BigInt(hostBits);
  const room = 1n << BigInt(width - prefix);
  if (size * BigInt(count) > room) return `${count} blocks of ${hostBits} bits do not fit into ${block}`;
  const first = (address / room) * room;
  const write = version6 ? writeVersion6 : writeVersion4;
  return Array.from(
    { length: count },
    (_, index) => `${write(first + BigInt(index) * size)}/${width - hostBits}`,
  );
}

function parseVersion4(text: string): bigint | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

const writeVersion4 = (address: bigint) =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');

function parseVersion6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const gap = 8 - head.length - tail.length;
  if (gap < 0 || (halves.length === 1 && gap !== 0)) return undefined;
  const groups = [...head, ...Array<string>(gap).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** Writes the longest run of zero groups as `::` (RFC 5952). */
function writeVersion6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  const [longest] = runs.toSorted((left, right) => right[0].length - left[0].length);
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
