import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { casesSchema, type PolicyCase } from '../../lib/cli/policy/cases.ts';
import { looksBeside } from '../../lib/policy/facts/table.ts';
import {
  builtInPacks,
  createEngine,
  loadBundle,
  type PolicyBundle,
  type PolicyRule,
} from '../../lib/policy/index.ts';
import { lookup, request, resource } from '../policy/support.ts';

/** `aws/s3/s3-bucket-logging-enabled.cedar#0` → `aws/s3/s3-bucket-logging-enabled`. */
function fileOf({ key }: PolicyRule): string {
  return key.replace(/\.cedar#\d+$/, '');
}

function casesOf(policy: PolicyRule): PolicyCase[] {
  const file = join(import.meta.dirname, `${fileOf(policy)}.yaml`);
  return existsSync(file) ? casesSchema.parse(parse(readFileSync(file, 'utf8'))) : [];
}

/** Folders that hold policies: `starter`, `aws/s3`, ... */
const folders = new Set(
  readdirSync(builtInPacks, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cedar'))
    .map((file) => dirname(file)),
);

function loaded(pack: string): PolicyBundle | undefined {
  try {
    return loadBundle([{ name: pack, mode: 'enforce' }], [builtInPacks], lookup);
  } catch (error) {
    test(`${pack} can be loaded`, () => {
      throw error;
    });
    return undefined;
  }
}

for (const pack of folders) {
  const bundle = loaded(pack);
  if (bundle === undefined) continue;
  const engine = createEngine(bundle, lookup, { alternatives: false });
  const rules = [...new Map(bundle.policies.map((policy) => [policy.id, policy])).values()];

  describe.each(rules)(`${pack}: $id`, (policy) => {
    const cases = casesOf(policy);
    const rule = policy.id;

    test.each(['pass', 'fail', 'skip'])('has a case that should %s', (wanted) => {
      expect(cases.map((one) => one.expect)).toContain(wanted);
    });

    test('has a remedy, and a file with its name', () => {
      expect(policy.remedy).toBeTruthy();
      expect(basename(fileOf(policy))).toBe(rule.toLowerCase().replaceAll('_', '-'));
    });

    for (const { name, expect: wanted, resources, parameters } of cases) {
      test(`${wanted}: ${name}`, () => {
        const desired = Object.entries(resources).map(([id, one]) => ({
          ...resource(one.Type, one.Properties, id),
          metadata: one.Metadata,
          health: one.Baton?.health,
        }));
        const admission = engine.judge(request, desired, 'admission', parameters);
        const call = engine.judge(request, desired, 'call', parameters);
        const violated = admission.violations.some((one) => one.rule === rule);
        const pending = admission.pending.filter((one) => one.rule === rule);
        const speaks = engine.applicable(request, desired, parameters).includes(rule);
        const got = violated ? 'fail' : pending.length > 0 ? 'pending' : speaks ? 'pass' : 'skip';
        expect(got).toBe(wanted);
        expect(pending.every((one) => one.unknowns.length > 0)).toBe(true);
        // A rule that is still pending is denied at the call. A rule that reads other resources was evaluated at admission.
        const denied = call.violations.some((one) => one.rule === rule);
        expect(denied).toBe(!looksBeside(policy) && (wanted === 'fail' || wanted === 'pending'));
      });
    }
  });

  test(`${pack}: every file of cases belongs to a rule`, () => {
    const files = readdirSync(join(import.meta.dirname, pack), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => `${pack}/${file.replace('.yaml', '')}`);
    expect(files.sort()).toEqual(rules.map(fileOf).sort());
  });
}
