import type { RunStatus } from '../../model/run.ts';
import { getPlan } from '../documents-of.ts';
import { noteDurations } from '../duration-history.ts';
import { eachOf } from '../each-of.ts';
import { storedJournalHash } from '../undo-source.ts';
import { leavesSomething, type RegisterServices, registerStep } from './register-asset.ts';

/** Ends a run: registers what no child execution registered, and records the outcome. */
export async function closeRun(
  services: RegisterServices,
  { runId, now }: { runId: string; now: string },
): Promise<{ status: RunStatus; scope: string }> {
  const { ledger, documents } = services;
  const run = await ledger.run(runId);
  const plan = await getPlan(documents, run.planHash);
  const { scope } = plan;
  if (run.status !== 'Running') return { status: run.status, scope };
  const steps = await ledger.steps(runId);
  const unregistered = steps.filter(
    (record) => leavesSomething(plan, record) && record.registeredAssetId === undefined,
  );
  const refused = new Set<number>();
  await eachOf(unregistered, async ({ index }) => {
    if (!(await registerStep(services, run, plan, index, now))) refused.add(index);
  });
  const succeeded = steps.filter(({ status, index }) => status === 'Succeeded' && !refused.has(index)).length;
  const ended = succeeded === plan.steps.length ? 'Succeeded' : 'Failed';
  // Even if every operation completed, a cancellation requests a rollback.
  const { cancelRequestedBy } = await ledger.request(run.requestId);
  const status = run.direction === 'forward' && cancelRequestedBy !== undefined ? 'Cancelled' : ended;
  await noteDurations(services.inventory, plan, steps);
  // Recorded before the end, so that the rollback and an audit find the journal with which the run ended on the chain.
  await ledger.record(run.changeId, {
    key: `RunEnded-${runId}`,
    event: 'RunEnded',
    actor: 'baton',
    at: now,
    capsule: run.capsuleHash,
    detail: {
      ...{ runId, status, succeeded, steps: plan.steps.length, stopping: run.stopping ?? null },
      journalHash: storedJournalHash(await ledger.journal(runId)),
    },
  });
  await ledger.endRun(runId, status, now);
  return { status, scope };
}
