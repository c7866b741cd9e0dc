import type { ControlEvidence, Evidence, RuleEvidence, WaiverUse } from './evidence.ts';

/** Number of change ids to name on a line. The rest are counted. */
const named = 10;

/**
 * Formats evidence as Markdown, for reading and filing.
 *
 * @param trail a description of the trail: whether it was verified, and up to when
 */
export function evidenceMarkdown(evidence: Evidence, trail: string): string {
  const { framework, from, to, account, region, controls, changes } = evidence;
  const withEvidence = controls.filter(({ judged }) => judged.length > 0);
  return [
    `# Evidence for ${framework.title}`,
    '',
    `- Time: ${from ?? 'the beginning'} to ${to ?? 'now'}`,
    `- Deployment: account ${account}, ${region}`,
    `- Trail: ${trail}`,
    `- Changes judged by policy: ${changes}`,
    `- Controls with evidence: ${withEvidence.length} of ${controls.length}`,
    `- Framework and mapping of rules: ${framework.source}`,
    '',
    'Only controls that a rule supports are listed; of any other this report says nothing. A rule supports a control,',
    'it does not prove it by itself. Where no change within the time touched what a rule judges, there is no evidence.',
    '',
    ...table(
      ['Control', 'Rules', 'Changes judged', 'Denied', 'Warned', 'Exceptions', 'Approved or reviewed'],
      controls.map((one) => [
        one.control,
        one.rules.length,
        ...counts(one).map((count) => count),
        one.decided.length,
      ]),
    ),
    ...withEvidence.flatMap(controlMarkdown),
    ...withoutMarkdown(controls.filter(({ judged }) => judged.length === 0)),
    '',
  ].join('\n');
}

function counts({ rules, judged }: ControlEvidence): number[] {
  const distinct = (lists: string[][]) => new Set(lists.flat()).size;
  return [
    judged.length,
    distinct(rules.map(({ denied }) => denied)),
    distinct(rules.map(({ warned }) => warned)),
    rules.reduce((count, { waived }) => count + waived.length, 0),
  ];
}

function controlMarkdown({ control, rules, judged, decided }: ControlEvidence): string[] {
  const spoke = rules.filter((one) => one.judged.length > 0);
  const silent = rules.filter((one) => one.judged.length === 0).map(({ rule }) => rule);
  const waived = spoke.flatMap((one) => one.waived);
  return [
    '',
    `## ${control}`,
    '',
    ...table(
      ['Rule', 'Changes judged', 'Denied', 'Warned', 'Judged again at the call', 'Exceptions'],
      spoke.map((one) => [one.rule, ...ruleCounts(one)]),
    ),
    '',
    `Changes: ${ids(judged)}`,
    ...(decided.length > 0 ? ['', `Approved or reviewed by people: ${ids(decided)}`] : []),
    ...spoke
      .filter(({ denied }) => denied.length > 0)
      .map(({ rule, denied }) => `\nDenied by ${rule}: ${ids(denied)}`),
    ...spoke
      .filter(({ warned }) => warned.length > 0)
      .map(({ rule, warned }) => `\nWarned by ${rule}: ${ids(warned)}`),
    ...(waived.length > 0
      ? ['', 'Exceptions in use:', '', ...waived.map((use) => `- ${waiverText(use)}`)]
      : []),
    ...(silent.length > 0 ? ['', `No evidence of: ${silent.join(', ')}`] : []),
  ];
}

function ruleCounts({ judged, denied, warned, pending, waived }: RuleEvidence): number[] {
  return [judged.length, denied.length, warned.length, pending.length, waived.length];
}

function withoutMarkdown(controls: readonly ControlEvidence[]): string[] {
  if (controls.length === 0) return [];
  const lines = controls.map(
    ({ control, rules }) => `- ${control}: ${rules.map(({ rule }) => rule).join(', ')}`,
  );
  return [
    '',
    '## Controls without evidence',
    '',
    'No change within the time touched what their rules judge.',
    '',
    ...lines,
  ];
}

function waiverText({ changeId, waiver: { rule, resource, reason, approver, expires } }: WaiverUse): string {
  const by = approver ?? 'whoever approved the change';
  return `${changeId}: ${rule} on ${resource}, agreed by ${by} until ${expires}: ${oneLine(reason)}`;
}

function ids(changes: readonly string[]): string {
  const more = changes.length > named ? ` and ${changes.length - named} more` : '';
  return `${changes.slice(0, named).join(', ')}${more}`;
}

function table(heading: string[], rows: (string | number)[][]): string[] {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [row(heading), row(heading.map(() => '---')), ...rows.map(row)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

const columns = [
  'framework',
  'control',
  'rule',
  'changesJudged',
  'denied',
  'warned',
  'pending',
  'exceptions',
  'approvedOrReviewed',
  'judgedChanges',
  'deniedChanges',
  'warnedChanges',
  'exceptionsInUse',
];

/**
 * Formats evidence as CSV (RFC 4180) with one row for each rule of each control. Lists in a cell are separated by
 * spaces or `; `.
 */
export function evidenceCsv({ framework, controls }: Evidence): string {
  const rows = controls.flatMap(({ control, rules, decided }) =>
    rules.map((one) => [
      framework.name,
      control,
      one.rule,
      ...ruleCounts(one),
      one.judged.filter((changeId) => decided.includes(changeId)).length,
      one.judged.join(' '),
      one.denied.join(' '),
      one.warned.join(' '),
      one.waived.map(waiverText).join('; '),
    ]),
  );
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Escapes values that a spreadsheet would treat as formulas. */
function cell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
