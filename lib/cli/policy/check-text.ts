import type { DocumentVerdict } from '../../policy/index.ts';
import { counted, type Paint, type Tone } from '../style.ts';
import type { JudgedFile, JudgedRule } from './judge-files.ts';

/** Up to this many named rules, the result of each is shown. */
const namedMax = 10;

const tones: Record<DocumentVerdict, Tone> = { FAIL: 'bad', PASS: 'good', SKIP: 'quiet' };

/** Formats the results: for each file the rules it violates, with place and remedy, and then the summary. */
export function checkText(files: readonly JudgedFile[], named: boolean, paint: Paint): string[] {
  const lines = files.flatMap(({ file, rules }) => {
    const told = rules.filter((one) => one.verdict === 'FAIL' || (named && rules.length <= namedMax));
    return [
      `${paint('strong', file)}: ${countsText(rules)}`,
      ...told.flatMap((one) => ruleText(file, one, paint)),
      ...rules.flatMap((one) => suppressionText(one, paint)),
      '',
    ];
  });
  const all = files.flatMap(({ rules }) => rules);
  return [...lines, `${counted(files.length, 'file')}: ${countsText(all)}`];
}

function countsText(rules: readonly JudgedRule[]): string {
  const count = (verdict: DocumentVerdict) => rules.filter((one) => one.verdict === verdict).length;
  return `${count('FAIL')} FAIL, ${count('PASS')} PASS, ${count('SKIP')} SKIP`;
}

function ruleText(file: string, { rule, verdict, violations }: JudgedRule, paint: Paint): string[] {
  const title = `  ${paint(tones[verdict], verdict)} ${paint('strong', rule.id)}`;
  if (violations.length === 0) return [title];
  return [
    `${title} (${rule.severity})`,
    ...violations.flatMap(({ resource, path, line, message }) => [
      `       ${file}${line === undefined ? '' : `:${line}`}  ${[resource, path].filter(Boolean).join('.')}`,
      `         ${message}`,
    ]),
    ...(rule.remedy === undefined ? [] : [`       ${paint('quiet', rule.remedy)}`]),
    ...(rule.alternatives.length === 0
      ? []
      : [`       ${paint('quiet', `Or meet its alternative: ${rule.alternatives.join(', ')}`)}`]),
  ];
}

function suppressionText({ rule, suppressed }: JudgedRule, paint: Paint): string[] {
  const byResource = new Map(suppressed.map((one) => [one.resource, one]));
  return [...byResource.values()].map(({ resource, reason }) =>
    paint('quiet', `  suppressed ${rule.id}  ${resource}: ${reason ?? 'without a reason'}`),
  );
}
