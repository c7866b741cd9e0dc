import { sha256 } from '../model/json.ts';

/** Seeded randomness: the same seed gives the same world. */
export interface Random {
  /** Returns a number in [0, 1). */
  next(): number;
  /** Returns `length` characters of the alphabet; lowercase hexadecimal by default. */
  text(length: number, alphabet?: string): string;
  uuid(): string;
  /** Returns a number with a standard normal distribution. */
  normal(): number;
  /** Returns a separate source for the key. Its values don't depend on values drawn from this one. */
  of(key: string): Random;
}

/** mulberry32, a public-domain generator by Tommy Ettinger. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const text = (length: number, alphabet = '0123456789abcdef') =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
  const uuid = () => `${text(8)}-${text(4)}-4${text(3)}-${text(1, '89ab')}${text(3)}-${text(12)}`;
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const of = (key: string) => createRandom(Number.parseInt(sha256(`${seed} ${key}`).slice(0, 8), 16));
  return { next, text, uuid, normal, of };
}
