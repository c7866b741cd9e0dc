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
  /** The time as the deployment has it, epoch seconds; the wall clock's by default. */
  nowSeconds?: () => number;
  /** Names the execution of each machine. */
  showsExecutions?: boolean;
  /** Lists every asset at the end. */
  verbose?: boolean;
  /** Whoever decides is shown the capsule: the plan is then shown in outline, unless nobody has to decide. */
  showsCapsule?: boolean;
}

/** Watches a request, showing what happens and how it ends; undefined if it never appeared. */
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

/** What a command line of several requests ends with: a failure weighs more than a rejection, that more than a wait. */
export function exitStatusOf(reports: readonly Pick<RequestReport, 'status'>[]): ExitStatus {
  const statuses = reports.map(({ status }) => status);
  if (statuses.some((status) => status === 'Failed' || status === 'RolledBack')) return exitStatus.failed;
  if (statuses.includes('Rejected')) return exitStatus.rejected;
  return statuses.includes('Waiting') ? exitStatus.waiting : exitStatus.completed;
}

/** Prints the one JSON document of `--json`. */
export function printReport(terminal: Terminal, requests: RequestReport[]): void {
  printJson(terminal, 'request-report', { requests });
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
