import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  type ChainedEntry,
  chainEntry,
  firstBreak,
  genesis,
} from '../../lib/ledger/audit-chain.ts';

function chainOf(entries: AuditEntry[]): ChainedEntry[] {
  const chain: ChainedEntry[] = [];
  for (const entry of entries) chain.push(chainEntry(headOf(chain), entry));
  return chain;
}
function headOf(chain: ChainedEntry[]) {
  const last = chain.at(-1);
  return last === undefined ? genesis : { count: last.number, hash: last.hash };
}
const entries = fc.array(
  fc.record({
    key: fc.string(),
    event: fc.constantFrom('PlanMade', 'StepsStarted', 'RunEnded'),
    actor: fc.string(),
    at: fc.constant('2026-01-01T00:00:00.000Z'),
    detail: fc.dictionary(fc.string(), fc.string()),
  }),
  { minLength: 2, maxLength: 12 },
);

describe('an audit chain', () => {
  const tamperings: Record<string, (chain: ChainedEntry[], at: number) => ChainedEntry[]> = {
    altered: (chain, at) =>
      chain.map((entry, index) => (index === at ? { ...entry, actor: `${entry.actor}x` } : entry)),
    removed: (chain, at) => chain.filter((_, index) => index !== at),
    truncated: (chain, at) => chain.slice(0, at),
    repeated: (chain, at) => chain.flatMap((entry, index) => (index === at ? [entry, entry] : [entry])),
    reordered: (chain, at) => {
      const other = (at + 1) % chain.length;
      return chain.map((entry, index) => chain[index === at ? other : index === other ? at : index] ?? entry);
    },
    rehashed: (chain, at) =>
      chain.map((entry, index) => {
        if (index !== at) return entry;
        const { number: _number, previousHash, hash: _hash, ...rest } = entry;
        return chainEntry({ count: at, hash: previousHash }, { ...rest, actor: `${entry.actor}x` });
      }),
  };
  for (const [what, tamper] of Object.entries(tamperings))
    it(`shows that an entry was ${what}`, () => {
      fc.assert(
        fc.property(entries, fc.nat(), (made, place) => {
          const chain = chainOf(made);
          const at = place % chain.length;
          const found = firstBreak(tamper(chain, at), headOf(chain));
          expect(found).toBeDefined();
          expect(found).toBeLessThanOrEqual(what === 'reordered' ? chain.length : at + 2);
        }),
      );
    });

  it('is valid as written', () => {
    fc.assert(
      fc.property(entries, (made) => {
        const chain = chainOf(made);
        expect(firstBreak(chain, headOf(chain))).toBeUndefined();
      }),
    );
  });
});
