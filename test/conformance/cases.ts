import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

/** A case of `../shared/data/scaling`: what a function of its kind is expected to answer. */
const caseSchema = z.object({
  id: z.string(),
  kind: z.string(),
  source: z.object({ repo: z.string() }),
  input: z.record(z.string(), z.json()),
  expected: z.record(z.string(), z.json()),
});
export type Case = z.output<typeof caseSchema>;

/** Answers cases of one kind. Unknown inputs are ignored. */
export type Kind = (input: JsonObject, source: Case['source']) => JsonObject;

/** Makes a kind from the form of its input and the function that answers. */
export function kind<Schema extends z.ZodType>(
  schema: Schema,
  answer: (input: z.output<Schema>, source: Case['source']) => object,
): Kind {
  return (input, source) => answer(schema.parse(input), source) as JsonObject;
}

export function readCases(file: string): Case[] {
  return z.array(caseSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Returns what a case comes to: equal in each key that is expected. An expected `error` means any error. */
export function judge(kinds: Record<string, Kind>, one: Case): { agrees: boolean; got: JsonValue } {
  const answer = kinds[one.kind];
  if (answer === undefined) return { agrees: false, got: { error: `no kind ${one.kind} is known` } };
  let got: JsonObject;
  try {
    got = answer(one.input, one.source);
  } catch (error) {
    return { agrees: 'error' in one.expected, got: { error: String(error) } };
  }
  const agrees = Object.entries(one.expected).every(([key, value]) => isDeepStrictEqual(got[key], value));
  return { agrees, got };
}

/** Answers every case of the files, and prints each difference and `N of M`. Returns 0 without differences. */
export function runCases(kinds: Record<string, Kind>, files: string[], usage: string): number {
  if (files.length === 0) {
    console.error(usage);
    return 2;
  }
  const cases = files.flatMap(readCases);
  let agreeing = 0;
  for (const one of cases) {
    const { agrees, got } = judge(kinds, one);
    if (agrees) agreeing += 1;
    else
      console.log(`${one.id}\n  expected ${JSON.stringify(one.expected)}\n  got      ${JSON.stringify(got)}`);
  }
  console.log(`${agreeing} of ${cases.length}`);
  return agreeing === cases.length ? 0 : 1;
}
