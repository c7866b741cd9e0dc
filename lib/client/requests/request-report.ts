import type { Asset } from '../../model/asset.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Violation } from '../../model/policy.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import { compareText } from '../../model/text.ts';
import type { RequestReport } from '../reports/request-report.ts';
import { criticalPath, stepSeconds } from './critical-path.ts';
import { wantedText } from './wanted-approvals.ts';
import type { RunState, Snapshot } from './watch-request.ts';

/** The totals of a request's executions. */
export interface ExecutionCounts {
  stateTransitions: number;
  /** Events in the longest history of one execution. */
  historyEvents: number;
}

/** Returns the `--json` report of an ended request. Pure. */
export function requestReport(
  snapshot: Snapshot,
  file: string,
  assets: readonly Asset[],
  counts: ExecutionCounts,
): RequestReport {
  const { request, verdicts, plan, run, undo } = snapshot;
  return {
    file,
    requestId: request.requestId,
    status: endOf(snapshot),
    errors: errorsOf(snapshot),
    violations: (verdicts?.violations ?? []).map(violationForm),
    plan: plan === undefined ? null : planForm(plan),
    run: run === undefined ? null : runForm(run, undo, counts),
    assets: assets.map(assetForm).sort(byResource),
  };
}

/** Returns the report of a request that was not submitted. */
export function notSubmitted(file: string): RequestReport {
  return {
    file,
    requestId: '',
    status: 'Rejected',
    errors: [],
    violations: [],
    plan: null,
    run: null,
    assets: [],
  };
}

export function violationForm({
  rule,
  severity,
  resource,
  path,
  message,
}: Violation): RequestReport['violations'][number] {
  return { rule, severity, resource, path, message };
}

function byResource(left: RequestReport['assets'][number], right: RequestReport['assets'][number]): number {
  return compareText(left.resource, right.resource) || compareText(left.identifier, right.identifier);
}

export function planForm({ hash, steps }: HashedPlan): NonNullable<RequestReport['plan']> {
  return {
    hash,
    steps: steps.map((step) => {
      const {
        id,
        resource,
        type,
        operation,
        dependsOn,
        identifier,
        desired,
        previous,
        changes,
        health,
        baton,
        updatePolicy,
        owners,
        kept,
      } = step;
      const { deletionPolicy, updateReplacePolicy, holdsData } = step;
      return {
        ...{ id, resource, type, operation, dependsOn, holdsData, deletionPolicy, updateReplacePolicy },
        ...(identifier === undefined ? {} : { identifier }),
        ...(desired === undefined ? {} : { desired }),
        ...(previous === undefined ? {} : { previous }),
        ...(changes === undefined ? {} : { changes }),
        ...(health === undefined ? {} : { health: health.map((check) => ({ ...check })) }),
        ...(baton === undefined ? {} : { baton }),
        ...(updatePolicy === undefined ? {} : { updatePolicy }),
        ...(owners === undefined ? {} : { owners }),
        ...(kept === undefined ? {} : { kept }),
      };
    }),
  };
}

export function assetForm({
  id,
  logicalId,
  type,
  identifier,
  status,
  version,
}: Asset): RequestReport['assets'][number] {
  return { id, resource: logicalId, type, identifier, status, version };
}

/** Tells whether the request waits for a decision. */
export function isWaiting({ request, approval }: Snapshot): boolean {
  return !finalRequestStatuses.includes(request.status) && approval?.change.status === 'AwaitingApproval';
}

/** A request that didn't end during the watch counts as failed, unless it waits for a decision. */
function endOf(snapshot: Snapshot): RequestReport['status'] {
  const { status } = snapshot.request;
  if (isWaiting(snapshot)) return 'Waiting';
  return status === 'Completed' || status === 'Rejected' || status === 'RolledBack' ? status : 'Failed';
}

function runForm(
  { run, plan, steps }: RunState,
  undo: RunState | undefined,
  counts: ExecutionCounts,
): NonNullable<RequestReport['run']> {
  const finishedAt = run.endedAt ?? run.startedAt;
  return {
    startedAt: run.startedAt,
    finishedAt,
    makespanSeconds: (Date.parse(finishedAt) - Date.parse(run.startedAt)) / 1000,
    criticalPathSeconds: rounded(criticalPath(plan, stepSeconds(steps, plan.steps.length)).seconds),
    stateTransitions: counts.stateTransitions,
    pumpTicks: run.ticks + (undo?.run.ticks ?? 0),
    historyEvents: counts.historyEvents,
  };
}

/** Returns the problems of the request and the failures of its run. */
function errorsOf(snapshot: Snapshot): RequestReport['errors'] {
  const { request, problems, run, undo, approval, executionCause } = snapshot;
  if (approval !== undefined && isWaiting(snapshot))
    return [{ path: '', message: `Change ${approval.change.changeId} waits for ${wantedText(approval)}` }];
  const invalid = problems.map(({ path, message }) => ({ path, message }));
  const failed = [run, undo].flatMap((each) => (each === undefined ? [] : failures(each)));
  const ended = request.status === 'Completed' || request.status === 'Rejected';
  const unexplained = !ended && failed.length === 0 && invalid.length === 0;
  const said = request.reason ?? 'It ended without a reason.';
  const more = executionCause === undefined || executionCause.includes(said) ? [] : [said];
  const message = executionCause === undefined ? said : [...more, executionCause].join(' ');
  const reason = unexplained ? [{ path: '', message }] : [];
  return [...invalid, ...failed, ...reason];
}

/** Returns the failed steps of a run, each with the provider's reason. */
export function failures({ plan, steps }: RunState): { path: string; message: string }[] {
  return steps.flatMap(({ index, status, error }) => {
    const step = plan.steps[index];
    if (status !== 'Failed' || step === undefined) return [];
    const why = error === undefined ? 'it failed without a reason' : `${error.code}: ${error.message}`;
    return [{ path: `Resources.${step.resource}`, message: `${step.operation} failed: ${why}` }];
  });
}

const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** Returns the ids of assets that a request created, changed, retired or left unchanged. */
export function assetIdsOf({ plan, run, undo }: Snapshot): string[] {
  const ids = new Set(plan?.unchanged.map(({ assetId }) => assetId));
  for (const state of [run, undo])
    for (const { index, registeredAssetId } of state?.steps ?? []) {
      const id = registeredAssetId ?? state?.plan.steps[index]?.assetId;
      if (id !== undefined) ids.add(id);
    }
  return [...ids];
}
