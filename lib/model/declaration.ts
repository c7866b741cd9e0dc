import * as z from 'zod/mini';
import { didYouMean } from './suggest.ts';

/** Parts of the schemas of declarations in a `Baton` block. Their messages say what was expected and what was found. */

/** Formats a value for a message. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export const expected = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `expected ${what}, got ${shown(input)}`,
});

/** An object without other fields. The message for an unknown field names the known ones. */
export function fields<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: ({ code, input, ...issue }) =>
      code === 'unrecognized_keys'
        ? unknownFields(what, (issue as { keys?: string[] }).keys ?? [], names)
        : `expected ${what} with ${names.join(', ')}, got ${shown(input)}`,
  });
}

function unknownFields(what: string, keys: readonly string[], names: readonly string[]): string {
  return keys
    .map((key) => `${what} has no "${key}"; expected ${names.join(', ')}${didYouMean(key, names)}`)
    .join('; ');
}

/** A whole number within bounds. */
export const whole = (least: number, most: number) => {
  const message = expected(
    `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
  );
  return z.int(message).check(z.minimum(least, message), z.maximum(most, message));
};
export const amount = (what: string) => z.number(expected(what)).check(z.nonnegative(expected(what)));
export const above0 = (what: string) => z.number(expected(what)).check(z.positive(expected(what)));
export const text = (what: string, most = 256) =>
  z.string(expected(what)).check(z.minLength(1, expected(what)), z.maxLength(most, expected(what)));
/** A list with a limit. */
export const list = <Item extends z.core.SomeType>(item: Item, what: string, most: number) => {
  const message = expected(`a list of at most ${most} ${what}`);
  return z.array(item, message).check(z.maxLength(most, message));
};
