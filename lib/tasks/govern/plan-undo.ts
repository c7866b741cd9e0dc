import { changeIdOf, requireAtRest } from '../../ledger/ledger.ts';
import type { Capsule } from '../../model/change.ts';
import { runIdOf } from '../apply/begin-run.ts';
import { putPlan } from '../documents-of.ts';
import { deriveUndo, mayUndo, type UndoServices } from '../undo-source.ts';
import { checked } from './plan-change.ts';

/**
 * Plans the rollback of a run from its journal. The result is only a proposal: BeginRun derives the rollback again and
 * accepts no other.
 */
export async function planUndo(
  services: UndoServices,
  { requestId, runId, now }: { requestId: string; runId: string; now: string },
): Promise<{ planHash: string; stepCount: number; runId: string; scope?: string }> {
  const { ledger, documents, inventory, lookup } = services;
  const nothing = { planHash: '', stepCount: 0, runId: '' };
  const run = await ledger.findRun(runId);
  requireAtRest(run);
  if (run === undefined) return nothing;
  const request = await ledger.request(requestId);
  const capsule = await documents.get<Capsule>(run.capsuleHash ?? '');
  if (!mayUndo(request, capsule, run)) return nothing;
  const { undo, source } = await deriveUndo(services, run);
  checked(undo, { assets: await inventory.scopeAssets(undo.scope), lookup });
  await putPlan(documents, undo);
  const sourceHash = await documents.put(source);
  const stepCount = undo.steps.length;
  await ledger.record(changeIdOf(requestId), {
    key: `UndoPlanned-${undo.hash}`,
    event: 'UndoPlanned',
    actor: 'baton',
    at: now,
    capsule: run.capsuleHash,
    detail: { runId, planHash: undo.hash, sourceHash, stepCount },
  });
  const { scope } = undo;
  return { planHash: undo.hash, stepCount, runId: runIdOf(requestId, undo.hash, 'undo'), scope };
}
