import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { InvalidInput } from '../../lib/model/errors.ts';
import { controlsOf, findFramework, frameworks, rulesOf } from '../../lib/policy/frameworks.ts';
import { builtInPacks, loadBundle } from '../../lib/policy/index.ts';
import { sortedUnique } from '../../lib/policy/order.ts';
import { lookup } from './support.ts';

const frameworkSchema = z.strictObject({
  name: z.string().min(1),
  title: z.string().min(1),
  aliases: z.array(z.string().min(1)),
  source: z
    .string()
    .regex(/https:\/\/.+; rule mapping: aws-cloudformation\/aws-guard-rules-registry, Apache-2\.0$/),
  controls: z.record(z.string().min(1), z.array(z.string()).min(1)),
});

function problemsOf(name: string): unknown {
  try {
    return findFramework(name);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

describe('a framework', () => {
  const unknown: [string, RegExp][] = [
    ['hipa', /did you mean hipaa-security\?/],
    ['NIST 800-53 Rev6', /did you mean NIST800-53Rev[45]\?/],
    ['fedramp-modrate', /did you mean FedRAMP-Moderate\?/],
    ['quite another thing', /there is no framework quite another thing; known are ABS-CCIGv2-Material, /],
    ['', /known are/],
  ];
  test.each(unknown)('named %j is unknown', (name, message) => {
    expect(problemsOf(name)).toMatchObject([
      { code: 'UnknownFramework', message: expect.stringMatching(message) },
    ]);
  });

  const called: [string, string][] = [
    ['hipaa-security', 'hipaa-security'],
    ['HIPAA', 'hipaa-security'],
    ['nist-800-53', 'NIST800-53Rev5'],
    ['NIST800-53Rev5', 'NIST800-53Rev5'],
    ['nist-800-53-rev-5', 'NIST800-53Rev5'],
    ['NIST 800-53 r4', 'NIST800-53Rev4'],
    ['nist 800-171', 'nist-800-171'],
    ['fedramp', 'FedRAMP-Moderate'],
    ['fedramp-moderate', 'FedRAMP-Moderate'],
    ['FedRAMP Low', 'FedRAMP-Low'],
    ['pci', 'PCI-DSS-3-2-1'],
    ['pci-dss', 'PCI-DSS-3-2-1'],
    ['PCI DSS 3.2.1', 'PCI-DSS-3-2-1'],
    ['cis', 'cis-aws-benchmark-level-2'],
    ['CIS v8 IG1', 'cis-critical-security-controls-v8-ig1'],
    ['cmmc', 'cmmc-level-5'],
    ['cmmc level 3', 'cmmc-level-3'],
    ['ISM', 'acsc-ism'],
    ['Well-Architected', 'wa-Security-Pillar'],
    ['AWS Well-Architected Framework, Reliability Pillar', 'wa-Reliability-Pillar'],
    ['cfn_nag', 'cfn-nag-equivalent'],
  ];
  test.each(called)('named %j is %s', (name, expected) => {
    expect(findFramework(name).name).toBe(expected);
  });

  test('has a name that no other has', () => {
    const names = frameworks().flatMap(({ name, title, aliases }) =>
      sortedUnique([name, title, ...aliases].map((one) => one.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))),
    );
    expect(names).toHaveLength(new Set(names).size);
  });
});

describe.each(frameworks())('$name', (framework) => {
  test('is well formed and sorted', () => {
    expect(frameworkSchema.parse(framework)).toEqual(framework);
    for (const rules of Object.values(framework.controls)) expect(rules).toEqual(sortedUnique(rules));
  });

  test('returns rules and the controls of each', () => {
    const rules = rulesOf(framework);
    expect(rules).toEqual(sortedUnique(rules));
    for (const rule of rules) {
      for (const control of controlsOf(framework, rule)) expect(framework.controls[control]).toContain(rule);
      expect(controlsOf(framework, rule)).not.toEqual([]);
    }
    expect(controlsOf(framework, 'NO_SUCH_RULE')).toEqual([]);
  });
});

const data = resolve(import.meta.dirname, '../../../shared/data/policy-rules.json');

describe.skipIf(!existsSync(data))('compared with the source of the mapping', () => {
  const mapped = existsSync(data)
    ? (JSON.parse(readFileSync(data, 'utf8')) as { rule: string; frameworks?: Record<string, string[]> }[])
    : [];
  /** Ignores nonbreaking spaces and a misplaced colon. */
  const plain = (control: string) =>
    control
      .replaceAll(/\s+/g, ' ')
      .replace(/^(\d+): /, '$1. ')
      .trim();

  test('all 50 frameworks exist', () => {
    const names = sortedUnique(mapped.flatMap(({ frameworks: of = {} }) => Object.keys(of)));
    expect(sortedUnique(frameworks().map(({ name }) => name))).toEqual(names);
    expect(names).toHaveLength(50);
  });

  test('every rule has the same controls', () => {
    for (const { rule, frameworks: of = {} } of mapped) {
      for (const framework of frameworks()) {
        const wanted = sortedUnique((of[framework.name] ?? []).map(plain));
        expect(sortedUnique(controlsOf(framework, rule)), `${framework.name} ${rule}`).toEqual(wanted);
      }
    }
  });
});

test('controls are in natural order', () => {
  const controls = { 'AC-10': ['A'], 'AC-2': ['A'], 54: ['A'], '36b': ['A'], 'AC-1': ['B'] };
  const framework = { name: 'a', title: 'a', aliases: [], source: 'a', controls };
  expect(controlsOf(framework, 'A')).toEqual(['36b', '54', 'AC-2', 'AC-10']);
  expect(rulesOf(framework)).toEqual(['A', 'B']);
});

test('every rule of a framework is in the built-in packs', () => {
  const packs = ['starter', 'aws'].map((name) => ({ name, mode: 'enforce' as const }));
  const rules = new Set(loadBundle(packs, [builtInPacks], lookup).policies.map(({ id }) => id));
  const missing = sortedUnique(frameworks().flatMap(rulesOf)).filter((rule) => !rules.has(rule));
  expect(missing).toEqual([]);
});
