import { describe, expect, it, test } from 'vitest';
import { PathMismatch, pathOf, segmentsOf, valueAtPath, withValueAt } from '../../lib/model/property-path.ts';
import { assetChangeSchema } from '../../lib/model/wish.ts';

describe('rejects as a path', () => {
  const paths = [
    '',
    '.',
    'a..b',
    'a.',
    '/',
    '//a',
    'a.__proto__.b',
    '/constructor',
    'x.'.repeat(100).concat('x'),
  ];
  test.each(paths)('%s', (path) => expect(segmentsOf(path)).toBeUndefined());
});

describe('a path', () => {
  test.each([
    ['Tags.0.Value', ['Tags', '0', 'Value']],
    ['/Parameters/rds.force_ssl', ['Parameters', 'rds.force_ssl']],
    ['/a~1b/c~0d.e', ['a/b', 'c~d.e']],
    ['x.'.repeat(99).concat('x'), Array.from({ length: 100 }, () => 'x')],
  ])('%s is written back as it was', (path, segments) => {
    expect(segmentsOf(path)).toEqual(segments);
    expect(pathOf(segments)).toBe(path);
  });
});

describe('a value at a path', () => {
  const given = { List: ['a', 'b'], Map: { 'x.y': 1 }, Text: 't', Read: { Ref: 'Other' } };
  test.each(['Text.Deep', 'List.3', 'List.x', 'List.01', 'Read.Ref'])("can't be set at %s", (path) => {
    expect(() => withValueAt(given, path, 1)).toThrow(PathMismatch);
  });

  it('is set and removed again without other changes', () => {
    for (const path of ['New.Deep', 'Map.z', '/Map/x.y', 'List.1', 'List.2', 'Text']) {
      const before = structuredClone(given);
      expect(valueAtPath(withValueAt(given, path, 'v'), path)).toBe('v');
      expect(given).toEqual(before);
    }
    expect(withValueAt(withValueAt(given, 'List.2', 'c'), 'List.2', undefined)).toEqual(given);
  });
});

describe('a change of an asset', () => {
  const change = { asset: 'id', type: 'AWS::SQS::Queue' };
  const paths = (count: number) => Array.from({ length: count }, (_, index) => `Map.key${index}`);
  const sets = (count: number) => Object.fromEntries(paths(count).map((path) => [path, 1]));
  test.each([
    ['set', sets(201)],
    ['remove', paths(201)],
    ['release', paths(201)],
  ])('accepts up to 200 paths to %s', (section, value) => {
    expect(assetChangeSchema.safeParse({ ...change, [section]: value }).success).toBe(false);
    const fewer = Array.isArray(value) ? value.slice(1) : sets(200);
    expect(assetChangeSchema.safeParse({ ...change, [section]: fewer }).success).toBe(true);
  });
});
