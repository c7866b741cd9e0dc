// Everything is laid out on this one page by numbers: a picture this small needs no layout engine.

interface Box {
  x: number;
  y: number;
  width: number;
  height?: number;
  title: string;
  lines?: string[];
  kind?: 'store' | 'person' | 'machine' | 'state';
}

const rowHeight = 40;
const page = { width: 960, height: 470 };

/** States of the main way through `govern-request`, as the machine names them. */
export const mainStates = [
  'Admit',
  'PlanChange',
  'EvaluatePolicy',
  'OpenChange',
  'LockScope',
  'Revalidate',
  'ApplyPlan',
  'CloseChange',
];

const stateWidth = 96;
const stateGap = 16;
const firstState = { x: 40, y: 146 };

const states: Box[] = mainStates.map((title, index) => ({
  x: firstState.x + index * (stateWidth + stateGap),
  y: firstState.y,
  width: stateWidth,
  title,
  kind: 'state',
}));

const boxes: Box[] = [
  {
    x: 24,
    y: 20,
    width: 220,
    height: 62,
    title: 'Request',
    lines: ['CloudFormation, with a header'],
    kind: 'person',
  },
  {
    x: 370,
    y: 20,
    width: 220,
    height: 62,
    title: 'EventBridge bus baton',
    lines: ['on demand, or on a schedule'],
  },
  { x: 716, y: 20, width: 220, height: 62, title: 'Policies', lines: ['Cedar, as code'], kind: 'person' },
  { x: 24, y: 108, width: 912, height: 96, title: 'govern-request', kind: 'machine' },
  ...states,
  { x: 24, y: 240, width: 560, height: 104, title: 'apply-plan', kind: 'machine' },
  {
    x: 44,
    y: 280,
    width: 250,
    height: 50,
    title: 'Steps',
    lines: ['one child execution a resource'],
    kind: 'state',
  },
  {
    x: 314,
    y: 280,
    width: 250,
    height: 50,
    title: 'Pump',
    lines: ['in order of dependency, at full rate'],
    kind: 'state',
  },
  {
    x: 660,
    y: 262,
    width: 276,
    height: 62,
    title: 'Cloud Control API',
    lines: ['creates, updates, deletes'],
  },
  {
    x: 24,
    y: 386,
    width: 290,
    height: 62,
    title: 'Inventory',
    lines: ['assets, versions, relationships'],
    kind: 'store',
  },
  {
    x: 335,
    y: 386,
    width: 290,
    height: 62,
    title: 'Ledger',
    lines: ['changes, runs, hash-chained audit trail'],
    kind: 'store',
  },
  {
    x: 646,
    y: 386,
    width: 290,
    height: 62,
    title: 'Documents',
    lines: ['requests, plans, verdicts, by hash'],
    kind: 'store',
  },
];

/** Arrows as paths; the last point carries the head. */
const arrows: string[] = [
  'M244 51 H364',
  'M480 82 V102',
  'M826 82 V102',
  ...states.slice(1).map(({ x, y }) => `M${x - stateGap} ${y + rowHeight / 2} H${x - 2}`),
  'M760 204 V222 H304 V234',
  'M564 305 H620 V293 H654',
  'M170 344 V380',
  'M439 344 V380',
  'M584 330 H790 V380',
];

/** Colours of a theme: the page's panel, text, quiet text, lines, and the fills by kind. */
const themes = {
  light: {
    panel: '#ffffff',
    text: '#1f2328',
    quiet: '#59636e',
    line: '#818b98',
    plain: '#f6f8fa',
    person: '#fff8c5',
    machine: '#eaf3ff',
    state: '#ffffff',
    store: '#e6f6ea',
  },
  dark: {
    panel: '#0d1117',
    text: '#f0f6fc',
    quiet: '#9198a1',
    line: '#656c76',
    plain: '#1a212b',
    person: '#332b0f',
    machine: '#10233f',
    state: '#1a2f4f',
    store: '#12301c',
  },
};

/** The picture: opaque, so that it is readable on any page, and dark where the reader prefers dark. */
export function overview(): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${page.width} ${page.height}" width="${page.width}" height="${page.height}" role="img" aria-label="The way of a request through Baton">`,
    `<style>${style()}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    `<rect class="panel" x="0.5" y="0.5" width="${page.width - 1}" height="${page.height - 1}" rx="10"/>`,
    ...boxes.map(drawBox),
    ...arrows.map((path) => `<path class="arrow" d="${path}" marker-end="url(#head)"/>`),
    '</svg>',
    '',
  ].join('\n');
}

function drawBox({ x, y, width, height = rowHeight, title, lines = [], kind }: Box): string {
  const frame = kind === 'machine';
  const middle = x + (frame ? 12 : width / 2);
  const anchor = frame ? 'start' : 'middle';
  const first = frame ? y + 24 : y + height / 2 + 5 - lines.length * 9;
  const size = kind === 'state' && lines.length === 0 ? ' small' : '';
  return [
    `<rect class="${kind ?? 'plain'}" x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>`,
    `<text class="title${size}" x="${middle}" y="${first}" text-anchor="${anchor}">${title}</text>`,
    ...lines.map(
      (line, index) =>
        `<text class="line" x="${middle}" y="${first + 18 * (index + 1)}" text-anchor="${anchor}">${line}</text>`,
    ),
  ].join('\n');
}

function style(): string {
  const font = 'font-family:-apple-system,"Segoe UI",Helvetica,Arial,sans-serif';
  return [
    `text{${font}}.title{font-size:14px;font-weight:600}.small{font-size:10.5px}.line{font-size:12px}`,
    '.arrow{fill:none;stroke-width:1.5}rect{stroke-width:1}',
    colours(themes.light),
    `@media (prefers-color-scheme:dark){${colours(themes.dark)}}`,
  ].join('');
}

function colours(theme: (typeof themes)['light']): string {
  const fills = (['panel', 'plain', 'person', 'machine', 'state', 'store'] as const).map(
    (kind) => `.${kind}{fill:${theme[kind]};stroke:${theme.line}}`,
  );
  return `${fills.join('')}.title{fill:${theme.text}}.line{fill:${theme.quiet}}.arrow{stroke:${theme.line}}.head{fill:${theme.line}}`;
}
