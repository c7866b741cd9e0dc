import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge, type Kind, readCases } from './cases.ts';
import { hpaKinds } from './hpa.ts';
import { awsKinds } from './scaling-aws.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'scaling');
const suites: [file: string, kinds: Record<string, Kind>][] = [
  ['hpa.json', hpaKinds],
  ['hpa-executed.json', hpaKinds],
  ['aws.json', awsKinds],
];

describe.each(suites)('%s', (name, kinds) => {
  const file = join(folder, name);
  test.skipIf(!existsSync(file))('every case comes to what is expected', () => {
    const differences = readCases(file)
      .map((one) => ({ id: one.id, expected: one.expected, ...judge(kinds, one) }))
      .filter(({ agrees }) => !agrees);
    expect(differences).toEqual([]);
  });
});

test('a difference is a difference, and an unknown kind agrees with nothing', () => {
  const one = { id: 'one', source: { repo: 'own' }, input: { change: 1.5 }, expected: { change: 2 } };
  expect(judge(awsKinds, { ...one, kind: 'percentRounding' }).agrees).toBe(false);
  expect(judge(awsKinds, { ...one, kind: 'percentRounding', expected: { change: 1 } }).agrees).toBe(true);
  expect(judge(awsKinds, { ...one, kind: 'percentRounding', expected: { error: '' } }).agrees).toBe(false);
  expect(judge(awsKinds, { ...one, kind: 'noSuchKind' }).agrees).toBe(false);
});
