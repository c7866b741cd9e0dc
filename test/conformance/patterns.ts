import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { matchesPattern } from '../../lib/local/events/pattern.ts';
import { patternProblems } from '../../lib/local/events/pattern-check.ts';
import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';

/** Events and patterns are JSON, or text that is parsed as JSON, because duplicate keys can't be written otherwise. */
const caseSchema = z.object({
  id: z.string(),
  event: z.json(),
  pattern: z.json(),
  expected: z.union([z.boolean(), z.literal('EXC')]),
});
export type PatternCase = z.output<typeof caseSchema>;

const usage = `usage: npm run conformance -- patterns FILE...
FILE  JSON: [{id, event, pattern, expected: true | false | "EXC"}]; EXC: the pattern is refused`;

export function readPatternCases(file: string): PatternCase[] {
  return z.array(caseSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Tells whether the local cloud's EventBridge matches the event, or why it rejects the pattern. */
export function judgePattern({ event, pattern }: PatternCase): boolean | { refused: string } {
  let read: JsonValue;
  try {
    read = parsed(pattern);
  } catch (error) {
    return { refused: String(error) };
  }
  const problems = patternProblems(read);
  if (problems.length > 0 || !isObject(read)) return { refused: problems.join('; ') };
  return matchesPattern(read, parsed(event) as JsonObject);
}

function parsed(value: JsonValue): JsonValue {
  return typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value;
}

/** Evaluates every case, and prints each difference and `N of M`. Returns 0 without differences. */
export async function run(files: string[]): Promise<number> {
  if (files.length === 0) {
    console.error(usage);
    return 2;
  }
  const cases = files.flatMap(readPatternCases);
  let agreeing = 0;
  for (const one of cases) {
    const judged = judgePattern(one);
    const got = typeof judged === 'boolean' ? judged : 'EXC';
    if (got === one.expected) agreeing += 1;
    else {
      const why = typeof judged === 'boolean' ? '' : `: ${judged.refused}`;
      console.log(`${one.id}\n  expected ${one.expected}, got ${got}${why}`);
    }
  }
  console.log(`${agreeing} of ${cases.length}`);
  return agreeing === cases.length ? 0 : 1;
}
