import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { type TrafficKind, trafficKinds } from './traffic-kinds.ts';

const objectSchema = z.custom<JsonObject>((value) => z.record(z.string(), z.json()).safeParse(value).success);
const caseSchema = z.object({
  id: z.string(),
  kind: z.custom<TrafficKind>((value) => typeof value === 'string' && Object.hasOwn(trafficKinds, value)),
  input: objectSchema,
  expected: objectSchema,
});
export type TrafficCase = z.output<typeof caseSchema>;

const usage = `usage: npm run conformance -- traffic FILE...
FILE  JSON: [{id, kind, input, expected}]; kinds: ${Object.keys(trafficKinds).join(', ')}
Only the fields that a case expects are compared.`;

export function readTrafficCases(file: string): TrafficCase[] {
  return z.array(caseSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Answers a case: `{error: true}` if its input is refused. */
export function answer({ kind, input }: TrafficCase): JsonObject {
  try {
    return trafficKinds[kind](input);
  } catch (error) {
    return { error: true, why: String(error) };
  }
}

/** Tells whether an answer has everything that a case expects. Absent is the same as null. */
export function agrees(expected: JsonValue, got: JsonValue | undefined, prefix = false): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(got) &&
      (prefix ? got.length >= expected.length : got.length === expected.length) &&
      expected.every((one, index) => agrees(one, got[index]))
    );
  if (expected === null || typeof expected !== 'object') return isDeepStrictEqual(expected, got ?? null);
  if (got === null || typeof got !== 'object' || Array.isArray(got)) return false;
  const { prefix: isPrefix, ...rest } = expected;
  return Object.entries(rest).every(([key, value]) => agrees(value, got[key], isPrefix === true));
}

/** Answers every case, and prints each difference and `N of M`. Returns 0 without differences. */
export async function run(files: string[]): Promise<number> {
  if (files.length === 0) {
    console.error(usage);
    return 2;
  }
  const cases = files.flatMap(readTrafficCases);
  let agreeing = 0;
  for (const one of cases) {
    const got = answer(one);
    if (agrees(one.expected, got)) agreeing += 1;
    else
      console.log(`${one.id}\n  expected ${JSON.stringify(one.expected)}\n  got      ${JSON.stringify(got)}`);
  }
  console.log(`${agreeing} of ${cases.length}`);
  return agreeing === cases.length ? 0 : 1;
}
