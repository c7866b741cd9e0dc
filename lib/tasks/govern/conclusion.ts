import type { RequestRecord, RunRecord, StepRecord } from '../../ledger/records.ts';
import { describeProblem } from '../../model/errors.ts';
import { canceled, nothingToUndo } from '../marks.ts';

export interface Conclusion {
  status: 'Completed' | 'Rejected' | 'Failed' | 'RolledBack';
  reason: string;
}

export interface Facts {
  request: RequestRecord;
  run?: RunRecord;
  /** Steps of the run that have begun. */
  steps: StepRecord[];
  /** The rollback of the run. */
  undone?: RunRecord;
  /** Why the request's execution ended, if it did not end by itself. */
  died?: string;
}

/** Returns the outcome of a request and its reason from the ledger. Pure. */
export function conclusionOf({ request, run, steps, undone, died }: Facts): Conclusion {
  const problems = request.problems ?? [];
  if (problems.length > 0)
    return { status: 'Rejected', reason: problems.slice(0, 3).map(describeProblem).join('; ') };
  if (request.decision === 'deny') return { status: 'Rejected', reason: 'Denied by policy.' };
  if (request.refusal !== undefined && run === undefined)
    return { status: 'Rejected', reason: sentence(request.refusal) };
  const refused = steps.find(({ registrationRefused }) => registrationRefused !== undefined);
  const because = why(request, run, died ?? refused?.registrationRefused);
  if (run === undefined) {
    if (request.stepCount === 0 && request.changeId !== undefined)
      return { status: 'Completed', reason: 'Everything is already as requested.' };
    if (request.cancelRequestedBy !== undefined)
      return { status: 'RolledBack', reason: `${because} Nothing was changed.` };
    return { status: 'Failed', reason: `${because} Nothing was changed.` };
  }
  const unregistered = steps.filter(
    ({ status, registeredAssetId, registrationRefused }) =>
      status === 'Succeeded' && registeredAssetId === undefined && registrationRefused === undefined,
  );
  if (run.status === 'Succeeded' && unregistered.length === 0)
    return { status: 'Completed', reason: `${run.stepCount} of ${run.stepCount} steps are done.` };
  if (unregistered.length > 0)
    return { status: 'Failed', reason: `${because} ${unregistered.length} done steps have no asset.` };
  if (request.undoRunId === nothingToUndo)
    return { status: 'RolledBack', reason: `${because} Nothing was changed.` };
  if (undone?.status === 'Succeeded')
    return { status: 'RolledBack', reason: `${because} The run was rolled back.` };
  const done = steps.filter(
    ({ status, registeredAssetId }) => status === 'Succeeded' && registeredAssetId !== undefined,
  ).length;
  const kept = `${done} of ${run.stepCount} steps succeeded and were kept; their assets are registered.`;
  if (undone === undefined) return { status: 'Failed', reason: `${because} ${kept}` };
  return {
    status: 'Failed',
    reason: `${because} The rollback failed too: ${undone.stopping ?? 'it was stopped'}.`,
  };
}

function why(request: RequestRecord, run: RunRecord | undefined, died: string | undefined): string {
  if (request.cancelRequestedBy !== undefined) return `${canceled} by ${request.cancelRequestedBy}.`;
  if (run?.stopping !== undefined) return sentence(run.stopping);
  if (died !== undefined) return sentence(died);
  if (request.reason !== undefined)
    return sentence(`It was planned ${request.attempt} times: ${request.reason}`);
  return 'The run was stopped.';
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
