import { join } from 'node:path';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../lib/local/events/pattern.ts';
import { patternProblems } from '../../lib/local/events/pattern-check.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { judgePattern, readPatternCases } from './patterns.ts';

const cases = readPatternCases(join(import.meta.dirname, 'cases', 'patterns.json'));

test.each(cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
  const judged = judgePattern(one);
  expect(typeof judged === 'boolean' ? judged : 'EXC').toBe(one.expected);
});

test('the last of two equal keys in the text counts', () => {
  const pattern = '{"detail": {"location": ["no"], "location": ["yes"]}}';
  const one = { id: 'twice', event: { detail: { location: 'yes' } }, pattern, expected: true };
  expect(judgePattern(one)).toBe(true);
});

const chain = (parts: number) => Array.from({ length: parts }, (_, index) => `${index}`).join('*');

/** Each takes exponential time if every match is tried. */
const bombs: [string, () => unknown][] = [
  ['a wildcard with many stars', () => patternProblems({ a: [{ wildcard: `*${'a*'.repeat(2_000)}` }] })],
  ['a wildcard with many different parts', () => patternProblems({ a: [{ wildcard: chain(2_000) }] })],
  [
    'wildcards by the hundred',
    () => patternProblems({ a: Array.from({ length: 500 }, (_, at) => ({ wildcard: `${at}*` })) }),
  ],
  [
    'a long value that almost fits',
    () => matchesPattern({ a: [{ wildcard: '*a*a*a*a*b' }] }, { a: 'a'.repeat(200_000) }),
  ],
  ['nested alternatives', () => patternProblems(doubled(60))],
  ['nested arrays', () => matchesPattern({ a: { x: [1], y: [2] }, b: { x: [1], y: [2] } }, arrays(300))],
  ['many parallel lists', () => matchesPattern(...lists(12))],
];

function doubled(depth: number): JsonObject {
  let pattern: JsonObject = { z: ['z'] };
  for (let level = 0; level < depth; level += 1)
    pattern = { [`f${level}`]: { $or: [{ a: ['1'] }, { b: ['2'] }] }, [`g${level}`]: pattern };
  return pattern;
}

function arrays(size: number): JsonObject {
  const half: JsonObject[] = Array.from({ length: size }, (_, at) => ({ [at % 2 === 0 ? 'x' : 'y']: at }));
  return { a: half, b: [half] };
}

function lists(count: number): [JsonObject, JsonObject] {
  const names = Array.from({ length: count }, (_, at) => `f${at}`);
  const values = Array.from({ length: 50 }, (_, at) => at);
  return [
    Object.fromEntries([...names.map((name) => [name, [{ exists: true }]]), ['last', ['no']]]),
    Object.fromEntries(names.map((name) => [name, values])),
  ];
}

test.each(bombs)('%s is evaluated within a second', (_what, judge) => {
  const begin = performance.now();
  judge();
  expect(performance.now() - begin).toBeLessThan(1_000);
});
