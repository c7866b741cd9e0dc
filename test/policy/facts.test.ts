import { describe, expect, test } from 'vitest';
import { findEntityType } from '../../lib/policy/entity-types.ts';
import { facts } from '../../lib/policy/facts/table.ts';
import { applicationCases } from './facts/application.ts';
import type { FactCase } from './facts/case.ts';
import { databaseCases } from './facts/database.ts';
import { generalCases } from './facts/general.ts';
import { identityCases } from './facts/identity.ts';
import { networkCases } from './facts/network.ts';
import { secretsCases } from './facts/secrets.ts';
import { statementCases } from './facts/statements.ts';
import { storageCases } from './facts/storage.ts';
import { lookup, resource } from './support.ts';

const cases: Record<string, FactCase[]> = {
  ...applicationCases,
  ...databaseCases,
  ...generalCases,
  ...identityCases,
  ...networkCases,
  ...secretsCases,
  ...statementCases,
  ...storageCases,
};

test('fact names are unique within an entity type', () => {
  const names = facts.flatMap(({ name, types }) => types.map((type) => `${type} ${name}`));
  expect(names).toHaveLength(new Set(names).size);
});

describe.each(facts)('$name', (fact) => {
  test('has existing types and a description', () => {
    expect(fact.types.filter((type) => type !== '*' && !findEntityType(type, lookup))).toEqual([]);
    expect(fact.description).toMatch(/\.$/);
  });

  test('has cases', () => {
    expect(cases[fact.name]?.length ?? 0).toBeGreaterThan(0);
  });

  test.each(cases[fact.name] ?? [])('for %j', (value, expected, around = {}) => {
    const subject = around.resource ?? resource(fact.types[0] ?? '', value);
    const resources = [subject, ...(around.resources ?? [])];
    const { parameters = {} } = around;
    expect(fact.derive({ value, resource: subject, resources, parameters })).toEqual(expected);
  });
});
