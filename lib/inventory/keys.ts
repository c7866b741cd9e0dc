import type { Key } from '../dynamodb/table.ts';
import type { Asset } from '../model/asset.ts';
import { hashOf } from '../model/json.ts';

const padded = (number: number) => String(number).padStart(8, '0');

/** Where the name of an export is unique. An environment doesn't see the exports of another. */
export interface ExportRealm {
  account: string;
  region: string;
  environment: string;
}

const realmKey = ({ account, region, environment }: ExportRealm) => `${account}#${region}#${environment}`;

/** The partition of everything about scaling. */
export const scalingPartition = 'SCALING#assets';

/** Keys of the `Inventory` table: one function for each kind of item. */
export const inventoryKeys = {
  asset: (assetId: string): Key => ({ pk: `ASSET#${assetId}`, sk: 'ASSET' }),
  version: (assetId: string, version: number): Key => ({
    pk: `ASSET#${assetId}`,
    sk: `VERSION#${padded(version)}`,
  }),
  /** One item for each relationship. The inverted index reads it from the other end. */
  relationship: (from: string, to: string): Key => ({ pk: `ASSET#${from}`, sk: `DEPENDS_ON#${to}` }),
  /** The assets of a scope, read with strong consistency before a plan is made. */
  member: (scope: string, assetId: string): Key => ({ pk: `SCOPE#${scope}`, sk: `ASSET#${assetId}` }),
  /** The names of an asset by environment. All of them are read when a plan is made. */
  alias: (environment: string, assetId: string): Key => ({
    pk: `ALIAS#${environment}`,
    sk: `ASSET#${assetId}`,
  }),
  /** The scopes that import an export, and the exports that a scope imports. */
  importer: (realm: ExportRealm, name: string, scope: string): Key => ({
    pk: `IMPORT#${realmKey(realm)}#${name}`,
    sk: `SCOPE#${scope}`,
  }),
  imported: (realm: ExportRealm, scope: string, name: string): Key => ({
    pk: `IMPORT#${realmKey(realm)}#SCOPE#${scope}`,
    sk: `EXPORT#${name}`,
  }),
  /** All scaling policies are in one partition, so that a query or two read them, with what is remembered of each. */
  scaling: (assetId: string): Key => ({ pk: scalingPartition, sk: `ASSET#${assetId}` }),
  scalingState: (assetId: string): Key => ({ pk: scalingPartition, sk: `STATE#${assetId}` }),
  export: (realm: ExportRealm, name: string): Key => ({ pk: `EXPORT#${realmKey(realm)}`, sk: name }),
  /**
   * The past durations of an operation on a type in an environment. Scope names always contain a slash, so keys don't
   * collide.
   */
  durations: (environment: string, source: string, type: string, operation: string): Key => ({
    pk: `SCOPE#${environment}`,
    sk: `DURATIONS#${source}#${type}#${operation}`,
  }),
};

export const invertedIndex = { name: 'inverted', pk: 'sk', sk: 'pk' };

/** The indexes by purpose, with the fields of their partition keys. */
export const indexes = {
  type: { name: 'by-type', pk: 'gsi1pk', sk: 'gsi1sk' },
  owner: { name: 'by-owner', pk: 'gsi2pk', sk: 'gsi2sk' },
  service: { name: 'by-service', pk: 'gsi3pk', sk: 'gsi3sk' },
  environment: { name: 'by-environment', pk: 'gsi4pk', sk: 'gsi4sk' },
  status: { name: 'by-status', pk: 'gsi5pk', sk: 'gsi5sk' },
} as const;
export type IndexedField = keyof typeof indexes;

/** Returns the index attributes of an asset item. Within an index, assets sort by type and name. */
export function indexAttributes(asset: Asset): Record<string, string> {
  const sort = `${asset.type}#${asset.scope}#${asset.logicalId}#${asset.id}`;
  return Object.fromEntries(
    Object.entries(indexes).flatMap(([field, index]) => [
      [index.pk, asset[field as IndexedField]],
      [index.sk, sort],
    ]),
  );
}

/**
 * Returns the same id for the same resource: the provider, account, region, type and primary identifier determine it.
 */
export function assetIdOf(
  asset: Pick<Asset, 'provider' | 'account' | 'region' | 'type' | 'identifier'>,
): string {
  const { provider, account, region, type, identifier } = asset;
  return hashOf([provider, account, region, type, identifier]).slice(0, 32);
}
