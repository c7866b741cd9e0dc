import { setTimeout as pause } from 'node:timers/promises';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import { freshAssembly } from '../assembly.ts';
import type { Run } from '../command.ts';
import { Faults, unknownFaults } from '../faults.ts';
import { exitStatusOf, follow, printReport } from '../follow.ts';
import { type LocalCloud, localPlace, startLocalCloud } from '../local-cloud.ts';
import { type LocalRequest, localRequest } from '../local-request.ts';
import type { localRunOptions } from '../options.ts';
import type { RequestReport } from '../report-form.ts';
import { type RequestFile, readRequestFiles, readRunInputs } from '../request-files.ts';
import { rehearsalId } from '../request-id.ts';
import { defaultEnvironment } from '../settings-file.ts';
import { submitRequest } from '../submit-request.ts';
import { quietTerminal, type Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { RunState, Snapshot } from '../watch-request.ts';

interface Rehearsed {
  file: RequestFile;
  request: LocalRequest;
}

export const run: Run<typeof localRunOptions> = async ({ operands, options, terminal }) => {
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
      reports.push(await carryOut(cloud, each, requestId, shown));
    }
    if (options.json) printReport(terminal, reports);
    return exitStatusOf(reports);
  } finally {
    await cloud.world.stop();
  }
};

/** Submits one request and watches it until the cloud has come to rest. */
async function carryOut(
  cloud: LocalCloud,
  { file, request }: Rehearsed,
  requestId: string,
  terminal: Terminal,
): Promise<RequestReport> {
  cloud.seed(request);
  cloud.takeCounts();
  const { text, parameters, imports } = request;
  terminal.print(`Request ${requestId}: ${file.file}`);
  await submitRequest(cloud.deployment, { ...file, requestId, text, parameters, imports });
  const resting = new AbortController();
  void atRest(cloud).then(() => resting.abort());
  const followed = await follow(cloud.deployment, requestId, terminal, {
    appearsWithinSeconds: Number.POSITIVE_INFINITY,
    signal: resting.signal,
    file: file.file,
    nowSeconds: () => cloud.world.clock.now() / 1000,
    amend: (snapshot) => withOperationEnds(withLines(snapshot, request), cloud),
    counts: async () => {
      await atRest(cloud);
      return cloud.takeCounts();
    },
  });
  if (followed === undefined) throw new Error(`request ${requestId} never arrived${trouble(cloud)}`);
  if (followed.unfinished !== undefined) terminal.complain(`baton: ${followed.unfinished}${trouble(cloud)}`);
  return followed.report;
}

/** The cloud is at rest when nothing is in flight; what an answer sets going comes a moment later. */
async function atRest({ world }: LocalCloud): Promise<void> {
  await world.clock.quiet();
  await pause(50);
  await world.clock.quiet();
}

/** Problems name the lines of the file as it was written, whatever was sealed in it before it was sent. */
function withLines(snapshot: Snapshot, { lineOf }: LocalRequest): Snapshot {
  const problems = snapshot.problems.map((problem) => ({
    ...problem,
    line: lineOf(problem.path) ?? problem.line,
  }));
  return { ...snapshot, problems };
}

/** Steps end when their operations did, not when the pump next looked: it looks seldom at what nothing waits for. */
function withOperationEnds(snapshot: Snapshot, cloud: LocalCloud): Snapshot {
  const corrected = (state: RunState | undefined): RunState | undefined =>
    state && {
      ...state,
      steps: state.steps.map((step) => {
        const end = cloud.operationEnd(step.intent?.clientToken ?? '');
        const seen = step.finishedAtSeconds;
        // A step with health checks goes on after its operation.
        if (end === undefined || seen === undefined || step.verifyingSinceSeconds !== undefined) return step;
        return { ...step, finishedAtSeconds: Math.min(end, seen) };
      }),
    };
  return { ...snapshot, run: corrected(snapshot.run), undo: corrected(snapshot.undo) };
}

/** What went wrong inside the local cloud, for a message about a request that did not end. */
function trouble({ world }: LocalCloud): string {
  const causes = [...world.internalErrors, ...world.services.lost.map(({ error }) => error)];
  return causes
    .map((cause) => `\n  ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
    .join('');
}
