import type { Bundle } from './bundle.ts';
import type { ChangeTrail } from './change-trail.ts';
import type { Report } from './finding.ts';
import type { AssetChange } from './verify-assets.ts';
import type { Sealed } from './verify-seals.ts';

/**
 * Checks that no outcome is missing: the chains of assets contain as many steps of an ended run as its end says were
 * completed. Only a bundle without a time limit contains all chains, and only sealed entries have all of their assets
 * before them.
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
 * Checks that the authority of sealed entries is sealed too. A run begins before it changes anything, so a complete
 * seal that is later than the seal of the change also contains the start of its run.
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
    // Seals of one invocation have the same time. Of heads that changed during the invocation, they may contain one and
    // not the other.
    if (seal === undefined || number <= seal || at <= (instants.get(seal) ?? '')) continue;
    const expected = `the beginning of run ${runId} in seal ${number} or one before, as its outcome is in seal ${seal}`;
    report({ check: 'AssetAuthority', chain, entry, expected, found: 'a beginning that is not sealed' });
  }
}
