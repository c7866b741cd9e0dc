import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decisionMilliseconds, policies } from '../policy/speed.ts';
import { compareWithUnsliced } from '../policy/unsliced.ts';
import { figureOf, type Row } from './figures.ts';

const root = join(import.meta.dirname, '..', '..');
const templates = join(root, '..', 'shared', 'data', 'templates');

/** How often random policies are generated again. The variety of 40 policies is limited. */
const seeds = 20;

/** Measures evaluations with many policies, complete templates with all rules, and slicing compared with no slicing. */
export function policyRows(decisions: number, repeats: number): Row[] {
  return [
    decisionRow('all values known', false, 0.15),
    decisionRow('a value unknown', true, 1),
    ...templateRows(repeats),
    comparisonRow(decisions),
  ];
}

function decisionRow(what: string, open: boolean, limit: number): Row {
  // The first round reads types and warms up Node's compiler.
  decisionMilliseconds(open);
  const milliseconds = figureOf(decisionMilliseconds(open));
  return {
    section: 'policy',
    name: `decision among ${policies.toLocaleString('en-US')} policies, ${what}`,
    figures: { 'ms (median / p95)': milliseconds },
    target: `median ≤ ${limit} ms`,
    met: milliseconds.median <= limit,
  };
}

/** Measures the command in a separate process: start, rules, files and verdicts. */
function templateRows(repeats: number): Row[] {
  if (!existsSync(templates)) return [];
  const check = [join('bin', 'baton.ts'), 'policy', 'check', templates, '--format', 'json'];
  const seconds = Array.from({ length: repeats + 1 }, () => {
    const from = performance.now();
    const child = spawnSync(process.execPath, check, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (child.status === 1 || child.status === null) throw new Error(`bench: policy check: ${child.stderr}`);
    return (performance.now() - from) / 1000;
  });
  // The first run may compile the packs, and the others use the result.
  const [first = Number.NaN, ...others] = seconds;
  const figure = figureOf(others);
  return [
    {
      section: 'policy',
      name: 'policy check of all shared templates by all rules',
      figures: { 's (median / p95)': figure, 'first, s': first },
      target: '< 3 s',
      met: figure.p95 < 3,
    },
  ];
}

function comparisonRow(decisions: number): Row {
  const each = Math.ceil(decisions / seeds);
  const comparisons = Array.from({ length: seeds }, (_, seed) => compareWithUnsliced(each, seed + 1));
  const differences = comparisons.flatMap((one) => one.differences);
  if (differences[0] !== undefined) console.log(differences[0]);
  return {
    section: 'policy',
    name: `slicing against none, ${(each * seeds).toLocaleString('en-US')} random decisions`,
    figures: {
      differences: differences.length,
      denied: comparisons.reduce((sum, { denied }) => sum + denied, 0),
      open: comparisons.reduce((sum, { open }) => sum + open, 0),
    },
    target: '0 differences',
    met: differences.length === 0,
  };
}
