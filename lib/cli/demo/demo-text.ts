import { chartSvg } from '../../scaling/replay/chart.ts';
import { costModel, optimum } from '../../scaling/replay/model.ts';
import { verificationText } from '../audit/verification-text.ts';
import { counted, type Paint, table } from '../style.ts';
import { type DemoRun, perTask, type TrailDecision, unrecorded } from './scaling-demo.ts';

/** Sums of a demo, in tasks and minutes. */
interface Sums {
  /** Minutes of all tasks. */
  taskMinutes: number;
  /** By the model of a replay: tasks, load above the tasks that served, and changes. */
  costToOptimum: number;
  /** Load above the tasks that served, in percent. */
  abovePercent: number;
  most: number;
  least: number;
}

function sumsOf({ intervals, bounds, changes }: DemoRun): Sums {
  const of = (value: (interval: DemoRun['intervals'][number]) => number) =>
    intervals.reduce((sum, interval) => sum + value(interval), 0);
  const model = { ...costModel, min: bounds.min, max: bounds.max };
  const taskMinutes = of(({ running }) => running);
  const above = of(({ load, ready }) => Math.max(0, load - ready));
  const cost = taskMinutes + model.unservedCost * above + model.changeCost * changes.length;
  const loads = intervals.map(({ load }) => load);
  const running = intervals.map((interval) => interval.running);
  return {
    taskMinutes,
    costToOptimum: cost / optimum(loads, 60, model),
    abovePercent: (100 * above) / of(({ load }) => load),
    most: Math.max(...running),
    least: Math.min(...running),
  };
}

/** Formats what happened in a demo, each decision with its reason, and what the trail proves. */
export function demoText(run: DemoRun, paint: Paint): string[] {
  const { decisions, requests, intervals } = run;
  const { taskMinutes, costToOptimum, abovePercent, most, least } = sumsOf(run);
  const out = decisions.filter(({ from, to }) => to > from).length;
  const completed = decisions.filter(({ status }) => status === 'Completed').length;
  const peakLoad = Math.max(...intervals.map(({ load }) => load));
  const fixed = (Math.ceil(peakLoad / costModel.targetUtilization) * intervals.length) / 60;
  const dropped = (100 * requests.dropped) / requests.total;
  const rows = [
    ['load', `${whole(requests.total)} requests, at most ${whole(requests.mostPerSecond)} a second`],
    ['decisions', `${decisions.length}: ${out} out, ${decisions.length - out} in`],
    ['requests', `${counted(decisions.length, 'request')} by Baton itself, ${completed} completed`],
    ['capacity', `${least} to ${most} tasks, which serve ${perTask} requests a second each`],
    [
      'cost',
      `${(taskMinutes / 60).toFixed(1)} task hours, ${costToOptimum.toFixed(2)} times the least possible cost; a fixed fleet: ${fixed.toFixed(1)} task hours`,
    ],
    [
      'not served',
      `${abovePercent.toFixed(2)} % of the load came above the tasks that served: ${dropped.toFixed(2)} % was dropped, the rest waited`,
    ],
  ];
  return [
    paint('strong', `${duration(intervals.length)} of load`),
    ...table(rows),
    '',
    paint('strong', 'Decisions'),
    ...table(decisions.map((decision) => decisionRow(run, decision))),
    '',
    paint('strong', 'Audit trail'),
    ...verificationText(run.verification, {}, paint),
    ...trailText(run, paint),
  ];
}

function decisionRow({ startMillis }: DemoRun, { at, from, to, why, status }: TrailDecision): string[] {
  const [, ...reasons] = why;
  const failed = status === 'Completed' ? [] : [`the request is ${status}`];
  return [
    duration((Date.parse(at) - startMillis) / 60_000),
    `${from} to ${to}`,
    [...failed, ...reasons.filter((line) => !/^(rejected|not known)/.test(line))].join('; '),
  ];
}

function trailText(run: DemoRun, paint: Paint): string[] {
  const missing = unrecorded(run);
  const all = run.changes.length;
  if (missing.length === 0)
    return [
      paint(
        'good',
        `All ${all} changes of the capacity in the cloud are in the trail, each with its decision.`,
      ),
    ];
  const are = missing.length === 1 ? 'is' : 'are';
  return [
    paint(
      'bad',
      `${counted(missing.length, 'change')} of the capacity in the cloud ${are} not in the trail:`,
    ),
    ...missing.map(({ at, from, to }) => `  ${from} to ${to} at ${at}`),
  ];
}

/** Draws the load, the capacity and the decisions of a demo as an SVG document. */
export function demoChart(run: DemoRun): string {
  const { taskMinutes, costToOptimum, abovePercent } = sumsOf(run);
  const title = `${duration(run.intervals.length)} on the local cloud: ${counted(run.decisions.length, 'decision')}, ${(taskMinutes / 60).toFixed(1)} task hours (${costToOptimum.toFixed(2)} times the least cost), ${abovePercent.toFixed(2)} % above capacity`;
  return chartSvg({ title, intervals: run.intervals, intervalSeconds: 60 });
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1:05` for 65 minutes. */
function duration(minutes: number): string {
  const all = Math.max(0, Math.floor(minutes));
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')} h`;
}
