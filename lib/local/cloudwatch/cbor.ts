/**
 * CBOR as the Smithy RPC v2 CBOR protocol uses it: text keys, doubles, and times as tag 1.
 * Source: RFC 8949.
 */
import type { JsonObject, JsonValue } from '../../model/json.ts';

/** @throws RangeError or TypeError for bytes that are not CBOR */
export function decodeCbor(bytes: Buffer): JsonValue {
  return new Decoder(bytes).value();
}

const BREAK = Symbol('break');
const INDEFINITE = 31;

class Decoder {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  value(): JsonValue {
    const found = this.item();
    if (found === BREAK) throw new TypeError('a break without an indefinite length');
    return found;
  }

  private item(): JsonValue | typeof BREAK {
    const first = this.bytes.readUInt8(this.at);
    this.at += 1;
    const [major, minor] = [first >> 5, first & 31];
    if (major === 7) return this.simple(minor);
    if (major === 0) return this.argument(minor);
    if (major === 1) return -1 - this.argument(minor);
    if (major === 2) return this.text(minor, 'base64');
    if (major === 3) return this.text(minor, 'utf8');
    if (major === 4) return this.items(minor);
    if (major === 5) return this.members(minor);
    this.argument(minor);
    return this.value();
  }

  private simple(minor: number): JsonValue | typeof BREAK {
    if (minor === INDEFINITE) return BREAK;
    if (minor === 20 || minor === 21) return minor === 21;
    if (minor === 22 || minor === 23) return null;
    const length = { 25: 2, 26: 4, 27: 8 }[minor];
    if (length === undefined) throw new TypeError(`the simple value ${minor}`);
    const start = this.at;
    this.at += length;
    if (length === 8) return this.bytes.readDoubleBE(start);
    return length === 4 ? this.bytes.readFloatBE(start) : half(this.bytes.readUInt16BE(start));
  }

  private argument(minor: number): number {
    if (minor < 24) return minor;
    const length = { 24: 1, 25: 2, 26: 4, 27: 8 }[minor];
    if (length === undefined) throw new TypeError(`the length ${minor}`);
    const start = this.at;
    this.at += length;
    return length === 8 ? Number(this.bytes.readBigUInt64BE(start)) : this.bytes.readUIntBE(start, length);
  }

  private text(minor: number, encoding: BufferEncoding): string {
    if (minor === INDEFINITE) return this.until().map(String).join('');
    const length = this.argument(minor);
    const start = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('the text ends too early');
    return this.bytes.toString(encoding, start, this.at);
  }

  private items(minor: number): JsonValue[] {
    if (minor === INDEFINITE) return this.until();
    return this.times(this.argument(minor));
  }

  private members(minor: number): JsonObject {
    const flat = minor === INDEFINITE ? this.until() : this.times(2 * this.argument(minor));
    const pairs = Array.from({ length: flat.length / 2 }, (_one, index) => [
      String(flat[2 * index]),
      flat[2 * index + 1] ?? null,
    ]);
    return Object.fromEntries(pairs) as JsonObject;
  }

  private times(count: number): JsonValue[] {
    const items: JsonValue[] = [];
    for (let index = 0; index < count; index += 1) items.push(this.value());
    return items;
  }

  private until(): JsonValue[] {
    const items: JsonValue[] = [];
    for (let next = this.item(); next !== BREAK; next = this.item()) items.push(next);
    return items;
  }
}

/** RFC 8949, appendix D. */
function half(bits: number): number {
  const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Encodes a value. `isTime` tells by its member name whether a number is a time in epoch seconds. */
export function encodeCbor(value: JsonValue, isTime: (member: string) => boolean): Buffer {
  const parts: Buffer[] = [];
  const write = (one: JsonValue, member: string): void => {
    if (one === null) parts.push(Buffer.from([0xf6]));
    else if (typeof one === 'boolean') parts.push(Buffer.from([one ? 0xf5 : 0xf4]));
    else if (typeof one === 'number')
      parts.push(...(isTime(member) ? [Buffer.from([0xc1])] : []), double(one));
    else if (typeof one === 'string') parts.push(head(3, Buffer.byteLength(one)), Buffer.from(one));
    else if (Array.isArray(one)) {
      parts.push(head(4, one.length));
      for (const item of one) write(item, member);
    } else {
      const members = Object.entries(one);
      parts.push(head(5, members.length));
      for (const [name, inner] of members) {
        write(name, '');
        write(inner, name);
      }
    }
  };
  write(value, '');
  return Buffer.concat(parts);
}

function double(value: number): Buffer {
  if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32) return head(0, value);
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8((major << 5) | 26, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
