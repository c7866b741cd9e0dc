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

/** A request that was watched to its end, or as far as it came. */
export interface Followed {
  report: RequestReport;
  /** As it was seen last. */
  snapshot: Snapshot;
  /** What it made, changed, retired or left as it was. */
  assets: Asset[];
  /** Why the watch ended before the request did. */
  unfinished?: string;
}

export interface FollowOptions extends WatchOptions {
  /** Name of the request's file, where the ledger holds none. */
  file?: string;
  /** Told of the request whenever it was looked at. */
  onSnapshot: (snapshot: Snapshot) => void;
  /** Counts of executions, where they are known better than by reading histories. */
  counts?: (snapshot: Snapshot) => Promise<ExecutionCounts>;
  /** Amends what was seen: lines of problems, reasons only a local cloud knows. */
  amend?: (snapshot: Snapshot) => Snapshot;
}

/** Watches a request to its end and reports it; undefined if it never appeared. */
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
  // What waits for somebody may wait for days.
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

/** How long the execution may take to end after its request has, and how often to look, in milliseconds. */
const executionEnds = { withinMillis: 30_000, everyMillis: 200 };

/** Waits for the end of the execution; why it failed, if it did. */
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
