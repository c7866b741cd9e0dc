import type { Deployment } from '../client/deployment.ts';
import type { RequestReport } from '../client/reports/request-report.ts';
import { type Followed, type FollowOptions, followRequest } from '../client/requests/follow-request.ts';
import { resolvedOutputs } from '../client/requests/resolved-outputs.ts';
import { type ExitStatus, exitStatus } from './command.ts';
import { endText } from './end-text.ts';
import { printJson } from './print-json.ts';
import { Progress } from './progress.ts';
import { quietTerminal, type Terminal } from './terminal.ts';

export interface ShowOptions extends Omit<FollowOptions, 'onSnapshot'> {
  /** Returns the deployment's time in epoch seconds. Default: the wall clock. */
  nowSeconds?: () => number;
  /** Whether to name the execution of each machine. */
  showsExecutions?: boolean;
  /** Whether to list every asset at the end. */
  verbose?: boolean;
  /**
   * Whether the capsule is shown to the person who decides. The plan is then shown in outline, unless no decision is
   * needed.
   */
  showsCapsule?: boolean;
}

/** Watches a request and shows its progress and its end. Returns undefined if it never appeared. */
export async function follow(
  deployment: Deployment,
  requestId: string,
  terminal: Terminal,
  options: ShowOptions,
): Promise<Followed | undefined> {
  const { nowSeconds = () => Date.now() / 1000, showsCapsule = false, verbose = false } = options;
  const executions = options.showsExecutions ? { links: !deployment.local } : undefined;
  const { local: simulated } = deployment;
  const progress = new Progress(terminal, nowSeconds, { showsCapsule, executions, simulated, verbose });
  const onSnapshot = progress.show.bind(progress);
  const followed = await followRequest(deployment, requestId, { ...options, onSnapshot });
  if (followed === undefined) return undefined;
  const { report, snapshot, assets } = followed;
  const outputs = report.status === 'Completed' ? resolvedOutputs(snapshot, assets) : {};
  for (const line of endText(report, snapshot, outputs, { ...terminal, verbose, simulated }))
    terminal.print(line);
  return followed;
}

/**
 * Returns the exit status for several requests: failures take precedence over rejections, and rejections over waits.
 */
export function exitStatusOf(reports: readonly Pick<RequestReport, 'status'>[]): ExitStatus {
  const statuses = reports.map(({ status }) => status);
  if (statuses.some((status) => status === 'Failed' || status === 'RolledBack')) return exitStatus.failed;
  if (statuses.includes('Rejected')) return exitStatus.rejected;
  return statuses.includes('Waiting') ? exitStatus.waiting : exitStatus.completed;
}

/** Prints the JSON document of `--json`. */
export function printReport(terminal: Terminal, requests: RequestReport[]): void {
  printJson(terminal, 'request-report', { requests });
}

/** Seconds that a request may take to appear after it passed the bus. */
const appearsWithinSeconds = 60;

/** Follows one request of the environment's deployment. `watch`, `submit` and others end with this. */
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
