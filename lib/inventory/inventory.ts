import type { Documents } from '../documents/documents.ts';
import { spilled, whole } from '../documents/spill.ts';
import { absent, type Item, type Table, type Write } from '../dynamodb/table.ts';
import type { Asset } from '../model/asset.ts';
import type { JsonValue } from '../model/json.ts';
import { type AliasRecord, aliasesOf } from './aliases.ts';
import {
  type ExportRealm,
  type IndexedField,
  indexAttributes,
  indexes,
  inventoryKeys,
  invertedIndex,
} from './keys.ts';
import { scalingWrites } from './scaling-index.ts';

/** One version of an asset: what changed, by which run and change, for whom, and when. */
export interface AssetVersion {
  assetId: string;
  version: number;
  /** The asset before this version. Stored once, in the previous version. */
  before?: Asset;
  after: Asset;
  runId: string;
  changeId: string;
  actor: string;
  at: string;
}

export interface ExportRecord {
  name: string;
  value: JsonValue;
  scope: string;
  requestId: string;
}

/**
 * Maximum number of relationships in a transaction with everything else it writes (DynamoDB: 100 items in a
 * transaction).
 */
const relationshipsInTransaction = 80;

/** The CMDB: assets, their versions and relationships, and the exports between requests. */
export class Inventory {
  readonly table: Table;
  readonly #documents: Documents;

  /** @param documents stores values that are too large for an item */
  constructor(table: Table, documents: Documents) {
    this.table = table;
    this.#documents = documents;
  }

  async asset(assetId: string): Promise<Asset | undefined> {
    const item = await this.table.get<Item>(inventoryKeys.asset(assetId));
    return item && this.#asset(item);
  }

  async assets(assetIds: string[]): Promise<Asset[]> {
    const items = await this.table.getAll<Item>(assetIds.map(inventoryKeys.asset));
    return Promise.all(items.map((item) => this.#asset(item)));
  }

  /** Returns the existing assets of a scope by logical id. Strongly consistent. */
  async scopeAssets(scope: string): Promise<Asset[]> {
    const members = await this.scopeMembers(scope);
    const assets = await this.assets(members.map(({ assetId }) => assetId));
    return assets.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
  }

  /** Returns the ids, versions and names of the assets in a scope. */
  async scopeMembers(scope: string): Promise<{ assetId: string; version: number; logicalId: string }[]> {
    return this.table.query(`SCOPE#${scope}`, { prefix: 'ASSET#' });
  }

  /** Returns the names of the assets in an environment. Strongly consistent. */
  async aliases(environment: string): Promise<AliasRecord[]> {
    return this.table.query<AliasRecord>(inventoryKeys.alias(environment, '').pk);
  }

  /** Returns assets by type, owner, service, environment or status. Eventually consistent. */
  async find(field: IndexedField, value: string, limit?: number): Promise<Asset[]> {
    const items = await this.table.query<Item>(value, { index: indexes[field], limit });
    return Promise.all(items.map((item) => this.#asset(item)));
  }

  /** Returns the history of an asset, oldest first. */
  async versions(assetId: string): Promise<AssetVersion[]> {
    const stored = await this.table.query<AssetVersion>(inventoryKeys.asset(assetId).pk, {
      prefix: 'VERSION#',
    });
    const versions: AssetVersion[] = [];
    for (const version of stored)
      versions.push({ ...version, before: versions.at(-1)?.after, after: await this.#asset(version.after) });
    return versions;
  }

  async version(assetId: string, version: number): Promise<AssetVersion | undefined> {
    const stored = await this.table.get<AssetVersion>(inventoryKeys.version(assetId, version));
    return stored && { ...stored, after: await this.#asset(stored.after) };
  }

  /** Returns the ids of the assets that depend on this one. */
  async dependents(assetId: string): Promise<string[]> {
    const rows = await this.table.query<{ from: string }>(`DEPENDS_ON#${assetId}`, { index: invertedIndex });
    return rows.map(({ from }) => from);
  }

  /**
   * Returns the writes that move an asset from `before` to `version.after`, for the transaction that completes the
   * step: the asset (with an optimistic lock on its version), its version, its membership in the scope and its
   * relationships.
   */
  async versionWrites({ before, ...version }: AssetVersion): Promise<Write[]> {
    const { table } = this;
    const after = await spilled(this.#documents, version.after, [
      'desired',
      'applied',
      'attributes',
      'unsettled',
    ]);
    const exists = isThere(after);
    const member = inventoryKeys.member(after.scope, after.id);
    const alias = inventoryKeys.alias(after.environment, after.id);
    const previousVersion = { names: { '#version': 'version' }, values: { ':version': after.version - 1 } };
    return [
      {
        table,
        put: { ...inventoryKeys.asset(after.id), ...indexAttributes(after), ...after },
        condition: before ? { expression: '#version = :version', ...previousVersion } : absent,
      },
      {
        table,
        put: { ...inventoryKeys.version(after.id, after.version), ...version, after },
        condition: absent,
      },
      exists
        ? { table, put: { ...member, assetId: after.id, version: after.version, logicalId: after.logicalId } }
        : { table, delete: member },
      exists ? { table, put: { ...alias, ...aliasesOf(version.after) } } : { table, delete: alias },
      ...(await scalingWrites(table, { before, after: version.after, exists }, (names) =>
        this.#named(after.scope, names),
      )),
      ...this.#relationshipWrites(before, after, exists).slice(0, relationshipsInTransaction),
    ];
  }

  /** Writes the relationships that don't fit into the transaction. Call it before the transaction. Idempotent. */
  async writeFurtherRelationships({ before, after }: AssetVersion): Promise<void> {
    const further = this.#relationshipWrites(before, after, isThere(after)).slice(relationshipsInTransaction);
    for (let start = 0; start < further.length; start += 100)
      await this.table.transact(further.slice(start, start + 100));
  }

  async export(realm: ExportRealm, name: string): Promise<ExportRecord | undefined> {
    return this.table.get<ExportRecord>(inventoryKeys.export(realm, name));
  }

  async putExport(realm: ExportRealm, record: ExportRecord): Promise<void> {
    await this.table.put({ ...inventoryKeys.export(realm, record.name), ...record });
  }

  async deleteExport(realm: ExportRealm, name: string): Promise<void> {
    await this.table.transact([{ table: this.table, delete: inventoryKeys.export(realm, name) }]);
  }

  /** Returns the scopes that import an export. Strongly consistent. */
  async importers(realm: ExportRealm, name: string): Promise<string[]> {
    const { pk } = inventoryKeys.importer(realm, name, '');
    const rows = await this.table.query<{ scope: string }>(pk);
    return rows.map(({ scope }) => scope);
  }

  /** Replaces the imports of a scope with `names`. */
  async setImports(realm: ExportRealm, scope: string, names: readonly string[]): Promise<void> {
    const { table } = this;
    const had = await table.query<{ name: string }>(inventoryKeys.imported(realm, scope, '').pk);
    const keys = (name: string) => [
      inventoryKeys.importer(realm, name, scope),
      inventoryKeys.imported(realm, scope, name),
    ];
    for (const { name } of had.filter((row) => !names.includes(row.name)))
      await table.transact(keys(name).map((key) => ({ table, delete: key })));
    for (const name of names)
      await table.transact(keys(name).map((key) => ({ table, put: { ...key, scope, name } })));
  }

  async exports(realm: ExportRealm): Promise<ExportRecord[]> {
    return this.table.query<ExportRecord>(inventoryKeys.export(realm, '').pk);
  }

  /** Returns the identifiers of resources of a scope by their logical ids. */
  async #named(scope: string, names: string[]): Promise<Map<string, Asset>> {
    const members = (await this.scopeMembers(scope)).filter(({ logicalId }) => names.includes(logicalId));
    const assets = await this.assets(members.map(({ assetId }) => assetId));
    return new Map(assets.map((asset) => [asset.logicalId, asset]));
  }

  #asset(item: object): Promise<Asset> {
    return whole(this.#documents, withoutKeys(item));
  }

  #relationshipWrites(before: Asset | undefined, after: Asset, exists: boolean): Write[] {
    const wanted = new Set(exists ? after.dependsOnAssets : []);
    const had = new Set(before?.dependsOnAssets);
    const key = (to: string) => inventoryKeys.relationship(after.id, to);
    return [
      ...[...wanted].map((to) => ({ table: this.table, put: { ...key(to), from: after.id, to } })),
      ...[...had].filter((to) => !wanted.has(to)).map((to) => ({ table: this.table, delete: key(to) })),
    ];
  }
}

function isThere({ status }: Asset): boolean {
  return status === 'Active' || status === 'Unknown';
}

/** Returns an asset without the table's own attributes. */
function withoutKeys(item: object): Asset {
  const keep = Object.entries(item).filter(
    ([name]) => name !== 'pk' && name !== 'sk' && !name.startsWith('gsi'),
  );
  return Object.fromEntries(keep) as unknown as Asset;
}
