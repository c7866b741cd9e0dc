import { absent, ConditionFailed, type Table, type Write } from '../dynamodb/table.ts';
import type { AssetEntry, ChangeEntry, EntryHeader } from '../model/audit-entries.ts';
import { hashOf } from '../model/json.ts';
import { type AssetChain, type ChangeChain, ledgerKeys, unsealedHeads } from './keys.ts';

/** An entry as it was read: who, what, when, why. The catalog has those that are written (lib/model/audit-entries.ts). */
export interface AuditEntry extends EntryHeader {
  /** `PolicyEvaluated`, `StepFailed`... */
  event: string;
  detail: Record<string, unknown>;
}

/** The entries that a chain may get. */
export type EntryFor<Chain extends ChangeChain | AssetChain> = Chain extends ChangeChain
  ? ChangeEntry
  : AssetEntry;

export interface ChainedEntry extends AuditEntry {
  number: number;
  previousHash: string;
  hash: string;
}

export interface ChainHead {
  count: number;
  hash: string;
  /** Time of the newest entry. Absent in an empty chain. */
  at?: string;
}

/** The head before the first entry of every chain. */
export const genesis: ChainHead = { count: 0, hash: '0'.repeat(64) };

/** Returns the entry with its place in the chain. Its hash covers the entry, its number and the previous hash. */
export function chainEntry(head: ChainHead, entry: AuditEntry): ChainedEntry {
  const linked = { ...entry, at: notBefore(head, entry.at), number: head.count + 1, previousHash: head.hash };
  return { ...linked, hash: hashOf(linked) };
}

/**
 * Returns the time for an entry after a head. Concurrent functions use the time when their states were entered, and
 * write later. Times in a chain never go backwards, so an entry with an earlier time is a forgery.
 */
export function notBefore({ at: newest = '' }: ChainHead, at: string): string {
  return at < newest ? newest : at;
}

/**
 * Returns the number of the first entry that breaks the chain (altered, missing, out of order), or undefined if the
 * chain is intact.
 */
export function firstBreak(entries: ChainedEntry[], head: ChainHead): number | undefined {
  let previous = genesis;
  for (const { number, previousHash, hash, ...entry } of entries) {
    const expected = chainEntry(previous, entry);
    if (number !== expected.number || previousHash !== expected.previousHash || hash !== expected.hash)
      return previous.count + 1;
    previous = { count: number, hash, at: entry.at };
  }
  return previous.count === head.count && previous.hash === head.hash ? undefined : previous.count + 1;
}

/**
 * Returns the writes that append an entry to a chain after `head`, for a transaction. They mark the new head for the
 * next seal.
 */
export function appendWrites<Chain extends ChangeChain | AssetChain>(
  table: Table,
  chain: Chain,
  head: ChainHead,
  entry: EntryFor<Chain>,
): Write[] {
  const chained = chainEntry(head, entry);
  const { number: count, hash, at } = chained;
  const unsealed = { openPk: unsealedHeads, openSk: `${at}#${chain}` };
  const headItem = { ...ledgerKeys.chainHead(chain), count, hash, at, ...unsealed };
  return [
    { table, put: { ...ledgerKeys.chainEntry(chain, chained.number), ...chained }, condition: absent },
    {
      table,
      put: headItem,
      condition:
        head.count === 0
          ? absent
          : { expression: '#count = :count', names: { '#count': 'count' }, values: { ':count': head.count } },
    },
    {
      table,
      put: { ...ledgerKeys.chainMarker(chain, entry.key), number: chained.number },
      condition: absent,
    },
  ];
}

export async function chainHead(table: Table, chain: string): Promise<ChainHead> {
  return (await table.get<ChainHead>(ledgerKeys.chainHead(chain))) ?? genesis;
}

/** Appends an entry to a chain after any concurrent entries. An entry whose key already exists changes nothing. */
export async function append<Chain extends ChangeChain | AssetChain>(
  table: Table,
  chain: Chain,
  entry: EntryFor<Chain>,
): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const head = await chainHead(table, chain);
    try {
      await table.transact(appendWrites(table, chain, head, entry));
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if ((await table.get(ledgerKeys.chainMarker(chain, entry.key))) !== undefined) return;
    }
  }
  throw new Error(`The audit chain ${chain} moved on 20 times while ${entry.key} was waiting.`);
}

/** Returns the entries of a chain in order. */
export async function readChain(table: Table, chain: string): Promise<ChainedEntry[]> {
  const items = await table.query<ChainedEntry & { pk?: string; sk?: string }>(chain, { prefix: 'ENTRY#' });
  return items.map(({ pk: _pk, sk: _sk, ...entry }) => entry);
}
