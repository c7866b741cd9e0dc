import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonValue } from '../../lib/model/json.ts';
import { judgeDocument } from '../../lib/policy/index.ts';
import { policyEngine } from '../conformance/policy.ts';
import { everyCase } from '../sample.ts';
import { randomFrom } from './random-decisions.ts';
import { request } from './support.ts';

const folder = join(import.meta.dirname, '..', 'policies');
const seed = 20_270_101;
const documents = everyCase ? 1_500 : 500;

/** Values that are unexpected in their place. */
const odd: JsonValue[] = [
  ...[null, [], {}, '', 'x', 1, 1.5, -1, 1e30, true, [null], [[]], '{{resolve:x}}', '{', '\u0000'],
  ...[{ Ref: 'P' }, { Ref: null }, { Ref: '__proto__' }, { Ref: {} }, { constructor: 1 }, { 'Fn::If': null }],
  ...[{ 'Fn::If': ['a', 'b', { Ref: 'AWS::NoValue' }] }, { 'Fn::Sub': [] }, { 'Fn::Sub': ['${a}', null] }],
  ...[{ 'Fn::GetAtt': {} }, { 'Fn::Join': ['', null] }, { 'Fn::Join': null }, { 'Fn::FindInMap': ['a'] }],
];

/** The resources of every fifth file of cases, which cover everything that rules read. */
const seeds = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .filter((_file, index) => index % 5 === 0)
  .flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')) as { resources: JsonValue }[])
  .map(({ resources }): JsonValue => ({ Resources: resources }));

function mutated(random: () => number, value: JsonValue, share: number): JsonValue {
  if (random() < share) return odd[Math.floor(random() * odd.length)] ?? null;
  if (Array.isArray(value)) return value.map((one) => mutated(random, one, share));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, one]): [string, JsonValue] => [
    name,
    name === 'Type' && random() < 0.95 ? one : mutated(random, one, share),
  ]);
  return Object.fromEntries(entries);
}

test(`every rule has a verdict on any document (${documents}, seed ${seed})`, () => {
  const { engine, rules } = policyEngine(['starter', 'aws']);
  const ids = [...rules];
  const random = randomFrom(seed);
  const seen = { FAIL: 0, PASS: 0, SKIP: 0 };
  for (let count = 0; count < documents; count += 1) {
    const document = mutated(random, seeds[count % seeds.length] ?? {}, 0.02 + random() * 0.2);
    try {
      for (const { verdict } of judgeDocument(engine, request, document, ids)) seen[verdict] += 1;
    } catch (error) {
      throw new Error(`on ${JSON.stringify(document)}`, { cause: error });
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(documents / 4);
}, 180_000);
