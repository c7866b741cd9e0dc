import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetEntries, changeEntries } from '../lib/model/audit-entries.ts';
import { metrics } from '../lib/model/metrics.ts';
import { folders } from './folders.ts';

const decisions = join(import.meta.dirname, 'decisions');

/** Returns the page with the map of folders between its markers. */
export function withFolderMap(text: string): string {
  const rows = Object.entries(folders)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, purpose]) => `| \`${path}/\` | ${purpose} |`);
  const table = ['| folder | purpose |', '|---|---|', ...rows].join('\n');
  return text.replace(/(<!-- folders -->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`);
}

/** Returns the page with the table of metrics between its markers. */
export function withMetrics(text: string): string {
  const rows = Object.entries(metrics).map(([name, { unit, dimensions, what }]) => {
    const sets = dimensions.map((set) =>
      set.length === 0 ? 'none' : set.map((one) => `\`${one}\``).join(' and '),
    );
    return `| \`${name}\` | ${unit} | ${sets.join('; ')} | ${what} |`;
  });
  const table = ['| metric | unit | dimensions | content |', '|---|---|---|---|', ...rows].join('\n');
  return text.replace(/(<!-- metrics -->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`);
}

/** Returns the page with the catalog of audit entries between its markers. */
export function withEntries(text: string): string {
  const named = (table: object) =>
    Object.keys(table)
      .map((name) => `\`${name}\``)
      .join(', ');
  const rows = [`| of a change | ${named(changeEntries)} |`, `| of an asset | ${named(assetEntries)} |`];
  const table = ['| chain | entries |', '|---|---|', ...rows].join('\n');
  return text.replace(/(<!-- entries -->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`);
}

interface Decision {
  file: string;
  number: string;
  title: string;
  date: string;
  status: string;
}

/**
 * Reads a decision record: the heading, `# NUMBER. TITLE`, and a line `Date: YYYY-MM-DD`. A line that begins with
 * `Amended by`, `Narrowed by` or `Superseded by` and links to another decision is its status. Without one, it is
 * accepted.
 */
export function readDecision(file: string, text: string): Decision {
  const [, number, title] = /^# 0*(\d+)[.:]? (.+)$/m.exec(text) ?? [];
  const [, date] = /^Date: (\d{4}-\d{2}-\d{2})\b/m.exec(text) ?? [];
  const [status = 'accepted'] = /^(?:Amended|Narrowed|Superseded) by \[.*?\]\(.*?\)/m.exec(text) ?? [];
  if (number === undefined || title === undefined || date === undefined)
    throw new Error(
      `docs/decisions/${file}: expected a heading "# NUMBER. TITLE" and a line "Date: YYYY-MM-DD".`,
    );
  return { file, number: number.padStart(4, '0'), title, date, status };
}

/** Returns the index of the decision records, by number. */
export function decisionIndex(): string {
  const rows = readdirSync(decisions)
    .filter((file) => /^\d.*\.md$/.test(file))
    .toSorted()
    .map((file) => readDecision(file, readFileSync(join(decisions, file), 'utf8')))
    .map(
      ({ file, number, title, date, status }) => `| ${number} | [${title}](${file}) | ${date} | ${status} |`,
    );
  return [
    '<!-- Written by docs/generate.ts. -->',
    '# Decisions',
    '',
    'One page for each decision that argues with the design or that the code does not explain by itself.',
    '',
    '| number | decision | date | status |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
