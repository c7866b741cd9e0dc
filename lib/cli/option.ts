import { didYouMean } from '../model/suggest.ts';

/** `RESOURCE[:times]` of `--fail`. */
export interface FaultWish {
  resource: string;
  times: number;
}

interface Kinds {
  flag: boolean;
  text: string | undefined;
  /** Repeatable; `a,b` is two texts. */
  texts: string[];
  /** A number above zero. */
  speed: number | undefined;
  /** An integer of 0 or more. */
  count: number | undefined;
  /** A TCP port. */
  port: number | undefined;
  /** Repeatable `KEY=VALUE`. */
  pairs: Record<string, string>;
  /** Repeatable `RESOURCE[:times]`. */
  faults: FaultWish[];
}

/** One option of a command: how it is parsed, and its help text. */
export interface OptionSpec<Kind extends keyof Kinds = keyof Kinds> {
  kind: Kind;
  help: string;
  /** The placeholder for the value in the help. Absent for flags. */
  placeholder?: string;
  /** The allowed values. */
  choices?: readonly string[];
}
export type OptionTable = Record<string, OptionSpec>;

/** The values that result from parsing a table of options. */
export type OptionValues<Table extends OptionTable> = { [Name in keyof Table]: Kinds[Table[Name]['kind']] };

interface Reading {
  value?: unknown;
  /** The expected form. Set if the text doesn't match it. */
  expected?: string;
}
type Reader = (texts: string[], spec: OptionSpec) => Reading;

const number =
  (expected: string, valid: (value: number) => boolean): Reader =>
  ([text]) => {
    if (text === undefined) return {};
    const value = Number(text);
    return text.trim() !== '' && valid(value) ? { value } : { expected };
  };

/** One parser for each kind: from the given texts, in order, to the value. */
const readers: Record<keyof Kinds, Reader> = {
  flag: (texts) => ({ value: texts.length > 0 }),
  text: ([text], { choices }) => {
    if (text === '') return { expected: 'a text that is not empty' };
    if (text === undefined || choices === undefined || choices.includes(text)) return { value: text };
    return { expected: `one of ${choices.join(', ')}${didYouMean(text, choices)}` };
  },
  texts: (texts) => {
    const values = texts.flatMap((text) => text.split(',').map((one) => one.trim()));
    return values.includes('') ? { expected: 'a text that is not empty' } : { value: [...new Set(values)] };
  },
  speed: number('a number above 0', (value) => Number.isFinite(value) && value > 0),
  count: number('a whole number from 0', (value) => Number.isSafeInteger(value) && value >= 0),
  port: number('a port from 0 to 65535', (value) => Number.isInteger(value) && value >= 0 && value < 65_536),
  pairs: (texts) => {
    const pairs = texts.map((text) => /^([^=]+)=([\s\S]*)$/.exec(text));
    if (pairs.includes(null)) return { expected: 'KEY=VALUE' };
    return { value: Object.fromEntries(pairs.map((match) => [match?.[1], match?.[2]])) };
  },
  faults: (texts) => {
    const wishes = texts.map((text) => /^([A-Za-z0-9]+)(?::([1-9][0-9]{0,4}))?$/.exec(text));
    if (wishes.includes(null))
      return { expected: 'RESOURCE or RESOURCE:times, as Database:2, times from 1 to 99999' };
    return {
      value: wishes.map((match) => ({ resource: match?.[1] ?? '', times: Number(match?.[2] ?? 1) })),
    };
  },
};

/** Kinds that may be repeated. */
const repeatable: ReadonlySet<keyof Kinds> = new Set(['texts', 'pairs', 'faults']);

/** Parses the texts given for one option. Calls `report` with problems. */
export function readOption(
  name: string,
  spec: OptionSpec,
  texts: string[],
  report: (problem: string) => void,
): unknown {
  if (texts.length > 1 && spec.kind !== 'flag' && !repeatable.has(spec.kind)) {
    report(`--${name} is given ${texts.length} times; expected once`);
    return undefined;
  }
  const wrong = (expected: string) => {
    const given =
      texts.length > 1 ? texts.filter((text) => readers[spec.kind]([text], spec).expected) : texts;
    report(`--${name} is ${given.map((text) => JSON.stringify(text)).join(', ')}; expected ${expected}`);
  };
  const { value, expected } = readers[spec.kind](texts, spec);
  if (expected !== undefined) wrong(expected);
  return value;
}
