import { describe, expect, test } from 'vitest';
import {
  type CapacityTrait,
  capacities,
  capacityIn,
  carrierChanges,
  changesTo,
  findCapacity,
} from '../../lib/model/capacity/index.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { withValueAt } from '../../lib/model/property-path.ts';

function traitOf(type: string, property?: string): CapacityTrait {
  const trait = findCapacity(type, property);
  if (typeof trait === 'string') throw new Error(trait);
  return trait;
}

/** The changes of a capacity of a type with these properties. */
const changed = (type: string, properties: JsonObject, capacity: number) =>
  changesTo(traitOf(type), properties, capacity);

const apply = (properties: JsonObject, changes: JsonObject) =>
  Object.entries(changes).reduce((all, [path, value]) => withValueAt(all, path, value), properties);

describe.each(capacities.map((trait) => [`${trait.type} ${trait.property}`, trait] as const))(
  '%s',
  (_, trait) => {
    const written = (value: number) => (trait.form === 'integer as text' ? String(value) : value);
    const properties = [
      [trait.property, trait.least] as const,
      ...(trait.bounds?.atMost === undefined ? [] : [[trait.bounds.atMost, trait.least] as const]),
      ...(trait.bounds?.atLeast === undefined
        ? []
        : [[trait.bounds.atLeast, trait.least + trait.step] as const]),
    ].reduce<JsonObject>((all, [path, value]) => withValueAt(all, path, written(value)), {});

    test('is read back as it was set', () => {
      for (const capacity of [trait.least, trait.least + trait.step, trait.least + 4 * trait.step]) {
        const changes = changesTo(trait, properties, capacity);
        if (typeof changes === 'string') throw new Error(changes);
        expect(capacityIn(trait, apply(properties, changes))).toBe(capacity);
        expect(typeof changes[trait.property]).toBe(trait.form === 'integer as text' ? 'string' : 'number');
      }
    });

    test('is refused outside of its bounds and between its steps', () => {
      expect(changesTo(trait, properties, trait.least - trait.step)).toMatch(/expected/);
      expect(changesTo(trait, properties, trait.least + trait.step / 3)).toMatch(/expected a multiple of/);
      expect(changesTo(trait, properties, Number.NaN)).toMatch(/expected a number of/);
      if (trait.most !== undefined)
        expect(changesTo(trait, properties, trait.most + trait.step)).toMatch(/expected/);
    });
  },
);

test('the size of a group takes along the bound that it would leave, as text', () => {
  const group = { MinSize: '2', MaxSize: '6', DesiredCapacity: '4' };
  expect(changed('AWS::AutoScaling::AutoScalingGroup', group, 5)).toEqual({ DesiredCapacity: '5' });
  expect(changed('AWS::AutoScaling::AutoScalingGroup', group, 9)).toEqual({
    DesiredCapacity: '9',
    MaxSize: '9',
  });
  expect(changed('AWS::AutoScaling::AutoScalingGroup', group, 1)).toEqual({
    DesiredCapacity: '1',
    MinSize: '1',
  });
});

test('the indexes of a table change with it, in proportion', () => {
  const units = (read: number) => ({
    ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: 5 },
  });
  const table = { ...units(10), GlobalSecondaryIndexes: [units(4), {}, units(1)] };
  expect(changed('AWS::DynamoDB::Table', table, 25)).toEqual({
    'ProvisionedThroughput.ReadCapacityUnits': 25,
    'GlobalSecondaryIndexes.0.ProvisionedThroughput.ReadCapacityUnits': 10,
    'GlobalSecondaryIndexes.2.ProvisionedThroughput.ReadCapacityUnits': 3,
  });
  expect(changed('AWS::DynamoDB::Table', { ...table, BillingMode: 'PAY_PER_REQUEST' }, 25)).toMatch(
    /PROVISIONED/,
  );
});

test('what carries a capacity grows before it and shrinks after it', () => {
  expect(traitOf('AWS::ECS::Service').carriedBy?.type).toBe('AWS::AutoScaling::AutoScalingGroup');
  expect([carrierChanges(2, 5), carrierChanges(5, 2)]).toEqual(['before', 'after']);
});

test('a capacity that is not a number is unknown', () => {
  const service = traitOf('AWS::ECS::Service');
  for (const DesiredCount of [{ Ref: 'Count' }, 'many', null, true])
    expect(capacityIn(service, { DesiredCount })).toBeUndefined();
  expect(capacityIn(service, {})).toBeUndefined();
});
