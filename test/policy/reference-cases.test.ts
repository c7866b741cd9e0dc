import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeCase, type PolicyCase, policyEngine } from '../conformance/policy.ts';

const file = resolve(import.meta.dirname, '../../../shared/data/policy-cases.json');
const listed = readFileSync(resolve(import.meta.dirname, '../../docs/policy-differences.md'), 'utf8');

/** Documents from aws-guard-rules-registry, evaluated there with rules of the same names. */
describe.skipIf(!existsSync(file))('the packs agree with the AWS Guard rules', () => {
  const { engine, rules } = policyEngine(['starter', 'aws']);
  const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PolicyCase[]) : [];

  test('on every case except those that the docs list with the reason', () => {
    const differing = cases.filter((one) => judgeCase(engine, one).verdict !== one.expected);
    expect(differing.map(({ id }) => id).filter((id) => !listed.includes(`\`${id}\``))).toEqual([]);
    expect(differing.length).toBeLessThan(cases.length * 0.02);
  });

  test('and have every requested rule', () => {
    expect(new Set(cases.map(({ rule }) => rule)).difference(rules)).toEqual(new Set());
  });
});
