import { type ChainedEntry, genesis } from '../ledger/audit-chain.ts';
import { hashOf } from '../model/json.ts';
import type { Bundle } from './bundle.ts';
import type { Report } from './finding.ts';
import type { Sealed, SealedCount } from './verify-seals.ts';

/** How far chains are proven. */
export interface ChainCounts {
  sealed: number;
  /** Number of entries after the last sealed entry of their chain. They are not proven yet. */
  unsealed: number;
  /** The number of the last sealed entry, by chain. */
  upTo: Map<string, number>;
}

/** Checks that every chain is complete and matches its seal, and that no sealed entry is missing. */
export function verifyChains({ chains }: Bundle, { heads, wanted }: Sealed, report: Report): ChainCounts {
  const counts: ChainCounts = { sealed: 0, unsealed: 0, upTo: new Map() };
  for (const chain of [...wanted].sort())
    if (!chains.has(chain)) {
      const count = Math.max(0, ...(heads.get(chain) ?? []).map((head) => head.count));
      report({ check: 'ChainMissing', chain, expected: `${count} entries, as sealed`, found: 'none' });
    }
  for (const [chain, entries] of chains) {
    const upTo = verifyChain(chain, entries, heads.get(chain) ?? [], report);
    counts.upTo.set(chain, upTo);
    counts.sealed += upTo;
    counts.unsealed += Math.max(0, entries.length - upTo);
  }
  return counts;
}

/** Returns the number of the last sealed entry. */
function verifyChain(
  chain: string,
  entries: readonly ChainedEntry[],
  sealed: readonly SealedCount[],
  report: Report,
): number {
  const upTo = Math.max(0, ...sealed.map(({ count }) => count));
  if (breakOf(chain, entries, report)) return upTo;
  timeBreakOf(chain, entries, report);
  for (const { count, hash, seal } of sealed) {
    const there = entries[count - 1];
    if (there?.hash === hash) continue;
    if (there === undefined) {
      const expected = `entry ${count}, as sealed by seal ${seal}`;
      const found = `${entries.length} entries`;
      report({ check: 'ChainTruncated', chain, entry: entries.length + 1, expected, found });
    } else {
      const expected = `hash ${hash}, as sealed by seal ${seal}`;
      report({ check: 'ChainBroken', chain, entry: count, expected, found: there.hash });
    }
    break;
  }
  return upTo;
}

/** Reports the first entry that doesn't follow from the previous ones. */
function breakOf(chain: string, entries: readonly ChainedEntry[], report: Report): boolean {
  let previous = genesis;
  const keys = new Set<string>();
  for (const { hash, ...linked } of entries) {
    const entry = previous.count + 1;
    const problem = (expected: string, found: string) => {
      report({ check: 'ChainBroken', chain, entry, expected, found });
      return true;
    };
    if (linked.number !== entry) return problem(`entry ${entry}`, `entry ${linked.number}`);
    if (linked.previousHash !== previous.hash)
      return problem(`an entry after hash ${previous.hash}`, `one after ${linked.previousHash}`);
    const own = hashOf(linked);
    if (own !== hash) return problem(`hash ${hash}, as it stands there`, `hash ${own}, of what stands there`);
    if (keys.has(linked.key)) return problem('an entry of its own', `${linked.key} once more`);
    keys.add(linked.key);
    previous = { count: entry, hash };
  }
  return false;
}

/** Reports the first entry with an earlier time than the previous one. Baton never writes such an entry. */
function timeBreakOf(chain: string, entries: readonly ChainedEntry[], report: Report): void {
  let newest = Number.NEGATIVE_INFINITY;
  for (const [index, { at, number }] of entries.entries()) {
    const instant = Date.parse(at);
    if (instant >= newest) {
      newest = instant;
      continue;
    }
    const before = entries[index - 1]?.at;
    const expected =
      before === undefined ? 'an instant' : `an instant not before ${before} of the entry before`;
    report({ check: 'EntryTime', chain, entry: number, expected, found: at });
    return;
  }
}
