import type { Bundle } from './bundle.ts';
import type { ChangeTrail } from './change-trail.ts';
import type { Report } from './finding.ts';
import type { AssetChange } from './verify-assets.ts';
import type { Sealed } from './verify-seals.ts';

/**
 * Checks that no outcome is missing: where a run has ended, as many of its steps stand in the chains of assets as its
 * end says were done. Only a bundle of all time holds all chains, and only what is sealed has its assets before it.
 *
 * @param upTo number of the last sealed entry, by chain
 */
export function verifyOutcomes(
  { header }: Bundle,
  trails: ReadonlyMap<string, ChangeTrail>,
  changes: readonly AssetChange[],
  upTo: ReadonlyMap<string, number>,
  report: Report,
): void {
  if (header.from !== undefined || header.to !== undefined) return;
  const done = new Map<string, number>();
  for (const { changeId, runId } of changes) {
    const key = `${changeId} ${runId}`;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  for (const { chain, changeId, ended } of trails.values())
    for (const { runId, entry, succeeded } of ended) {
      if (entry > (upTo.get(chain) ?? 0)) continue;
      const found = done.get(`${changeId} ${runId}`) ?? 0;
      if (found >= succeeded) continue;
      const expected = `${succeeded} changes of assets by run ${runId}, as its end says`;
      report({ check: 'RunOutcome', chain, entry, expected, found: String(found) });
    }
}

/**
 * Checks that the authority of what is sealed is sealed as well. A run begins before it changes anything, so a seal that
 * takes in all there is, made later than the one that took in the change, has taken in the beginning of its run.
 */
export function verifySealedAuthority(
  { seals }: Bundle,
  { heads, exhaustive }: Sealed,
  trails: ReadonlyMap<string, ChangeTrail>,
  changes: readonly AssetChange[],
  upTo: ReadonlyMap<string, number>,
  report: Report,
): void {
  const last = [...exhaustive].at(-1);
  if (last === undefined) return;
  const [number, at] = last;
  const instants = new Map(seals.map((one) => [one.number, one.at]));
  for (const { chain, entry, changeId, runId } of changes) {
    const run = trails.get(changeId)?.runs.get(runId);
    const ofChange = trails.get(changeId)?.chain ?? '';
    if (run === undefined || run.entry <= (upTo.get(ofChange) ?? 0)) continue;
    const seal = heads.get(chain)?.find(({ count }) => count >= entry)?.seal;
    // Seals of one invocation have one instant: of heads that moved meanwhile, they may have seen one and not the other.
    if (seal === undefined || number <= seal || at <= (instants.get(seal) ?? '')) continue;
    const expected = `the beginning of run ${runId} in seal ${number} or one before, as its outcome is in seal ${seal}`;
    report({ check: 'AssetAuthority', chain, entry, expected, found: 'a beginning that is not sealed' });
  }
}
