import { describe, expect, test } from 'vitest';
import { capacities, capacitiesOf, findCapacity } from '../../lib/model/capacity/index.ts';
import { isObject } from '../../lib/model/json.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { propertyAt } from './property-at.ts';

const lookup = typeLookup(ensureTypes());

test('there are capacities of at least 15 types', () => {
  expect(new Set(capacities.map(({ type }) => type)).size).toBeGreaterThanOrEqual(15);
});

describe.each(capacities.map((trait) => [`${trait.type} ${trait.property}`, trait] as const))(
  '%s',
  (_, trait) => {
    const spec = lookup(trait.type);
    const paths = [trait.property, ...Object.values(trait.bounds ?? {}), ...(trait.members ?? [])];

    test('is of a type that Cloud Control updates', () => {
      expect(spec?.provisionable).toBe(true);
      expect(spec?.updatable).toBe(true);
    });

    test.each(paths)(
      '%s is a property that can be changed in place, in the form that the trait says',
      (path) => {
        const found = spec === undefined ? undefined : propertyAt(spec, path);
        const kinds = found?.types.map(({ kind }) => kind);
        const wanted = { integer: ['integer'], 'integer as text': ['string', 'integer'], number: ['number'] };
        expect(wanted[trait.form]).toContain(kinds?.[0]);
        expect(found?.replacement).not.toBe('yes');
        expect(spec?.createOnly).not.toContain(path);
      },
    );

    test('has bounds and times that make sense', () => {
      const { least, most = Number.POSITIVE_INFINITY, step, warmUpSeconds, drainSeconds } = trait;
      expect(least).toBeGreaterThanOrEqual(0);
      expect(least).toBeLessThan(most);
      expect(least % step).toBe(0);
      expect(warmUpSeconds).toBeGreaterThan(0);
      expect(drainSeconds).toBeGreaterThanOrEqual(0);
    });
  },
);

test('no capacity is there twice', () => {
  const names = capacities.map(({ type, property }) => `${type} ${property}`);
  expect(new Set(names).size).toBe(names.length);
});

test('a capacity is found by its type and property', () => {
  expect(capacitiesOf('AWS::DynamoDB::Table').map(({ property }) => property)).toEqual([
    'ProvisionedThroughput.ReadCapacityUnits',
    'ProvisionedThroughput.WriteCapacityUnits',
  ]);
  expect(isObject(findCapacity('AWS::ECS::Service') as never)).toBe(true);
  expect(findCapacity('AWS::S3::Bucket')).toMatch(/^AWS::S3::Bucket has no capacity/);
});
