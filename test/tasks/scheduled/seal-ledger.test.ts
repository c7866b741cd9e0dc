import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Documents } from '../../../lib/documents/documents.ts';
import { append } from '../../../lib/ledger/audit-chain.ts';
import { assetChain } from '../../../lib/ledger/keys.ts';
import {
  type HeadsPage,
  headsInSeal,
  makeSeal,
  type Seal,
  type SealedHead,
  signedText,
} from '../../../lib/ledger/seal.ts';
import { Seals } from '../../../lib/ledger/seals.ts';
import { hashOf } from '../../../lib/model/json.ts';
import { sealLedger } from '../../../lib/tasks/scheduled/seal-ledger.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';

let memory: MemoryTable;
let stored: Map<string, unknown>;
let signed: string[];
beforeEach(async () => {
  memory = await openMemoryTable();
  stored = new Map();
  signed = [];
});
afterEach(() => memory.close());

const now = '2026-01-01T01:00:00.000Z';
const documents = () =>
  ({
    put: async (document: unknown) => {
      stored.set(hashOf(document), document);
      return hashOf(document);
    },
  }) as unknown as Documents;

/** Seals. `meanwhile` runs while the seal is being signed. */
const seal = (meanwhile: () => Promise<void> = async () => undefined) =>
  sealLedger(
    {
      seals: new Seals(memory.table),
      documents: documents(),
      sign: async (text) => {
        signed.push(text);
        await meanwhile();
        return { signature: 'sig', keyId: 'key' };
      },
    },
    { now },
  );
const detail = { version: 1, changeId: 'CHG-1', assetHash: 'a'.repeat(64), runId: 'r', step: 'update:A' };
const move = (asset: string, key: string) =>
  append(memory.table, assetChain(asset), { key, event: 'AssetChanged', actor: 'x', at: now, detail });
const all = () => new Seals(memory.table).all();
/** Returns the heads of a seal from its documents. */
const headsOf = (hash: string): SealedHead[] =>
  (stored.get(hash) as Seal).pages.flatMap((page) => (stored.get(page.hash) as HeadsPage).heads);

describe('sealing', () => {
  it('includes the heads that changed, once', async () => {
    await move('a', '1');
    await move('b', '1');
    await move('b', '2');
    expect(await seal()).toEqual({ number: 1, heads: 2 });
    const [first] = await all();
    expect(headsOf(first?.hash ?? '').map(([chain, count]) => [chain, count])).toEqual([
      ['CHAIN#ASSET#a', 1],
      ['CHAIN#ASSET#b', 2],
    ]);
    await move('a', '2');
    expect(await seal()).toEqual({ number: 2, heads: 1 });
  });

  it('signs the seal, which names the previous one; without changes, there is still a seal', async () => {
    expect(await seal()).toEqual({ number: 1, heads: 0 });
    await seal();
    const [first, second] = await all();
    expect(JSON.parse(signed[1] ?? '')).toEqual(stored.get(second?.hash ?? ''));
    expect(stored.get(second?.hash ?? '')).toMatchObject({ number: 2, previousHash: first?.hash, at: now });
    expect(second).toMatchObject({ signature: 'sig', keyId: 'key' });
  });

  it('leaves concurrent changes to the next seal', async () => {
    await move('a', '1');
    await seal(() => move('a', '2'));
    const [first] = await all();
    expect(headsOf(first?.hash ?? '')[0]?.[1]).toBe(1);
    expect(await seal()).toEqual({ number: 2, heads: 1 });
    expect(await seal()).toEqual({ number: 3, heads: 0 });
  });

  it('by two at once makes one seal with each number, and loses nothing', async () => {
    for (const asset of ['a', 'b', 'c']) await move(asset, '1');
    await Promise.all([seal(), seal(), seal()]);
    const seals = await all();
    expect(seals.map(({ number }) => number)).toEqual(seals.map((_, index) => index + 1));
    expect(new Set(seals.flatMap(({ hash }) => headsOf(hash).map(([chain]) => chain))).size).toBe(3);
    expect(await new Seals(memory.table).unsealed()).toEqual([]);
  });

  it('that dies before it unmarks the heads is completed by the next', async () => {
    await move('a', '1');
    const seals = new Seals(memory.table);
    seals.markSealed = async () => {
      throw new Error('gone');
    };
    const sign = async () => ({ signature: 's', keyId: 'k' });
    await expect(sealLedger({ seals, documents: documents(), sign }, { now })).rejects.toThrow('gone');
    expect(await seal()).toEqual({ number: 2, heads: 1 });
    expect(await seal()).toEqual({ number: 3, heads: 0 });
  });

  it("that can't sign makes no seal", async () => {
    await move('a', '1');
    await expect(seal(() => Promise.reject(new Error('no key')))).rejects.toThrow('no key');
    expect(await all()).toEqual([]);
    expect(await seal()).toEqual({ number: 1, heads: 1 });
  });
});

describe('a seal', () => {
  it('with the maximum number of heads is a message that KMS signs: up to 4,096 bytes', () => {
    const heads = Array.from(
      { length: headsInSeal },
      (_, index): SealedHead => [`CHAIN#ASSET#${index}`, 99_999, 'f'.repeat(64)],
    );
    const { seal: made, pages } = makeSeal({ number: 99_999_999, hash: 'f'.repeat(64) }, heads, now);
    expect(Buffer.byteLength(signedText(made))).toBeLessThanOrEqual(4096);
    expect(pages.flatMap((page) => page.heads)).toHaveLength(headsInSeal);
  });

  it('does not depend on the order of the heads', () => {
    const heads: SealedHead[] = [
      ['b', 1, 'x'],
      ['a', 2, 'y'],
    ];
    const previous = { number: 0, hash: '0' };
    expect(makeSeal(previous, heads, now)).toEqual(makeSeal(previous, heads.toReversed(), now));
  });
});
