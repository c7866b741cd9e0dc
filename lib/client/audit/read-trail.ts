import type { BundleRecord } from '../../audit/bundle.ts';
import { changeOfChain } from '../../audit/change-trail.ts';
import { isCapsule, namedByCapsule, namedByEntry } from '../../audit/named-documents.ts';
import { assetChainPrefix } from '../../audit/verify-assets.ts';
import { DocumentMissing } from '../../documents/documents.ts';
import { indexes } from '../../inventory/keys.ts';
import { type ChainedEntry, readChain } from '../../ledger/audit-chain.ts';
import { assetChain, changeChain } from '../../ledger/keys.ts';
import type { HeadsPage, Seal, SealRecord } from '../../ledger/seal.ts';
import { Seals } from '../../ledger/seals.ts';
import type { AssetStatus } from '../../model/asset.ts';
import type { Decision } from '../../model/change.ts';
import { hashOf } from '../../model/json.ts';
import type { Deployment } from '../deployment.ts';

/** A time range of ISO 8601 instants; the end is exclusive. */
export interface Range {
  from?: string;
  to?: string;
}

/** Number of chains that are read concurrently. */
const width = 25;

/**
 * Reads the lines of an audit bundle from a deployment: everything, or every chain with an entry in the range,
 * complete, with the changes that its entries name. The same trail yields the same lines.
 */
export async function* readTrail(deployment: Deployment, range: Range = {}): AsyncGenerator<BundleRecord> {
  const { account, region } = deployment;
  let lines = 0;
  const parts = [
    [
      {
        kind: 'header' as const,
        format: 'baton-audit' as const,
        version: 1 as const,
        account,
        region,
        ...range,
      },
    ],
    body(deployment, range),
  ];
  for (const part of parts)
    for await (const record of part) {
      lines += 1;
      yield record;
    }
  yield { kind: 'end', lines };
}

async function* body(deployment: Deployment, range: Range): AsyncGenerator<BundleRecord> {
  const seals = new Seals(deployment.ledger.table);
  const records = await seals.all();
  const named = new Set<string>();
  const chains = await sealedChains(deployment, records, range, named);
  const last = records.at(-1)?.at;
  if (range.to === undefined || last === undefined || last < range.to)
    for (const [chain] of await seals.unsealed()) chains.add(chain);
  for (const seal of records) yield { kind: 'seal', seal };
  if (range.from === undefined && range.to === undefined)
    for (const id of await knownAssets(deployment)) chains.add(assetChain(id));
  const assetChains = [...chains].filter((chain) => chain.startsWith(assetChainPrefix)).sort();
  for await (const { chain, entries, asset } of inBatches(assetChains, (one) => readAsset(deployment, one))) {
    for (const entry of entries) {
      note(entry, named);
      const { changeId } = entry.detail;
      if (typeof changeId === 'string') chains.add(changeChain(changeId));
      yield { kind: 'entry', chain, entry };
    }
    if (asset !== undefined) yield { kind: 'asset', asset };
  }
  const changeChains = [...chains].filter((chain) => changeOfChain(chain) !== undefined).sort();
  for await (const { chain, entries, decisions } of inBatches(changeChains, (one) =>
    readChange(deployment, one),
  )) {
    for (const entry of entries) {
      note(entry, named);
      yield { kind: 'entry', chain, entry };
    }
    for (const decision of decisions) yield { kind: 'decision', decision };
  }
  yield* documentsNamed(deployment, named);
}

function note(entry: ChainedEntry, named: Set<string>): void {
  for (const hash of namedByEntry(entry)) named.add(hash);
}

/** Yields the chains of seals in the range, and records their seals and pages as documents. */
async function sealedChains(
  { documents }: Deployment,
  records: readonly SealRecord[],
  { from, to }: Range,
  named: Set<string>,
): Promise<Set<string>> {
  const chains = new Set<string>();
  let after: string | undefined;
  for (const { hash, at } of records) {
    const within =
      (from === undefined || at >= from) && (to === undefined || after === undefined || after < to);
    after = at;
    named.add(hash);
    const seal = await orMissing(documents.get<Seal>(hash));
    for (const page of seal?.pages ?? []) {
      named.add(page.hash);
      if (!within) continue;
      const { heads = [] } = (await orMissing(documents.get<HeadsPage>(page.hash))) ?? {};
      for (const [chain] of heads) chains.add(chain);
    }
  }
  return chains;
}

/** Returns the ids of all assets in the inventory, so that verification can find an asset without a trail. */
async function knownAssets({ inventory }: Deployment): Promise<string[]> {
  const statuses: AssetStatus[] = ['Active', 'Retired', 'Retained', 'Unknown'];
  const index = indexes.status;
  const found = statuses.map((status) => inventory.table.query<{ id: string }>(status, { index }));
  return (await Promise.all(found)).flat().map(({ id }) => id);
}

/** Reads an asset's entries and its inventory record together, because both are written in one transaction. */
async function readAsset({ ledger, inventory }: Deployment, chain: string) {
  const assetId = chain.slice(assetChainPrefix.length);
  for (let attempt = 0; ; attempt += 1) {
    const entries = await readChain(ledger.table, chain);
    const asset = await inventory.asset(assetId);
    const moved = asset !== undefined && asset.version !== entries.at(-1)?.detail.version;
    if (moved && attempt < 3) continue;
    const record = asset && { assetId, version: asset.version, hash: hashOf(asset) };
    return { chain, entries, asset: record };
  }
}

async function readChange({ ledger }: Deployment, chain: string) {
  const decisions = await ledger.decisions(changeOfChain(chain) ?? '');
  const plain = decisions.map((decision) => {
    const { pk: _pk, sk: _sk, ...rest } = decision as Decision & { pk?: string; sk?: string };
    return rest as Decision;
  });
  // Read after the decisions: a decision and its entry are written in one transaction, so every decision has its entry.
  return { chain, entries: await readChain(ledger.table, chain), decisions: plain };
}

/** Yields every document named so far, and the documents that capsules among them name. Skips missing documents. */
async function* documentsNamed({ documents }: Deployment, named: Set<string>): AsyncGenerator<BundleRecord> {
  const read = async (hash: string) => ({ hash, document: await orMissing(documents.get<unknown>(hash)) });
  const first = [...named].sort();
  const further = new Set<string>();
  for await (const { hash, document } of inBatches(first, read)) {
    if (isCapsule(document))
      for (const one of namedByCapsule(document)) if (!named.has(one)) further.add(one);
    if (document !== undefined) yield { kind: 'document', hash, document };
  }
  for await (const { hash, document } of inBatches([...further].sort(), read))
    if (document !== undefined) yield { kind: 'document', hash, document };
}

async function orMissing<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (error instanceof DocumentMissing) return undefined;
    throw error;
  });
}

/** Yields the result of the work for each item in order, and runs several at a time. */
async function* inBatches<T, Result>(
  items: readonly T[],
  work: (item: T) => Promise<Result>,
): AsyncGenerator<Result> {
  for (let start = 0; start < items.length; start += width)
    yield* await Promise.all(items.slice(start, start + width).map(work));
}
