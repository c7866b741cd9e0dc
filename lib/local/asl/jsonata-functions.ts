/**
 * The functions that Step Functions adds to JSONata or changes: "Transforming data with JSONata in Step Functions",
 * section "JSONata functions provided by Step Functions" (AWS Step Functions Developer Guide).
 */
import { createHash } from 'node:crypto';

/** The value of `this` in a function that JSONata calls. */
interface Focus {
  environment: { lookup(name: string): { implementation: (...args: unknown[]) => unknown } };
  createSequence(): unknown[];
}

type Implementation = (this: Focus, ...args: unknown[]) => unknown;

export interface FunctionSources {
  now: () => number;
  random: () => number;
}

const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Returns bindings for evaluating an expression: the added functions, with time and randomness as inputs. */
export function statesFunctions(sources: FunctionSources): { [name: string]: unknown } {
  return {
    partition: bindable(partition),
    range: bindable(range),
    hash: bindable(hash),
    parse: bindable(parse),
    uuid: bindable(() => uuid(sources.random)),
    random: bindable((seed) => (seed === undefined ? sources.random() : seeded(Number(seed))())),
    now: bindable(function (picture, timezone) {
      return this.environment
        .lookup('fromMillis')
        .implementation.call(this, sources.now(), picture, timezone);
    }),
    millis: bindable(() => sources.now()),
    eval: undefined,
  };
}

/** Marks a function as native to JSONata. JSONata passes its focus only to native functions. */
function bindable(implementation: Implementation): object {
  return { _jsonata_function: true, implementation };
}

function partition(this: Focus, list: unknown, size: unknown): unknown[] | undefined {
  if (list === undefined) return undefined;
  const items = Array.isArray(list) ? list : [list];
  const chunk = Math.trunc(Number(size));
  if (!(chunk > 0)) throw invalid('partition', 'the chunk size must be a positive number', size);
  const chunks: unknown[] = [];
  for (let start = 0; start < items.length; start += chunk) chunks.push(items.slice(start, start + chunk));
  return chunks;
}

/** Returns a sequence, so that a single number collapses as it does on AWS. The end is inclusive. */
function range(this: Focus, first: unknown, last: unknown, step: unknown): unknown[] {
  const [from, to, by] = [Number(first), Number(last), step === undefined ? 1 : Number(step)];
  if (!Number.isFinite(from) || !Number.isFinite(to) || !Number.isFinite(by) || by === 0) {
    throw invalid('range', 'it takes a first number, a last number and a step other than 0', [
      first,
      last,
      step,
    ]);
  }
  const sequence = this.createSequence();
  const count = Math.floor((to - from) / by + 1e-9) + 1;
  for (let index = 0; index < count; index += 1) sequence.push(from + index * by);
  return sequence;
}

function hash(this: Focus, content: unknown, algorithm: unknown): string | undefined {
  if (content === undefined) return undefined;
  const name = HASHES[String(algorithm)];
  if (name === undefined)
    throw invalid('hash', `the algorithm is one of ${Object.keys(HASHES).join(', ')}`, algorithm);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return createHash(name).update(text).digest('hex');
}

function parse(this: Focus, text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw invalid('parse', 'it takes a JSON text', text);
  return JSON.parse(text);
}

/** Returns a version 4 UUID from the given random source. */
export function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = '89ab'.charAt(Math.floor(random() * 4));
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}

/** Returns a generator of numbers in [0, 1) that depend only on the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function invalid(name: string, expected: string, received: unknown): Error {
  return new Error(`$${name}: ${expected}; got ${JSON.stringify(received)}`);
}
