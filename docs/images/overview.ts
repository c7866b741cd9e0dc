// The layout uses fixed coordinates, because a picture this small needs no layout engine.

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
const page = { width: 960, height: 540 };

/** States of the main path through `govern-request`, with the machine's names. */
export const mainStates = [
  'Admit',
  'PlanChange',
  'EvaluatePolicy',
  'Rehearse',
  'OpenChange',
  'AwaitApproval',
  'CountDecisions',
  'FindWindow',
  'LockScope',
  'Revalidate',
  'ApplyPlan',
  'CloseChange',
];

const statesInRow = 6;
const stateWidth = 130;
const stateGap = 20;
const rowGap = 26;
const firstState = { x: 40, y: 146 };

/** Two rows, the second from right to left, so that the path never jumps. */
const states: Box[] = mainStates.map((title, index) => {
  const row = Math.floor(index / statesInRow);
  const column = row === 0 ? index : 2 * statesInRow - 1 - index;
  return {
    x: firstState.x + column * (stateWidth + stateGap),
    y: firstState.y + row * (rowHeight + rowGap),
    width: stateWidth,
    title,
    kind: 'state',
  };
});

const boxes: Box[] = [
  {
    x: 24,
    y: 20,
    width: 200,
    height: 62,
    title: 'People',
    lines: ['requests, approvals'],
    kind: 'person',
  },
  { x: 261, y: 20, width: 200, height: 62, title: 'Front door', lines: ['proves who speaks'] },
  { x: 498, y: 20, width: 200, height: 62, title: 'EventBridge bus baton', lines: ['and other senders'] },
  { x: 736, y: 20, width: 200, height: 62, title: 'Policies', lines: ['Cedar, as code'], kind: 'person' },
  { x: 24, y: 108, width: 912, height: 162, title: 'govern-request', kind: 'machine' },
  ...states,
  { x: 24, y: 306, width: 560, height: 104, title: 'apply-plan', kind: 'machine' },
  {
    x: 44,
    y: 346,
    width: 250,
    height: 50,
    title: 'Steps',
    lines: ['one child execution a resource'],
    kind: 'state',
  },
  {
    x: 314,
    y: 346,
    width: 250,
    height: 50,
    title: 'Pump',
    lines: ['in order of dependency, at full rate'],
    kind: 'state',
  },
  {
    x: 660,
    y: 328,
    width: 276,
    height: 62,
    title: 'Cloud Control API',
    lines: ['creates, updates, deletes'],
  },
  {
    x: 24,
    y: 452,
    width: 290,
    height: 62,
    title: 'Inventory',
    lines: ['assets, versions, relationships'],
    kind: 'store',
  },
  {
    x: 335,
    y: 452,
    width: 290,
    height: 62,
    title: 'Ledger',
    lines: ['decisions, runs, sealed audit trail'],
    kind: 'store',
  },
  {
    x: 646,
    y: 452,
    width: 290,
    height: 62,
    title: 'Documents',
    lines: ['plans, verdicts, capsules, by hash'],
    kind: 'store',
  },
];

/** Arrows from one state to the next: along a row, and down at its end. */
const steps = states.slice(1).map(({ x, y }, index) => {
  const from = states[index] ?? { x, y };
  if (from.y !== y) return `M${x + stateWidth / 2} ${from.y + rowHeight} V${y - 2}`;
  const middle = y + rowHeight / 2;
  return from.x < x
    ? `M${from.x + stateWidth} ${middle} H${x - 2}`
    : `M${from.x} ${middle} H${x + stateWidth + 2}`;
});

/** Arrows as paths. The last point has the head. */
const arrows: string[] = [
  'M224 51 H255',
  'M461 51 H492',
  'M598 82 V102',
  'M361 82 V102',
  'M836 82 V102',
  ...steps,
  'M255 252 V300',
  'M564 371 H654',
  'M170 410 V446',
  'M439 410 V446',
  'M584 396 H790 V446',
];

/** Colors of a theme: the page's panel, text, quiet text, lines, and the fills by kind. */
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

/** Returns the picture. It is opaque, so that it is readable on any page, and dark if the reader prefers that. */
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
    `text{${font}}.title{font-size:14px;font-weight:600}.small{font-size:12px}.line{font-size:12px}`,
    '.arrow{fill:none;stroke-width:1.5}rect{stroke-width:1}',
    colors(themes.light),
    `@media (prefers-color-scheme:dark){${colors(themes.dark)}}`,
  ].join('');
}

function colors(theme: (typeof themes)['light']): string {
  const fills = (['panel', 'plain', 'person', 'machine', 'state', 'store'] as const).map(
    (kind) => `.${kind}{fill:${theme[kind]};stroke:${theme.line}}`,
  );
  return `${fills.join('')}.title{fill:${theme.text}}.line{fill:${theme.quiet}}.arrow{stroke:${theme.line}}.head{fill:${theme.line}}`;
}
