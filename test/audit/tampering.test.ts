import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BundleRecord, BundleUnreadable, gather } from '../../lib/audit/bundle.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { type ChainedEntry, chainEntry, genesis } from '../../lib/ledger/audit-chain.ts';
import { canonicalJson, isObject, type JsonValue } from '../../lib/model/json.ts';
import { isTried, runs } from '../sample.ts';
import { goodSample, keyPair, linesOf, otherKeyPair, type Sample, seal } from './sample.ts';

/** What an attacker can do with access to the ledger and the bundle, but without the key. */
const good = goodSample();
const sealedCounts = new Map<string, number>();
for (const document of good.documents.values())
  for (const [chain, count] of (document as { heads?: [string, number][] }).heads ?? [])
    sealedCounts.set(chain, Math.max(count, sealedCounts.get(chain) ?? 0));
const sealedEntries = [...sealedCounts].flatMap(([chain, count]) =>
  Array.from({ length: count }, (_, index) => ({ chain, index })),
);

const copy = (): Sample => structuredClone(good);
const anyEntry = fc.constantFrom(...sealedEntries);

/** Returns the first break. An unreadable bundle is also a break. */
async function foundIn(lines: readonly BundleRecord[]): Promise<string | undefined> {
  try {
    const { findings } = verifyBundle(await gather(lines), [keyPair.publicKey]);
    return findings[0]?.check;
  } catch (error) {
    if (error instanceof BundleUnreadable) return error.name;
    throw error;
  }
}

/** Returns every place in a value, as paths. */
function paths(value: JsonValue, path: string[] = []): string[][] {
  const inner = Array.isArray(value) ? value.map((one, index) => [String(index), one] as const) : [];
  const entries = isObject(value) ? Object.entries(value) : inner;
  return [path, ...entries.flatMap(([name, one]) => paths(one as JsonValue, [...path, name]))].filter(
    (one) => one.length > 0,
  );
}

/** Changes the value at one place: to another text or number, or removes it. */
function alterAt(value: unknown, [name = '', ...rest]: string[], gone: boolean): void {
  const holder = value as Record<string, unknown>;
  if (rest.length > 0) {
    alterAt(holder[name], rest, gone);
    return;
  }
  const before = holder[name];
  if (gone) delete holder[name];
  else holder[name] = typeof before === 'number' ? before + 1 : `${canonicalJson(before ?? null)}x`;
}

function entriesOf(sample: Sample, chain: string): ChainedEntry[] {
  return sample.chains.get(chain) ?? [];
}

/** Recomputes the hashes of the chain, as an attacker who knows the format would after changing an entry. */
function rehash(entries: ChainedEntry[]): ChainedEntry[] {
  let head = genesis;
  return entries.map(({ number: _number, previousHash: _previous, hash: _hash, ...entry }) => {
    const chained = chainEntry(head, entry);
    head = { count: chained.number, hash: chained.hash };
    return chained;
  });
}

describe('finds that someone with all access except to the signing key', () => {
  it('did nothing, without findings', async () => {
    expect(await foundIn(linesOf(copy()))).toBeUndefined();
  });

  for (const hashed of [false, true])
    it(`altered a field of a sealed entry${hashed ? ' and recomputed the chain hashes' : ''}`, async () => {
      await fc.assert(
        fc.asyncProperty(anyEntry, fc.nat(), fc.boolean(), async ({ chain, index }, place, gone) => {
          const sample = copy();
          const entry = entriesOf(sample, chain)[index];
          const all = paths(entry as unknown as JsonValue).filter(
            ([field = '']) => !hashed || !['number', 'previousHash', 'hash'].includes(field),
          );
          alterAt(entry, all[place % all.length] ?? [], gone);
          if (hashed) sample.chains.set(chain, rehash(entriesOf(sample, chain)));
          expect(await foundIn(linesOf(sample))).toBeDefined();
        }),
        runs(300, 15),
      );
    });

  const changes: Record<string, (entries: ChainedEntry[], index: number) => ChainedEntry[]> = {
    'removed a sealed entry': (entries, index) => entries.filter((_, at) => at !== index),
    'truncated a chain before its last sealed entry': (entries, index) => entries.slice(0, index),
    'swapped two entries': (entries, index) => {
      const other = index === 0 ? 1 : index - 1;
      const swapped = entries.map(
        (entry, at) => entries[at === index ? other : at === other ? index : at] ?? entry,
      );
      return entries.length === 1 ? [] : swapped;
    },
    'duplicated an entry': (entries, index) =>
      entries.flatMap((entry, at) => (at === index ? [entry, entry] : [entry])),
    'inserted an entry': (entries, index) =>
      entries.flatMap((entry, at) =>
        at === index ? [{ ...entry, event: 'ChangeApproved' }, entry] : [entry],
      ),
  };
  for (const [what, change] of Object.entries(changes))
    for (const hashed of [false, true])
      it(`${what}${hashed ? ', and recomputed the chain hashes' : ''}`, async () => {
        await fc.assert(
          fc.asyncProperty(anyEntry, async ({ chain, index }) => {
            const sample = copy();
            const changed = change(entriesOf(sample, chain), index);
            sample.chains.set(chain, hashed ? rehash(changed) : changed);
            expect(await foundIn(linesOf(sample))).toBeDefined();
          }),
          runs(60, 5),
        );
      });

  it('removed a sealed chain', async () => {
    for (const chain of sealedCounts.keys()) {
      const sample = copy();
      sample.chains.delete(chain);
      expect(await foundIn(linesOf(sample)), chain).toBe('ChainMissing');
    }
  });

  it('swapped the chains of two changes or assets', async () => {
    const names = [...sealedCounts.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names, { minLength: 2, maxLength: 2 }),
        async ([one = '', other = '']) => {
          const sample = copy();
          const [first, second] = [entriesOf(sample, one), entriesOf(sample, other)];
          sample.chains.set(one, second).set(other, first);
          expect(await foundIn(linesOf(sample))).toBeDefined();
        },
      ),
      runs(30, 5),
    );
  });

  it('altered a field of a decision, swapped the voices of two, or removed one', async () => {
    const anyDecision = fc.nat(good.decisions.length - 1);
    await fc.assert(
      fc.asyncProperty(anyDecision, fc.nat(), fc.boolean(), async (index, place, gone) => {
        const sample = copy();
        const all = paths(sample.decisions[index] as unknown as JsonValue);
        alterAt(sample.decisions[index], all[place % all.length] ?? [], gone);
        expect(await foundIn(linesOf(sample))).toBeDefined();
        const { decisions } = copy();
        expect(
          await foundIn(linesOf({ ...copy(), decisions: decisions.filter((_, at) => at !== index) })),
        ).toBeDefined();
        const next = (index + 1) % decisions.length;
        const speakers = decisions.map(({ speaker }) => speaker);
        const swapped = decisions.map((one, at) => ({
          ...one,
          speaker: speakers[at === index ? next : at === next ? index : at] ?? one.speaker,
        }));
        if (canonicalJson(swapped) === canonicalJson(decisions)) return;
        expect(await foundIn(linesOf({ ...copy(), decisions: swapped }))).toBeDefined();
      }),
      runs(100, 5),
    );
  });

  it('altered or removed a document', async () => {
    for (const [hash, document] of good.documents) {
      const without = copy();
      without.documents.delete(hash);
      expect(await foundIn(linesOf(without)), JSON.stringify(document)).toBeDefined();
      for (const path of paths(document as JsonValue).filter((_, index) => isTried(index, 25))) {
        const sample = copy();
        alterAt(sample.documents.get(hash), path, false);
        expect(await foundIn(linesOf(sample)), path.join('.')).toBeDefined();
      }
    }
  }, 240_000);

  it('altered a field of a seal, removed a seal before the newest, or swapped two', async () => {
    for (const [index, record] of good.seals.entries()) {
      for (const path of paths(record as unknown as JsonValue).filter(([field]) => field !== 'keyId')) {
        const sample = copy();
        alterAt(sample.seals[index], path, false);
        expect(await foundIn(linesOf(sample)), path.join('.')).toBeDefined();
      }
      const sample = copy();
      sample.seals = sample.seals.filter((_, at) => at !== index);
      if (index < good.seals.length - 1) expect(await foundIn(linesOf(sample))).toBeDefined();
    }
    const swapped = copy();
    swapped.seals.reverse();
    expect(await foundIn(linesOf(swapped))).toBe('SealSequence');
  });

  it('altered an entry, recomputed the hashes and sealed everything again with another key', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, async ({ chain, index }) => {
        const sample = copy();
        const entry = entriesOf(sample, chain)[index];
        if (entry !== undefined) entry.actor = 'sso/mallory';
        sample.chains.set(chain, rehash(entriesOf(sample, chain)));
        const instants = sample.seals.map(({ at }) => at);
        sample.seals = [];
        for (const at of instants) seal(sample, at, otherKeyPair.privateKey);
        expect(await foundIn(linesOf(sample))).toBe('SealSignature');
      }),
      runs(30, 5),
    );
  });
});
