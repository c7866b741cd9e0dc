import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { builtInPacks, createEngine, loadBundle } from '../../lib/policy/index.ts';
import { lookup, request, resource } from '../policy/support.ts';

const caseSchema = z.strictObject({
  name: z.string(),
  expect: z.enum(['pass', 'fail', 'skip', 'pending']),
  resources: z.record(
    z.string(),
    z.strictObject({ Type: z.string(), Properties: z.record(z.string(), z.json()) }),
  ),
});
type Case = z.output<typeof caseSchema>;

function casesOf(pack: string, rule: string): Case[] {
  const file = join(import.meta.dirname, pack, `${rule.toLowerCase().replaceAll('_', '-')}.yaml`);
  return existsSync(file) ? z.array(caseSchema).parse(parse(readFileSync(file, 'utf8'))) : [];
}

for (const pack of readdirSync(builtInPacks)) {
  const bundle = loadBundle([{ name: pack, mode: 'enforce' }], [builtInPacks], lookup);
  const engine = createEngine(bundle, lookup);
  const rules = [...new Set(bundle.policies.map(({ id }) => id))];

  describe.each(rules)(`${pack}: %s`, (rule) => {
    const cases = casesOf(pack, rule);

    test.each(['pass', 'fail', 'skip'])('has a case to %s', (wanted) => {
      expect(cases.map((one) => one.expect)).toContain(wanted);
    });

    test('has a remedy, and a file named after it', () => {
      const policy = bundle.policies.find(({ id }) => id === rule);
      expect(policy?.remedy).toBeTruthy();
      expect(policy?.key).toBe(`${pack}/${rule.toLowerCase().replaceAll('_', '-')}.cedar#0`);
    });

    for (const { name, expect: wanted, resources } of cases) {
      test(`${wanted}: ${name}`, () => {
        const desired = Object.entries(resources).map(([id, one]) => resource(one.Type, one.Properties, id));
        const admission = engine.judge(request, desired, 'admission');
        const call = engine.judge(request, desired, 'call');
        const violated = admission.violations.some((one) => one.rule === rule);
        const pending = admission.pending.filter((one) => one.rule === rule);
        const speaks = engine.applicable(request, desired).includes(rule);
        const got = violated ? 'fail' : pending.length > 0 ? 'pending' : speaks ? 'pass' : 'skip';
        expect(got).toBe(wanted);
        expect(pending.every((one) => one.unknowns.length > 0)).toBe(true);
        // What still waits at the call is denied there.
        const denied = call.violations.some((one) => one.rule === rule);
        expect(denied).toBe(wanted === 'fail' || wanted === 'pending');
      });
    }
  });

  test(`${pack}: every file of cases belongs to a rule`, () => {
    const files = readdirSync(join(import.meta.dirname, pack)).map((file) => file.replace('.yaml', ''));
    expect(files.sort()).toEqual(rules.map((rule) => rule.toLowerCase().replaceAll('_', '-')).sort());
  });
}
