import { setTimeout as pause } from 'node:timers/promises';
import { readChange } from '../../client/changes/read-change.ts';
import type { Door } from '../../client/door.ts';
import { DoorRefused } from '../../client/errors.ts';
import type { RequestReport } from '../../client/reports/request-report.ts';
import { rehearsalId } from '../../client/requests/request-id.ts';
import { type RequestFile, submitRequest } from '../../client/requests/submit-request.ts';
import type { RunState, Snapshot } from '../../client/requests/watch-request.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import { freshAssembly } from '../assembly.ts';
import { capsuleText } from '../capsule-text.ts';
import type { Run } from '../command.ts';
import { Faults, unknownFaults } from '../faults.ts';
import { exitStatusOf, follow, printReport } from '../follow.ts';
import { type LocalCloud, localPlace, startLocalCloud } from '../local-cloud.ts';
import { type LocalRequest, localRequest } from '../local-request.ts';
import type { FaultWish } from '../option.ts';
import { type RequestFileOptions, readRequestFiles, readRunInputs } from '../request-files.ts';
import { defaultEnvironment } from '../settings-file.ts';
import { painter } from '../style.ts';
import { quietTerminal, type Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface Rehearsed {
  file: RequestFile;
  request: LocalRequest;
}

interface Options extends RequestFileOptions {
  as?: string;
  'approve-as': string[];
  fail: FaultWish[];
  seed?: number;
  speed?: number;
  json: boolean;
  verbose: boolean;
}

export const run: Run<Options> = async ({ operands, options, terminal }) => {
  const inputs = readRunInputs(options);
  const where = { ...localPlace, lookup: typeLookup(ensureTypes()) };
  const rehearsed = readRequestFiles(operands, options, defaultEnvironment()).map((file) => ({
    file,
    request: localRequest(file, inputs, where),
  }));
  const unknown = unknownFaults(
    options.fail,
    rehearsed.map(({ request }) => request),
  );
  if (unknown.length > 0) throw new UsageError(unknown, 'local run');
  const shown = options.json ? quietTerminal(terminal) : terminal;
  const assemblyDirectory = await freshAssembly(() => terminal.complain('Synthesizing the app…'));
  const faults = options.fail.length > 0 ? new Faults(options.fail) : undefined;
  const cloud = await startLocalCloud({
    assemblyDirectory,
    speed: options.speed,
    seed: options.seed,
    faults,
  });
  try {
    const reports: RequestReport[] = [];
    for (const [index, each] of rehearsed.entries()) {
      const requestId = rehearsalId(options.seed ?? 1, index + 1, each.file.text);
      if (index > 0) shown.print('');
      const report = await carryOut(
        cloud,
        each,
        requestId,
        {
          requester: options.as ?? 'operator',
          approvers: options['approve-as'],
          verbose: options.verbose,
        },
        shown,
      );
      reports.push(report);
      if (report.status === 'Waiting') terminal.complain(whatToDo(options['approve-as']));
    }
    if (options.json) printReport(terminal, reports);
    return exitStatusOf(reports);
  } finally {
    await cloud.world.stop();
  }
};

/** Submits one request and watches it until the cloud is idle. */
async function carryOut(
  cloud: LocalCloud,
  { file, request }: Rehearsed,
  requestId: string,
  { requester, approvers, verbose }: { requester: string; approvers: string[]; verbose: boolean },
  terminal: Terminal,
): Promise<RequestReport> {
  cloud.seed(request);
  cloud.takeCounts();
  const { text, parameters, imports } = request;
  terminal.print(`Request ${requestId}: ${file.file}`);
  const deployment = { ...cloud.deployment, door: cloud.doorAs(requester) };
  await submitRequest(deployment, { ...file, requestId, text, parameters, imports });
  const resting = new AbortController();
  const decided = decideAtRest(cloud, requestId, approvers, terminal).finally(() => resting.abort());
  const followed = await follow(cloud.deployment, requestId, terminal, {
    appearsWithinSeconds: Number.POSITIVE_INFINITY,
    signal: resting.signal,
    file: file.file,
    verbose,
    showsCapsule: approvers.length > 0,
    nowSeconds: () => cloud.world.clock.now() / 1000,
    amend: (snapshot) => withOperationEnds(withLines(snapshot, request), cloud),
    counts: async () => {
      await atRest(cloud);
      return cloud.takeCounts();
    },
  });
  await decided;
  if (followed === undefined) throw new Error(`request ${requestId} never arrived${trouble(cloud)}`);
  if (followed.unfinished !== undefined) terminal.complain(`baton: ${followed.unfinished}${trouble(cloud)}`);
  return followed.report;
}

/** Lets one approver after another approve whenever the cloud is idle and waits for them. */
async function decideAtRest(
  cloud: LocalCloud,
  requestId: string,
  approvers: string[],
  terminal: Terminal,
): Promise<void> {
  const { ledger } = cloud.deployment;
  const asked = new Set<string>();
  for (;;) {
    await atRest(cloud);
    const { changeId } = (await ledger.findRequest(requestId)) ?? {};
    const change = changeId === undefined ? undefined : await ledger.findChange(changeId);
    if (change?.status !== 'AwaitingApproval') return;
    const name = approvers.find((one) => !asked.has(`${change.capsuleHash} ${one}`));
    if (name === undefined) return;
    if (![...asked].some((one) => one.startsWith(change.capsuleHash))) {
      const shown = await readChange(cloud.deployment, change.changeId);
      const at = new Date(cloud.world.clock.now()).toISOString();
      if (shown !== undefined)
        for (const line of capsuleText(shown, painter(terminal), at)) terminal.print(line);
    }
    asked.add(`${change.capsuleHash} ${name}`);
    await approve(cloud.doorAs(name), change, name, terminal);
  }
}

async function approve(door: Door, change: ChangeRecord, name: string, terminal: Terminal): Promise<void> {
  const { changeId, capsuleHash } = change;
  try {
    await door.decide(changeId, 'approve', { capsuleHash, reason: 'local run --approve-as' });
  } catch (error) {
    if (!(error instanceof DoorRefused)) throw error;
    terminal.complain(`baton: ${name} can't approve: ${error.message}`);
  }
}

function whatToDo(approvers: string[]): string {
  const who = approvers.length === 0 ? 'nobody has' : 'not everyone needed has';
  return `baton: ${who} approved; run it again with --approve-as NAME for each who does`;
}

/** Waits until the cloud is idle. A response may start more work a moment later. */
async function atRest({ world }: LocalCloud): Promise<void> {
  await world.clock.quiet();
  await pause(50);
  await world.clock.quiet();
}

/** Problems name the lines of the original file, even if secrets were sealed before it was sent. */
function withLines(snapshot: Snapshot, { lineOf }: LocalRequest): Snapshot {
  const problems = snapshot.problems.map((problem) => ({
    ...problem,
    line: lineOf(problem.path) ?? problem.line,
  }));
  return { ...snapshot, problems };
}

/** Steps end when their operations did, rather than at the pump's next poll, which may come late. */
function withOperationEnds(snapshot: Snapshot, cloud: LocalCloud): Snapshot {
  const corrected = (state: RunState | undefined): RunState | undefined =>
    state && {
      ...state,
      steps: state.steps.map((step) => {
        const end = cloud.operationEnd(step.intent?.clientToken ?? '');
        const seen = step.finishedAtSeconds;
        // A step with health checks continues after its operation.
        if (end === undefined || seen === undefined || step.verifyingSinceSeconds !== undefined) return step;
        return { ...step, finishedAtSeconds: Math.min(end, seen) };
      }),
    };
  return { ...snapshot, run: corrected(snapshot.run), undo: corrected(snapshot.undo) };
}

/** Returns internal errors of the local cloud, for the message about a request that didn't end. */
function trouble({ world }: LocalCloud): string {
  const causes = [...world.internalErrors, ...world.services.lost.map(({ error }) => error)];
  return causes
    .map((cause) => `\n  ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
    .join('');
}
