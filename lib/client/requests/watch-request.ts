import { setTimeout as pause } from 'node:timers/promises';
import type { ChangeRecord, RequestRecord, RunRecord, StepRecord } from '../../ledger/records.ts';
import type { Capsule, Decision } from '../../model/change.ts';
import type { Problem } from '../../model/errors.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Verdicts } from '../../model/policy.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import { compareText } from '../../model/text.ts';
import { getPlan } from '../../tasks/documents-of.ts';
import type { Deployment } from '../deployment.ts';
import { type KnownRetries, type Retry, readRetries } from './retries.ts';

/** The state of one run of a request. */
export interface RunState {
  run: RunRecord;
  plan: HashedPlan;
  steps: StepRecord[];
  /** Failed attempts of its steps that were retried. */
  retries: Retry[];
}

/** The approvals of a request, as far as they have been given. */
export interface ApprovalState {
  change: ChangeRecord;
  capsule: Capsule;
  /** Decisions on this capsule, oldest first. */
  decisions: Decision[];
}

/** The state of a request in the ledger at one moment. */
export interface Snapshot {
  request: RequestRecord;
  problems: Problem[];
  verdicts?: Verdicts;
  plan?: HashedPlan;
  /** The change with its capsule and decisions, if the request needs approvals. */
  approval?: ApprovalState;
  /** The emergency change of the request, until it is reviewed. */
  toReview?: ChangeRecord;
  run?: RunState;
  undo?: RunState;
  /** Why its execution failed, as Step Functions says it, if the ledger is less precise. */
  executionCause?: string;
}

export interface WatchOptions {
  /** Seconds that a request may take to appear in the ledger. */
  appearsWithinSeconds: number;
  /** Ends the watch. The request continues. */
  signal?: AbortSignal;
}

/**
 * The shortest pause between polls, and the ratio of the pause to the duration of a poll: a large run is slow to read.
 */
const shortestPauseMillis = 60;
const pausesPerLook = 4;

/**
 * Polls a request until it has ended; the last snapshot is its end. Yields nothing if the request doesn't appear in
 * time.
 */
export async function* watchRequest(
  deployment: Deployment,
  requestId: string,
  options: WatchOptions,
): AsyncGenerator<Snapshot> {
  const { signal } = options;
  const begun = performance.now();
  const retries: KnownRetries = new Map();
  while (!signal?.aborted) {
    const started = performance.now();
    const snapshot = await takeSnapshot(deployment, requestId, retries);
    if (snapshot !== undefined) yield snapshot;
    else if (started - begun > options.appearsWithinSeconds * 1000) return;
    if (snapshot !== undefined && finalRequestStatuses.includes(snapshot.request.status)) return;
    const millis = Math.max(shortestPauseMillis, (performance.now() - started) * pausesPerLook);
    await pause(millis, undefined, { signal }).catch(() => undefined);
  }
}

/** Returns the current state of the request, or undefined if the ledger doesn't have it. */
export async function takeSnapshot(
  deployment: Deployment,
  requestId: string,
  retries: KnownRetries = new Map(),
): Promise<Snapshot | undefined> {
  const { ledger, documents } = deployment;
  const request = await ledger.findRequest(requestId);
  if (request === undefined) return undefined;
  const { planHash, verdictsHash, problemsHash, runId, undoRunId, changeId } = request;
  const change = changeId === undefined ? undefined : await ledger.findChange(changeId);
  return {
    request,
    problems: problemsHash ? await documents.get<Problem[]>(problemsHash) : (request.problems ?? []),
    verdicts: verdictsHash ? await documents.get<Verdicts>(verdictsHash) : undefined,
    plan: planHash ? await getPlan(documents, planHash) : undefined,
    approval: await approvalState(deployment, change),
    toReview: change?.status === 'ReviewDue' || change?.status === 'ReviewOverdue' ? change : undefined,
    run: await runState(deployment, runId, retries),
    undo: await runState(deployment, undoRunId, retries),
  };
}

/** Returns undefined if no approval is needed. */
async function approvalState(
  { ledger, documents }: Deployment,
  change: ChangeRecord | undefined,
): Promise<ApprovalState | undefined> {
  if (change?.expiresAt === undefined) return undefined;
  const { capsuleHash } = change;
  const capsule = await documents.get<Capsule>(capsuleHash);
  const all = await ledger.decisions(change.changeId);
  const decisions = all
    .filter((one) => one.capsuleHash === capsuleHash)
    .sort((one, other) =>
      compareText(`${one.at} ${one.speaker.voice}`, `${other.at} ${other.speaker.voice}`),
    );
  return { change, capsule, decisions };
}

/** `undoRunId` may not name a run: a rollback with nothing to undo has none. */
async function runState(
  deployment: Deployment,
  runId: string | undefined,
  known: KnownRetries,
): Promise<RunState | undefined> {
  const run = runId === undefined ? undefined : await deployment.ledger.findRun(runId);
  if (run === undefined) return undefined;
  const plan = await getPlan(deployment.documents, run.planHash);
  const steps = await deployment.ledger.steps(run.runId);
  return { run, plan, steps, retries: await readRetries(deployment.ledger, run, steps, known) };
}
