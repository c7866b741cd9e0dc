import { hashOf } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { journalHash, type UndoSource, undoDifference, undoFrom } from '../planner/index.ts';
import type { BegunRun, ChangeTrail } from './change-trail.ts';
import { documentAs, type ReadPlan } from './document-forms.ts';
import { textOf } from './finding.ts';
import { assetChainPrefix } from './verify-assets.ts';

type Problem = [expected: string, found: string];

/**
 * Returns the problem if a rollback doesn't follow from the plan of its run, the journal with which the run ended, and
 * the assets before it.
 */
export function undoProblem(
  trail: ChangeTrail,
  planHash: string,
  undone: BegunRun,
  sourceHash: string,
): Problem | undefined {
  const [plan, forward] = [planHash, undone.planHash].map((hash) => planDocument(trail, hash));
  if (plan === undefined || forward === undefined)
    return [`plans ${planHash} and ${undone.planHash}`, 'none that can be read'];
  if (plan.undoes !== undone.runId)
    return [`an undo of run ${undone.runId}`, `one of ${plan.undoes ?? 'none'}`];
  const source = documentAs('undoSource', trail.documents.get(sourceHash));
  if (source === undefined)
    return [`what the undo was derived from, as its run names it`, 'none that can be read'];
  const unproven = sourceProblem(trail, forward, undone, source);
  if (unproven !== undefined) return unproven;
  try {
    return undoDifference(undoFrom(forward, source), plan);
  } catch (error) {
    if (error instanceof Error) return [`a plan of which an undo can be derived`, error.message];
    throw error;
  }
}

function planDocument({ documents }: ChangeTrail, hash: string) {
  const document = documents.get(hash);
  return documentAs('plan', document) && { ...(document as Plan), hash };
}

/** The input belongs to this run and matches other entries. */
function sourceProblem(
  trail: ChangeTrail,
  plan: ReadPlan,
  { runId, planHash }: BegunRun,
  source: UndoSource,
): Problem | undefined {
  if (source.runId !== runId || source.planHash !== planHash)
    return [
      `a source of run ${runId} and its plan ${planHash}`,
      `one of ${source.runId}, ${source.planHash}`,
    ];
  const ended = trail.journals.get(runId) || 'none';
  const journal = journalHash(source.journal);
  if (journal !== ended)
    return [`the journal that run ${runId} ended with, ${ended}`, `one of hash ${journal}`];
  const free = source.taken.find((index) => !trail.refused.has(`${runId} ${plan.steps[index]?.id}`));
  if (free !== undefined)
    return [
      `an undo of step ${plan.steps[free]?.id ?? free}`,
      'that it is left to someone else, which the trail does not say',
    ];
  return beforeProblem(trail, plan, source) ?? standingProblem(trail, source);
}

/** The input contains all assets that the started steps were planned for, in their previous state. */
function beforeProblem(
  trail: ChangeTrail,
  plan: ReadPlan,
  { before, journal }: UndoSource,
): Problem | undefined {
  const given = new Map(before.map((asset) => [`${asset.id} ${asset.version}`, hashOf(asset)]));
  for (const { index } of journal) {
    const { assetId, assetVersion } = plan.steps[index] ?? {};
    if (assetId === undefined || assetVersion === undefined) continue;
    const said = assetHashOf(trail, assetId, assetVersion);
    const found = given.get(`${assetId} ${assetVersion}`);
    if (said !== undefined && said !== found)
      return [`asset ${assetId} as of version ${assetVersion}, ${said}`, found ?? 'none'];
  }
  return undefined;
}

function standingProblem(trail: ChangeTrail, { standing }: UndoSource): Problem | undefined {
  const unknown = standing.find(({ id, version }) => assetHashOf(trail, id, version) === 'none');
  return unknown && [`version ${unknown.version} of asset ${unknown.id}`, 'none in its trail'];
}

/**
 * Returns the hash of an asset at a version from its trail. `none` if it never had that version; undefined if its trail
 * is not in the bundle.
 */
function assetHashOf({ bundle }: ChangeTrail, assetId: string, version: number): string | undefined {
  const entries = bundle.chains.get(`${assetChainPrefix}${assetId}`);
  if (entries === undefined) return (bundle.header.from ?? bundle.header.to) ? undefined : 'none';
  const entry = entries.find(({ detail }) => detail.version === version);
  return entry === undefined ? 'none' : textOf(entry.detail, 'assetHash');
}
