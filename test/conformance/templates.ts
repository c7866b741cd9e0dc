import { describeProblem } from '../../lib/model/errors.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { carryOut } from './carry-out.ts';
import { type Outcome, outcomeOf, readCases, type TemplateCase } from './template-cases.ts';

/**
 * `npm run conformance -- templates FILE FOLDER` prints one line for each template of FILE with an unexpected outcome,
 * and then `N of M`. Returns 0 only if all pass.
 */
export async function run(args: string[]): Promise<number> {
  const [file, folder] = args;
  if (file === undefined || folder === undefined) {
    process.stderr.write('usage: npm run conformance -- templates FILE FOLDER\n');
    return 2;
  }
  const lookup = typeLookup(ensureTypes());
  const cases = readCases(file);
  let held = 0;
  for (const item of cases) {
    const judged = outcomeOf(item, folder, lookup);
    // Applies templates that are admitted. The others are rejected before a cloud is started.
    const outcome = judged.outcome === 'complete' ? await carryOut(item, folder, lookup) : judged;
    if (holds(item, outcome)) held++;
    else process.stdout.write(`${item.file}: expected ${wanted(item)}, got ${described(outcome)}\n`);
  }
  process.stdout.write(`${held} of ${cases.length}\n`);
  return held === cases.length ? 0 : 1;
}

function holds(item: TemplateCase, outcome: Outcome): boolean {
  if (item.outcome === 'either') return true;
  const reasons = (item.reasons ?? []).toSorted();
  return outcome.outcome === item.outcome && outcome.reasons.join(' ') === reasons.join(' ');
}

const wanted = ({ outcome, reasons = [] }: TemplateCase) => [outcome, ...reasons].join(' ');

function described({ outcome, reasons, problems }: Outcome): string {
  const [first] = problems;
  const detail =
    first === undefined ? '' : ` (${problems.length} problems, the first: ${describeProblem(first)})`;
  return [outcome, ...reasons].join(' ') + detail;
}
