import { countDecisions } from '../change/approvals.ts';
import { type BegunRun, type ChangeTrail, type Opening, planOf } from './change-trail.ts';
import type { ReadPlan } from './document-forms.ts';
import type { ReadEntry } from './forms.ts';
import { undoProblem } from './verify-undo.ts';
import { windowProblem } from './verify-window.ts';

/** Checks that a run begins with the authority of an approved capsule, for its plan or for a rollback of it. */
export function verifyRun(trail: ChangeTrail, entry: ReadEntry<'RunBegun'>): void {
  const { number, at, capsule = '', detail } = entry;
  const { runId, planHash, sourceHash = '' } = detail;
  const plan = planOf(trail, planHash);
  // A replacement is a new asset.
  const aboutOf = ({ operation, assetId }: ReadPlan['steps'][number]) =>
    operation === 'replace' ? undefined : assetId;
  const steps = new Map(plan?.steps.map((step) => [step.id, aboutOf(step)]));
  trail.runs.set(runId, { runId, entry: number, at, capsule, planHash, steps });
  const undone = plan?.direction === 'undo' ? trail.runs.get(trail.undoes.get(planHash) ?? '') : undefined;
  // The authority for a run includes its rollback, whatever was decided afterwards. The authority of the run itself is
  // checked separately.
  if (undone !== undefined && trail.openings.has(capsule) && undone.capsule === capsule) {
    const forged = undoProblem(trail, planHash, undone, sourceHash);
    if (forged !== undefined) trail.problem('UndoDerivation', number, ...forged);
    return;
  }
  const problem = unauthorized(trail, { planHash, capsule, at });
  if (problem !== undefined) trail.problem('RunAuthority', number, ...problem);
  const closed = windowProblem(trail, { planHash, capsule, at });
  if (closed !== undefined) trail.problem('RunWindow', number, ...closed);
}

/** Returns the problem if a run has no authority for its plan. */
function unauthorized(
  trail: ChangeTrail,
  { planHash, capsule: hash, at }: Pick<BegunRun, 'planHash' | 'capsule' | 'at'>,
): [expected: string, found: string] | undefined {
  const opening = trail.openings.get(hash);
  if (opening === undefined) return ['a capsule that was opened before', hash || 'none'];
  const authority = authorityOf(trail, opening, hash, at);
  if (authority !== undefined) return ['an approved capsule', authority];
  if (planHash === opening.capsule.planHash) return undefined;
  return [`plan ${opening.capsule.planHash} of the capsule, or an undo of its run`, `plan ${planHash}`];
}

/** Returns why a capsule gives no authority at an instant, or undefined if it does. */
function authorityOf(
  trail: ChangeTrail,
  { capsule, expiresAt, stale }: Opening,
  capsuleHash: string,
  now: string,
): string | undefined {
  if (stale) return 'one that was stale by then';
  if (capsule.type === 'emergency')
    return capsule.header.change === 'emergency' ? undefined : 'an emergency that nobody asked for as one';
  const { status } = countDecisions({ capsule, capsuleHash, decisions: trail.decisions, now, expiresAt });
  return status === 'Approved' ? undefined : `one that is ${status} by the decisions entered before`;
}

/** Checks that provider calls belong to a run that has begun and to steps of its plan. */
export function verifySteps(trail: ChangeTrail, { number, detail }: ReadEntry<'StepsStarted'>): void {
  const { runId, started } = detail;
  const run = trail.runs.get(runId);
  if (run === undefined) {
    trail.problem('RunAuthority', number, 'calls of a run that has begun', `calls of run ${runId}`);
    return;
  }
  const foreign = started.find(({ step }) => !run.steps.has(step));
  if (foreign !== undefined)
    trail.problem('RunAuthority', number, `steps of plan ${run.planHash}`, `step ${foreign.step}`);
}
