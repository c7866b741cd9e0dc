import type { Interval } from './model.ts';

/** What a chart shows: intervals, when they begin, and words for its head. */
export interface Chart {
  title: string;
  intervals: readonly Interval[];
  intervalSeconds: number;
  /** When the first interval begins, in milliseconds; without it the axis counts hours or days. */
  start?: number;
}

const size = { width: 1000, height: 400, left: 64, right: 16, top: 64, bottom: 56 };
const plot = {
  width: size.width - size.left - size.right,
  height: size.height - size.top - size.bottom,
};
const colors = {
  load: '#9ecae9',
  capacity: '#1f4e79',
  unserved: '#d62728',
  grid: '#e3e6ea',
  text: '#333f4d',
};

interface Column {
  load: number;
  low: number;
  high: number;
  missed: number;
  ups: number;
  downs: number;
}

/**
 * Draws a replay as an SVG document: the load as an area, the capacity as a line over it, load that was not served in red,
 * and a mark below for each decision. A pixel that stands for several intervals shows the largest values.
 */
export function chartSvg(chart: Chart): string {
  const columns = columnsOf(chart.intervals);
  const most = Math.max(1, ...columns.map(({ load, high }) => Math.max(load, high)));
  const step = niceStep(most / 5);
  const top = Math.ceil(most / step) * step;
  const x = (column: number) => round(size.left + (plot.width * column) / columns.length);
  const y = (value: number) => round(size.top + plot.height * (1 - value / top));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${colors.text}">`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    `<text x="${size.left}" y="24" font-size="15" font-weight="bold">${escaped(chart.title)}</text>`,
    ...legend(),
    ...valueAxis(top, step, y),
    ...timeAxis(chart),
    area(columns, x, y),
    unserved(columns, x, y),
    capacityLine(columns, x, y),
    decisionMarks(columns, x),
    '</svg>',
    '',
  ].join('\n');
}

function columnsOf(intervals: readonly Interval[]): Column[] {
  const count = Math.min(intervals.length, plot.width);
  const columns = Array.from({ length: count }, (): Column => {
    return { load: 0, low: Number.POSITIVE_INFINITY, high: 0, missed: 0, ups: 0, downs: 0 };
  });
  for (const [index, { load, running, ready, decided }] of intervals.entries()) {
    const column = columns[Math.floor((index * count) / intervals.length)];
    if (column === undefined) continue;
    column.load = Math.max(column.load, load);
    column.low = Math.min(column.low, running);
    column.high = Math.max(column.high, running);
    column.missed = Math.max(column.missed, load - ready);
    if (decided > running) column.ups += 1;
    if (decided < running) column.downs += 1;
  }
  return columns;
}

type Scale = (value: number) => number;

function area(columns: readonly Column[], x: Scale, y: Scale): string {
  const points = columns.flatMap(({ load }, at) => [`L${x(at)} ${y(load)}`, `L${x(at + 1)} ${y(load)}`]);
  return `<path d="M${x(0)} ${y(0)}${points.join('')}L${x(columns.length)} ${y(0)}Z" fill="${colors.load}" shape-rendering="crispEdges"/>`;
}

/** Load above the capacity that served, drawn at the top of the load. */
function unserved(columns: readonly Column[], x: Scale, y: Scale): string {
  const bars = columns.flatMap(({ load, missed }, at) =>
    missed > 0
      ? [`M${x(at)} ${y(load)}H${Math.max(x(at + 1), round(x(at) + 1))}V${y(load - missed)}H${x(at)}Z`]
      : [],
  );
  return `<path d="${bars.join('')}" fill="${colors.unserved}" shape-rendering="crispEdges"/>`;
}

function capacityLine(columns: readonly Column[], x: Scale, y: Scale): string {
  const points = columns.flatMap(({ low, high }, at) =>
    low === high
      ? [`L${x(at)} ${y(high)}`, `L${x(at + 1)} ${y(high)}`]
      : [`L${x(at)} ${y(low)}`, `L${x(at)} ${y(high)}`, `L${x(at + 1)} ${y(high)}`],
  );
  const path = points.join('').replace(/^L/, 'M');
  return `<path d="${path}" fill="none" stroke="${colors.capacity}" stroke-width="1.5" stroke-linejoin="round"/>`;
}

/** Out above the axis of decisions, in below it. */
function decisionMarks(columns: readonly Column[], x: Scale): string {
  const line = size.height - 18;
  const marks = columns.flatMap(({ ups, downs }, at) => [
    ...(ups > 0 ? [`M${x(at)} ${line}v-7`] : []),
    ...(downs > 0 ? [`M${x(at)} ${line}v7`] : []),
  ]);
  return [
    `<text x="8" y="${line + 4}" font-size="10">decisions</text>`,
    `<path d="M${size.left} ${line}H${size.left + plot.width}" stroke="${colors.grid}"/>`,
    `<path d="${marks.join('')}" stroke="${colors.capacity}" stroke-width="1"/>`,
  ].join('\n');
}

function legend(): string[] {
  const entries = [
    [colors.load, 'load, in units of capacity'],
    [colors.capacity, 'capacity'],
    [colors.unserved, 'load that was not served'],
    [colors.text, 'decisions: out up, in down'],
  ];
  return entries.flatMap(([color = '', words = ''], index) => {
    const left = size.left + index * 205;
    return [
      `<rect x="${left}" y="38" width="12" height="10" fill="${color}"/>`,
      `<text x="${left + 18}" y="47">${words}</text>`,
    ];
  });
}

function valueAxis(top: number, step: number, y: Scale): string[] {
  const count = Math.round(top / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step).flatMap((value) => [
    `<path d="M${size.left} ${y(value)}H${size.left + plot.width}" stroke="${colors.grid}"/>`,
    `<text x="${size.left - 8}" y="${y(value) + 4}" text-anchor="end">${round(value)}</text>`,
  ]);
}

/** Distances between labels, in seconds. */
const timeSteps = [60, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

function timeAxis({ intervals, intervalSeconds, start }: Chart): string[] {
  const total = intervals.length * intervalSeconds;
  const step = timeSteps.find((seconds) => total / seconds <= 9) ?? total;
  const offset = start === undefined ? 0 : (step - ((start / 1000) % step)) % step;
  const labels: string[] = [];
  for (let at = offset; at <= total; at += step) {
    const left = round(size.left + (plot.width * at) / total);
    const anchor = left > size.left + plot.width - 30 ? 'end' : at === 0 ? 'start' : 'middle';
    labels.push(
      `<path d="M${left} ${size.top + plot.height}v5" stroke="${colors.text}"/>`,
      `<text x="${left}" y="${size.top + plot.height + 18}" text-anchor="${anchor}">${timeLabel(at, step, start)}</text>`,
    );
  }
  return labels;
}

function timeLabel(at: number, step: number, start: number | undefined): string {
  if (start !== undefined) {
    const iso = new Date(start + at * 1000).toISOString();
    return step >= 86_400 ? iso.slice(0, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  }
  if (step >= 86_400) return `day ${round(at / 86_400)}`;
  return step >= 3600 ? `${round(at / 3600)} h` : `${round(at / 60)} min`;
}

/** Returns the next of 1, 2, 5, 10, 20, ... */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least - 1e-12) ?? 10 * power;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
