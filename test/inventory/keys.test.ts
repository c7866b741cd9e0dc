import { describe, expect, it } from 'vitest';
import { assetIdOf, indexAttributes, indexes, inventoryKeys } from '../../lib/inventory/keys.ts';
import type { Asset } from '../../lib/model/asset.ts';

const identity = {
  provider: 'cloud-control',
  account: '1',
  region: 'r',
  type: 'AWS::S3::Bucket',
  identifier: 'b',
};
const asset = {
  ...identity,
  ...{ id: 'a1', version: 1, logicalId: 'Bucket', scope: 'dev/shop', environment: 'dev', service: 'shop' },
  ...{
    owner: 'team',
    status: 'Active',
    desired: {},
    applied: {},
    attributes: {},
    dependsOn: [],
    dependsOnAssets: [],
  },
  ...{
    deletionPolicy: 'Delete',
    updateReplacePolicy: 'Delete',
    requestId: 'r',
    changeId: 'c',
    runId: 'u',
    updatedAt: '',
  },
} as Asset;

describe('an asset id', () => {
  const others: [part: string, value: string][] = [
    ['provider', 'kubernetes'],
    ['account', '2'],
    ['region', 's'],
    ['type', 'AWS::S3::BucketPolicy'],
    ['identifier', 'c'],
  ];
  for (const [part, value] of others)
    it(`differs for another ${part}`, () =>
      expect(assetIdOf({ ...identity, [part]: value })).not.toBe(assetIdOf(identity)));
  it('does not concatenate parts ambiguously', () => {
    expect(assetIdOf({ ...identity, account: '11', region: 'r' })).not.toBe(
      assetIdOf({ ...identity, account: '1', region: '1r' }),
    );
  });
  it('does not depend on anything else', () => expect(assetIdOf(asset)).toBe(assetIdOf(identity)));
});

describe('keys', () => {
  it('sort versions by number', () => {
    const keys = [2, 10, 100].map((version) => inventoryKeys.version('a', version).sk);
    expect(keys.toSorted()).toEqual(keys);
  });
  it('give each index its field, sorted by type and name', () => {
    const attributes = indexAttributes(asset);
    for (const [field, { pk, sk }] of Object.entries(indexes)) {
      expect(attributes[pk]).toContain(String(asset[field as keyof Asset]));
      expect(attributes[sk]).toBe('AWS::S3::Bucket#dev/shop#Bucket#a1');
    }
  });
});
