import type { RequestReport } from '../client/reports/request-report.ts';
import { criticalPath, stepSeconds } from '../client/requests/critical-path.ts';
import { failureSummary } from '../client/requests/failure-summary.ts';
import type { Snapshot } from '../client/requests/watch-request.ts';
import type { JsonValue } from '../model/json.ts';
import { instant } from './capsule-text-time.ts';
import { failureText } from './failure-text.ts';
import { counted, duration, type Paint, painter, type Tone, table, width } from './style.ts';
import type { Terminal } from './terminal.ts';

const words: Record<RequestReport['status'], { text: string; tone: Tone }> = {
  Completed: { text: 'Completed', tone: 'good' },
  Rejected: { text: 'Rejected', tone: 'bad' },
  Failed: { text: 'Failed', tone: 'bad' },
  RolledBack: { text: 'Rolled back', tone: 'warn' },
  Waiting: { text: 'Waiting for approval:', tone: 'warn' },
};

/** Number of steps of the critical path to name. The middle of a longer path is omitted. */
const pathShown = 8;

/** Formats the end of a request: outcome, assets, outputs, times. */
export function endText(
  report: RequestReport,
  snapshot: Snapshot,
  outputs: Record<string, JsonValue>,
  terminal: Pick<Terminal, 'color' | 'columns'> & { verbose: boolean; simulated: boolean },
): string[] {
  const paint = painter(terminal);
  return [
    ...assetsText(report, paint, terminal),
    ...outputsText(outputs, paint),
    ...timesText(report, snapshot, paint, terminal.simulated ? ' (simulated)' : ''),
    ...outcomeText(report, snapshot, paint),
    ...reviewText(snapshot, paint),
  ];
}

/** Number of assets to list. `--json` and `inventory list` have all. */
const assetsShown = 100;

function assetsText(
  { assets, plan, run, status }: RequestReport,
  paint: Paint,
  { columns, verbose }: { columns: number; verbose: boolean },
): string[] {
  // A request without effect left all assets unchanged.
  if (assets.length === 0 || (run === null && status !== 'Completed')) return [];
  if (plan?.steps.length === 0) return ['', `${counted(assets.length, 'asset')}, each as it should be`];
  // Every resource was shown when it completed. After a failed run they are listed, because a person must take care of
  // them.
  if (!verbose && status !== 'Failed') return ['', `Inventory: ${byStatus(assets)}; --verbose lists them`];
  const rows = assets
    .slice(0, assetsShown)
    .map(({ resource, type, identifier, status, version, id }) => [
      resource,
      type,
      shortened(identifier),
      status,
      `v${version}`,
      paint('quiet', id),
    ]);
  const heading = ['Resource', 'Type', 'Identifier', 'Status', 'Version', 'Asset'].map((text) =>
    paint('strong', text),
  );
  const more = assets.length - rows.length;
  const whole = table([heading, ...rows]);
  // If there is no room for ids, `inventory list` has them.
  const fits = whole.every((line) => width(line) <= columns);
  const lines = fits ? whole : table([heading, ...rows].map((row) => row.slice(0, -1)));
  return ['', ...lines, ...(more > 0 ? [`  and ${counted(more, 'more', 'more')}`] : [])];
}

/** Formats `2 assets Active, 1 Retired`. */
function byStatus(assets: RequestReport['assets']): string {
  const groups = Map.groupBy(assets, (asset) => asset.status);
  const [first = '', ...rest] = [...groups].map(([status, { length }], index) =>
    index === 0 ? `${counted(length, 'asset')} ${status}` : `${length.toLocaleString('en-US')} ${status}`,
  );
  return [first, ...rest].join(', ');
}

function outputsText(outputs: Record<string, JsonValue>, paint: Paint): string[] {
  const rows = Object.entries(outputs).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return rows.length === 0 ? [] : ['', paint('strong', 'Outputs'), ...table(rows)];
}

function timesText(
  { run }: RequestReport,
  { run: state }: Snapshot,
  paint: Paint,
  simulated: string,
): string[] {
  if (run === null || state === undefined) return [];
  const path = criticalPath(state.plan, stepSeconds(state.steps, state.plan.steps.length));
  const names = path.steps.map((id) => id.slice(id.indexOf(':') + 1));
  const half = pathShown / 2;
  const shown = names.length > pathShown ? [...names.slice(0, half), '…', ...names.slice(-half)] : names;
  const rows = [
    ['Took', `${duration(run.makespanSeconds)}${simulated}, from ${run.startedAt} to ${run.finishedAt}`],
    ...(run.criticalPathSeconds > 0
      ? [['Critical path', `${duration(run.criticalPathSeconds)}${simulated}: ${shown.join(' → ')}`]]
      : []),
    [
      'Step Functions',
      `${counted(run.stateTransitions, 'state transition')}, ${counted(run.pumpTicks, 'pump tick')}, longest history ${counted(run.historyEvents, 'event')}`,
    ],
  ];
  return ['', paint('strong', 'Run'), ...table(rows)];
}

function outcomeText(report: RequestReport, snapshot: Snapshot, paint: Paint): string[] {
  const { text, tone } = words[report.status];
  const { request, problems } = snapshot;
  const head = `${paint(tone, text)} ${report.file} (${report.requestId})`;
  const failure = failureSummary(snapshot);
  if (failure !== undefined) {
    const stopped = report.errors.map(({ message }) => message).join(' ');
    return ['', head, ...failureText(failure, { file: report.file, stopped }, paint)];
  }
  // Problems of the request were shown when they were found. Later failures are shown here.
  const why = problems.length > 0 ? [] : report.errors;
  const reason = problems.length > 0 ? counted(problems.length, 'problem') : request.reason;
  const told = report.status === 'Completed' || why.length > 0 || reason === undefined;
  return [
    '',
    `${head}${told ? '' : `: ${reason}`}`,
    ...why.map(({ path, message }) => `   ${path === '' ? '' : `${path}: `}${message}`),
  ];
}

/** An emergency change is complete only after another person has reviewed it. */
function reviewText({ toReview }: Snapshot, paint: Paint): string[] {
  if (toReview === undefined) return [];
  const { changeId, capsuleHash, status, reviewBy = '' } = toReview;
  const by = status === 'ReviewOverdue' ? 'was to be reviewed by' : 'is to be reviewed by';
  return [
    paint('warn', `Change ${changeId} was applied as an emergency and ${by} ${instant(reviewBy)}:`),
    `   baton approve ${changeId} --capsule ${capsuleHash} --reason TEXT`,
    `   baton reject ${changeId} --capsule ${capsuleHash} --reason TEXT`,
  ];
}

const longestIdentifier = 60;

function shortened(identifier: string): string {
  if (identifier.length <= longestIdentifier) return identifier;
  return `${identifier.slice(0, 24)}…${identifier.slice(-(longestIdentifier - 25))}`;
}
