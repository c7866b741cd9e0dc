import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mainStates } from '../../docs/images/overview.ts';
import { generatedPages, page } from '../../docs/pages.ts';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

describe('the documentation', () => {
  let template: JsonObject;
  beforeAll(async () => {
    const assembly = await freshAssembly(() => undefined);
    template = JSON.parse(readFileSync(join(assembly, 'Baton.template.json'), 'utf8')) as JsonObject;
  });

  it('contains the generated parts: `npx node docs/generate.ts` writes them', () => {
    for (const [path, text] of generatedPages(template)) expect(page(path), path).toBe(text);
  });

  it('has a diagram with the states of the machine', () => {
    const diagram = page('architecture.md');
    for (const state of mainStates) expect(diagram).toContain(`  ${state}["${state}`);
  });

  it('explains in operations.md what to do for each alarm', () => {
    const resources = template.Resources as Record<string, { Type: string; Properties?: JsonObject }>;
    const alarms = Object.values(resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' ? [Properties?.AlarmName] : [],
    );
    expect(alarms.length).toBeGreaterThan(0);
    const described = page('operations.md');
    for (const alarm of alarms) expect(described).toContain(`| \`${alarm}\` |`);
  });

  for (const path of pages)
    it(`${path} links only to existing targets`, () => {
      const text = readFileSync(join(root, path), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g))
        if (!target.startsWith('http'))
          expect(existsSync(join(root, dirname(path), target)), target).toBe(true);
    });

  it('README quotes a policy of the starter pack', () => {
    const [, quoted = ''] =
      /```cedar\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    const file = join(root, 'lib', 'policy', 'packs', 'starter', 's3-bucket-versioning-enabled.cedar');
    expect(readFileSync(file, 'utf8')).toBe(quoted);
  });
});
