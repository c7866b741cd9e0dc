import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { Bundle } from './bundle.ts';
import type { ChangeTrail } from './change-trail.ts';
import { type Report, textOf } from './finding.ts';
import { formProblem, isEntry } from './forms.ts';

export const assetChainPrefix = 'CHAIN#ASSET#';

/** A change of an asset by a step of a run. */
export interface AssetChange {
  chain: string;
  /** The number of its entry. */
  entry: number;
  assetId: string;
  changeId: string;
  runId: string;
}

/** Checks that every change of an asset was made by a run of a change that authorized it. Returns those that were. */
export function verifyAssets(
  { chains }: Bundle,
  trails: ReadonlyMap<string, ChangeTrail>,
  report: Report,
): AssetChange[] {
  const taken = new Map<string, AssetChange>();
  for (const [chain, entries] of chains) {
    if (!chain.startsWith(assetChainPrefix)) continue;
    for (const entry of entries) {
      const { number, event } = entry;
      const lacking = formProblem('asset', entry);
      if (lacking !== undefined) {
        report({
          check: 'EntryForm',
          chain,
          entry: number,
          expected: `the detail of ${event}`,
          found: lacking,
        });
        continue;
      }
      const problem = problemOf(trails, entry, chain.slice(assetChainPrefix.length), taken);
      if (problem !== undefined) report({ check: 'AssetAuthority', chain, entry: number, ...problem });
    }
  }
  return [...taken.values()];
}

function problemOf(
  trails: ReadonlyMap<string, ChangeTrail>,
  entry: ChainedEntry,
  assetId: string,
  taken: Map<string, AssetChange>,
): { expected: string; found: string } | undefined {
  const { number, at, capsule, detail } = entry;
  const changeId = textOf(detail, 'changeId');
  const trail = trails.get(changeId);
  if (trail === undefined)
    return { expected: 'a change with a trail of its own', found: changeId || 'no change' };
  // Observations need no authority.
  if (isEntry(entry, 'AssetObserved', 'AssetGone')) return undefined;
  const runId = textOf(detail, 'runId');
  const run = trail.runs.get(runId);
  if (run === undefined)
    return { expected: `a run that ${changeId} shows to have begun`, found: runId || 'no run' };
  if (capsule !== run.capsule)
    return { expected: `capsule ${run.capsule} of the run`, found: capsule ?? 'none' };
  if (at < run.at) return { expected: `a change after the run began at ${run.at}`, found: `one at ${at}` };
  const step = textOf(detail, 'step');
  if (!run.steps.has(step)) return { expected: `a step of plan ${run.planHash}`, found: step || 'no step' };
  const about = run.steps.get(step);
  if (about !== undefined && about !== assetId)
    return { expected: `asset ${about}, which step ${step} is about`, found: assetId };
  // The step failed. Its effect is recorded, but it creates and changes no asset.
  if (isEntry(entry, 'AssetUnsettled')) return undefined;
  const key = `${runId} ${step}`;
  const other = taken.get(key);
  if (other !== undefined)
    return { expected: `one asset of step ${step}`, found: `${other.assetId}, and this one` };
  taken.set(key, { chain: `${assetChainPrefix}${assetId}`, entry: number, assetId, changeId, runId });
  return undefined;
}

/** Checks that the inventory record of each asset matches the trail, and that no asset is missing or added. */
export function verifyInventory({ assets, chains }: Bundle, report: Report): void {
  const known = new Set(assets.map(({ assetId }) => `${assetChainPrefix}${assetId}`));
  for (const chain of chains.keys())
    if (chain.startsWith(assetChainPrefix) && !known.has(chain))
      report({ check: 'InventoryMatch', chain, expected: 'the asset in the inventory', found: 'none' });
  for (const { assetId, version, hash } of assets) {
    const chain = `${assetChainPrefix}${assetId}`;
    const entries = chains.get(chain);
    const problem = (expected: string, found: string, entry?: number) =>
      report({ check: 'InventoryMatch', chain, ...(entry === undefined ? {} : { entry }), expected, found });
    const last = entries?.at(-1);
    const said = last && textOf(last.detail, 'assetHash');
    if (entries === undefined || last === undefined)
      problem('a trail of the asset', `version ${version} in the inventory, and no trail`);
    else if (last.detail.version !== version)
      problem(`version ${String(last.detail.version)}`, `version ${version} in the inventory`, last.number);
    else if (said !== hash) problem(`asset hash ${said}`, `${hash} in the inventory`, last.number);
  }
}
