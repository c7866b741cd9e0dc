import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { policyPages } from '../../docs/policy-pages.ts';
import { statementAttributes } from '../../lib/policy/statements.ts';

const text = (path: string) => readFileSync(resolve(import.meta.dirname, '../../docs', path), 'utf8');

test.each(policyPages())('docs/%s is current: `npx node docs/generate.ts` writes it', (path, written) => {
  expect(text(path)).toBe(written);
});

test.each(Object.keys(statementAttributes))(
  'docs/policies.md names the attribute %s of a statement',
  (name) => {
    expect(text('policies.md')).toContain(`\`${name}\``);
  },
);
