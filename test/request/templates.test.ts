import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outcomeOf, readCases } from '../conformance/template-cases.ts';
import { lookup } from './normalise-text.ts';

const data = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const file = join(data, 'templates.json');
const cases = existsSync(file) ? readCases(file) : [];

describe.skipIf(cases.length === 0)('templates as people write them', () => {
  for (const item of cases) {
    test(`${item.file}: ${item.outcome} ${item.reasons?.join(' ') ?? ''}`, () => {
      const outcome = outcomeOf(item, join(data, 'templates'), lookup);
      if (item.outcome === 'either') return;
      expect({ outcome: outcome.outcome, reasons: outcome.reasons }).toEqual({
        outcome: item.outcome,
        reasons: item.reasons?.toSorted() ?? [],
      });
    });
  }
});
