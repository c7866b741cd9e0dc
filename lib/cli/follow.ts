import { setTimeout as pause } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Asset } from '../model/asset.ts';
import { finalRequestStatuses } from '../model/run.ts';
import { type ExitStatus, exitStatus } from './command.ts';
import type { Deployment } from './deployment.ts';
import { endText } from './end-text.ts';
import { combined, countExecutions } from './execution-counts.ts';
import { Progress } from './progress.ts';
import { readableCause } from './readable-cause.ts';
import type { Report, RequestReport } from './report-form.ts';
import { assetIdsOf, type ExecutionCounts, isWaiting, requestReport } from './request-report.ts';
import { resolvedOutputs } from './resolved-outputs.ts';
import { quietTerminal, type Terminal } from './terminal.ts';
import { type Snapshot, takeSnapshot, type WatchOptions, watchRequest } from './watch-request.ts';

/** A request that was watched to its end, or as far as it came. */
export interface Followed {
  report: RequestReport;
  /** Why the watch ended before the request did. */
  unfinished?: string;
}

export interface FollowOptions extends WatchOptions {
  /** The time as the deployment has it, epoch seconds; the wall clock's by default. */
  nowSeconds?: () => number;
  file?: string;
  /** Names the execution of each machine. */
  showsExecutions?: boolean;
  /** Lists every asset at the end. */
  verbose?: boolean;
  /** Whoever decides is shown the capsule: the plan is then shown in outline, unless nobody has to decide. */
  showsCapsule?: boolean;
  /** Counts of executions, where they are known better than by reading histories. */
  counts?: (snapshot: Snapshot) => Promise<ExecutionCounts>;
  /** Amends what was seen: lines of problems, reasons only a local cloud knows. */
  amend?: (snapshot: Snapshot) => Snapshot;
}

/** Watches a request, showing what happens, and reports its end; undefined if it never appeared. */
export async function follow(
  deployment: Deployment,
  requestId: string,
  terminal: Terminal,
  options: FollowOptions,
): Promise<Followed | undefined> {
  const { amend = (snapshot) => snapshot } = options;
  const { nowSeconds = () => Date.now() / 1000, showsCapsule = false, verbose = false } = options;
  const executions = options.showsExecutions ? { links: deployment.onAws } : undefined;
  const progress = new Progress(terminal, nowSeconds, { showsCapsule, executions });
  let seen = false;
  for await (const snapshot of watchRequest(deployment, requestId, options)) {
    seen = true;
    progress.show(amend(snapshot));
  }
  const ended = seen || options.signal?.aborted ? await takeSnapshot(deployment, requestId) : undefined;
  if (ended === undefined) return undefined;
  // What waits for somebody may wait for days.
  const executionCause = isWaiting(ended)
    ? undefined
    : await causeOfEnd(deployment, ended.request.executionArn);
  const last = amend({ ...ended, executionCause });
  progress.show(last);
  const counts = await (options.counts ?? countsByHistory(deployment))(last);
  const assets = await deployment.inventory.assets(assetIdsOf(last));
  const report = requestReport(last, options.file ?? last.request.file ?? '', assets, counts);
  printEnd(report, last, assets, terminal, verbose);
  const { status } = last.request;
  if (finalRequestStatuses.includes(status) || report.status === 'Waiting') return { report };
  return { report, unfinished: `request ${requestId} has not ended; it is ${status}` };
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

function printEnd(
  report: RequestReport,
  snapshot: Snapshot,
  assets: readonly Asset[],
  terminal: Terminal,
  verbose: boolean,
): void {
  const outputs = report.status === 'Completed' ? resolvedOutputs(snapshot, assets) : {};
  for (const line of endText(report, snapshot, outputs, { ...terminal, verbose })) terminal.print(line);
}

function countsByHistory({ stepFunctions }: Deployment) {
  return async ({ request }: Snapshot): Promise<ExecutionCounts> =>
    combined([await countExecutions(stepFunctions, request.executionArn)]);
}

/** What a command line of several requests ends with: a failure weighs more than a rejection, that more than a wait. */
export function exitStatusOf(reports: readonly Pick<RequestReport, 'status'>[]): ExitStatus {
  const statuses = reports.map(({ status }) => status);
  if (statuses.some((status) => status === 'Failed' || status === 'RolledBack')) return exitStatus.failed;
  if (statuses.includes('Rejected')) return exitStatus.rejected;
  return statuses.includes('Waiting') ? exitStatus.waiting : exitStatus.completed;
}

/** Prints the one JSON document of `--json`. */
export function printReport(terminal: Terminal, requests: RequestReport[]): void {
  const document: Report = { requests };
  terminal.print(JSON.stringify(document, null, 2));
}

/** Seconds a request on its way through a bus may take to be seen. */
const appearsWithinSeconds = 60;

/** Follows one request of the deployment the environment points at: what `watch`, `submit` and others end with. */
export async function followToEnd(
  deployment: Deployment,
  requestId: string,
  { terminal, json, ...more }: { terminal: Terminal; json: boolean; verbose: boolean; file?: string },
): Promise<ExitStatus> {
  const shown = json ? quietTerminal(terminal) : terminal;
  const begun = performance.now();
  const nowSeconds = () => (Date.parse(deployment.at) + performance.now() - begun) / 1000;
  const followed = await follow(deployment, requestId, shown, {
    ...more,
    appearsWithinSeconds,
    nowSeconds,
    showsExecutions: true,
  });
  if (followed === undefined) {
    terminal.complain(
      `baton: request ${requestId} is not in the ledger after ${appearsWithinSeconds} s; see the dead-letter queues of the bus`,
    );
    return exitStatus.failed;
  }
  if (json) printReport(terminal, [followed.report]);
  return exitStatusOf([followed.report]);
}
