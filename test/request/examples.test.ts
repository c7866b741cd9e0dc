import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normalized } from './normalize-text.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples');

describe('the examples need no input', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    test(file, () => expect(normalized(readFileSync(join(folder, file), 'utf8')).resources).not.toEqual([]));
  }
});
