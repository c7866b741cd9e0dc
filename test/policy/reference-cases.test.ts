import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { builtInPacks, createEngine, loadBundle } from '../../lib/policy/index.ts';
import { lookup, request, resource } from './support.ts';

const file = resolve(import.meta.dirname, '../../../shared/data/policy-cases.json');

interface ReferenceCase {
  id: string;
  rule: string;
  template: {
    Resources?: Record<string, { Type: string; Properties?: JsonObject; Metadata?: JsonObject }>;
  } | null;
  expected: 'PASS' | 'FAIL' | 'SKIP';
}

/** Documents that others judge by rules of the same names, from aws-guard-rules-registry. */
describe.skipIf(!existsSync(file))('the starter pack agrees with the AWS Guard rules', () => {
  const bundle = loadBundle([{ name: 'starter', mode: 'enforce' }], [builtInPacks], lookup);
  const engine = createEngine(bundle, lookup, { honourSuppressions: true });
  const rules = new Set(bundle.policies.map(({ id }) => id));
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReferenceCase[]) : [];
  const cases = all.filter(({ rule }) => rules.has(rule));

  function verdict({ rule, template }: ReferenceCase): string {
    const resources = Object.entries(template?.Resources ?? {}).map(([id, one]) => ({
      ...resource(one.Type, one.Properties ?? {}, id),
      metadata: one.Metadata,
    }));
    // Documents are judged as they stand: what is not known in them is not as the rule wants it.
    const violated = engine.judge(request, resources, 'call').violations.some((one) => one.rule === rule);
    if (violated) return 'FAIL';
    return engine.applicable(request, resources).includes(rule) ? 'PASS' : 'SKIP';
  }

  test('on all 58 cases', () => {
    const differing = cases.filter((one) => verdict(one) !== one.expected).map(({ id }) => id);
    expect(differing).toEqual([]);
    expect(cases).toHaveLength(58);
  });
});
