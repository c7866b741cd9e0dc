import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { facts } from '../../lib/policy/facts/table.ts';
import { builtInPacks, loadBundle } from '../../lib/policy/index.ts';
import { statementAttributes } from '../../lib/policy/statements.ts';
import { lookup } from './support.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/policies.md'), 'utf8');
const { policies } = loadBundle([{ name: 'starter', mode: 'enforce' }], [builtInPacks], lookup);

test('docs/policies.md lists every rule of the starter pack with its severity, and no other', () => {
  const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (\w+) \|/gm)].map(
    ([, id, severity]) => `${id} ${severity}`,
  );
  expect(rows).toEqual([...new Set(policies.map(({ id, severity }) => `${id} ${severity}`))]);
  expect(rows).toHaveLength(20);
});

test.each(facts)('docs/policies.md lists the fact $name with what it means', ({ name, description }) => {
  expect(page).toContain(`| \`${name}\` |`);
  expect(page).toContain(description);
});

test.each(Object.keys(statementAttributes))(
  'docs/policies.md names the attribute %s of a statement',
  (name) => {
    expect(page).toContain(`\`${name}\``);
  },
);
