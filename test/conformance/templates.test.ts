import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { isTried } from '../sample.ts';
import { carryOut } from './carry-out.ts';
import { outcomeOf, readCases } from './template-cases.ts';

const lookup = typeLookup(ensureTypes());

/** Files of cases and the folders of their templates. */
const suites: [string, string, string][] = [
  [
    'our own',
    join(import.meta.dirname, 'cases', 'templates.json'),
    join(import.meta.dirname, 'cases', 'templates'),
  ],
  ['from public repositories', ...inShared('templates.json', 'templates')],
];

function inShared(file: string, folder: string): [string, string] {
  const data = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
  return [join(data, file), join(data, folder)];
}

for (const [name, file, folder] of suites) {
  describe.skipIf(!existsSync(file))(`templates, ${name}`, () => {
    for (const [index, item] of (existsSync(file) ? readCases(file) : []).entries()) {
      // Rejections are cheap. Of the templates that complete, `npm run conformance -- templates` applies all.
      const isSampled = item.outcome !== 'complete' || isTried(index, 12);
      test.skipIf(!isSampled)(
        `${item.file}: ${[item.outcome, ...(item.reasons ?? [])].join(' ')}`,
        async () => {
          const judged = outcomeOf(item, folder, lookup);
          const carriedOut = judged.outcome === 'complete' ? await carryOut(item, folder, lookup) : judged;
          const { outcome, reasons } = carriedOut;
          if (item.outcome === 'either') return;
          expect({ outcome, reasons }).toEqual({
            outcome: item.outcome,
            reasons: (item.reasons ?? []).toSorted(),
          });
        },
      );
    }
  });
}
