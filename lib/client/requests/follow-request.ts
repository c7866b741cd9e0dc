import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Asset } from '../../model/asset.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { Deployment } from '../deployment.ts';
import type { RequestReport } from '../reports/request-report.ts';
import { combined, countExecutions } from './execution-counts.ts';
import { readableCause } from './readable-cause.ts';
import { assetIdsOf, type ExecutionCounts, isWaiting, requestReport } from './request-report.ts';
import { type Snapshot, takeSnapshot, type WatchOptions, watchRequest } from './watch-request.ts';

/** A request that was watched to its end, or as far as it got. */
export interface Followed {
  report: RequestReport;
  /** Its latest snapshot. */
  snapshot: Snapshot;
  /** The assets it created, changed, retired or left unchanged. */
  assets: Asset[];
  /** Why the watch ended before the request. */
  unfinished?: string;
}

export interface FollowOptions extends WatchOptions {
  /** The request's file name, if the ledger has none. */
  file?: string;
  /** Called with the request after every poll. */
  onSnapshot: (snapshot: Snapshot) => void;
  /** Returns execution counts, if they are available without reading histories. */
  counts?: (snapshot: Snapshot) => Promise<ExecutionCounts>;
  /** Adds to a snapshot: line numbers of problems, and causes that only a local cloud knows. */
  amend?: (snapshot: Snapshot) => Snapshot;
}

/** Watches a request to its end and returns its report. Returns undefined if the request never appeared. */
export async function followRequest(
  deployment: Deployment,
  requestId: string,
  options: FollowOptions,
): Promise<Followed | undefined> {
  const { amend = (snapshot) => snapshot, counts = countsByHistory(deployment), onSnapshot } = options;
  let seen = false;
  for await (const snapshot of watchRequest(deployment, requestId, options)) {
    seen = true;
    onSnapshot(amend(snapshot));
  }
  const ended = seen || options.signal?.aborted ? await takeSnapshot(deployment, requestId) : undefined;
  if (ended === undefined) return undefined;
  // A request that waits for approval may wait for days.
  const executionCause = isWaiting(ended)
    ? undefined
    : await causeOfEnd(deployment, ended.request.executionArn);
  const snapshot = amend({ ...ended, executionCause });
  onSnapshot(snapshot);
  const assets = await deployment.inventory.assets(assetIdsOf(snapshot));
  const { status, file = '' } = snapshot.request;
  const report = requestReport(snapshot, options.file ?? file, assets, await counts(snapshot));
  const followed = { report, snapshot, assets };
  if (finalRequestStatuses.includes(status) || report.status === 'Waiting') return followed;
  return { ...followed, unfinished: `request ${requestId} has not ended; it is ${status}` };
}

/** How long the execution may take to end after its request, and how often to poll, in milliseconds. */
const executionEnds = { withinMillis: 30_000, everyMillis: 200 };

/** Waits for the execution to end. Returns why it failed, if it did. */
async function causeOfEnd({ stepFunctions }: Deployment, executionArn: string): Promise<string | undefined> {
  const begun = performance.now();
  for (;;) {
    const { status, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING' || performance.now() - begun > executionEnds.withinMillis)
      return cause === undefined ? undefined : readableCause(cause);
    await pause(executionEnds.everyMillis);
  }
}

function countsByHistory({ stepFunctions }: Deployment) {
  return async ({ request }: Snapshot): Promise<ExecutionCounts> =>
    combined([await countExecutions(stepFunctions, request.executionArn)]);
}
