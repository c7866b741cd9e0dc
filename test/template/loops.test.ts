import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { expandLoops } from '../../lib/template/index.ts';
import { scopeWith } from './scope-with.ts';

const scope = scopeWith({ values: { Names: ['a-1', 'b-2'], Zones: ['x', 'y'] } });

test('a collection must be a list of texts', () => {
  const loop: JsonObject = { 'Fn::ForEach::Buckets': ['Name', { Ref: 'Nobody' }, { 'Bucket${Name}': {} }] };
  expect(() => expandLoops(loop, scope, 'Resources')).toThrow(/"Nobody"/);
  expect(() => expandLoops({ 'Fn::ForEach::B': ['N', [{ a: 1 }], { 'B${N}': {} }] }, scope)).toThrow(
    /list of texts/,
  );
});

test('a loop becomes one entry for each element, in order, with its origin', () => {
  const section: JsonObject = {
    First: { Type: 'A' },
    'Fn::ForEach::Buckets': [
      'Name',
      { Ref: 'Names' },
      {
        'Bucket&{Name}': {
          Type: 'B',
          Properties: { BucketName: { Ref: 'Name' }, Note: '${Name} of ${Other}' },
        },
      },
    ],
  };
  expect(expandLoops(section, scope, 'Resources')).toEqual([
    ['First', { Type: 'A' }, 'Resources.First'],
    [
      'Bucketa1',
      { Type: 'B', Properties: { BucketName: 'a-1', Note: 'a-1 of ${Other}' } },
      'Resources.Fn::ForEach::Buckets',
    ],
    [
      'Bucketb2',
      { Type: 'B', Properties: { BucketName: 'b-2', Note: 'b-2 of ${Other}' } },
      'Resources.Fn::ForEach::Buckets',
    ],
  ]);
});

test('nested loops have both identifiers', () => {
  const section: JsonObject = {
    'Fn::ForEach::Outer': [
      'Zone',
      { Ref: 'Zones' },
      { 'Fn::ForEach::Inner': ['Size', ['s', '${Zone}'], { 'Vm${Zone}${Size}': { Ref: 'Size' } }] },
    ],
  };
  const keys = expandLoops(section, scope).map(([key, value]) => `${key}=${String(value)}`);
  expect(keys).toEqual(['Vmxs=s', 'Vmxx=x', 'Vmys=s', 'Vmyy=y']);
});
