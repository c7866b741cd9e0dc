import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { folders } from '../docs/folders.ts';
import { decisionIndex, readDecision, withEntries, withFolderMap } from '../docs/indexes.ts';

const root = join(import.meta.dirname, '..');
const page = (path: string) => readFileSync(join(root, 'docs', path), 'utf8');

/** Folders below `lib`, two levels deep. */
const folderPaths = readdirSync(join(root, 'lib'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => [
    `lib/${name}`,
    ...readdirSync(join(root, 'lib', name), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `lib/${name}/${entry.name}`),
  ]);

describe('the map of folders', () => {
  it('names every folder below lib: add a row to docs/folders.ts', () => {
    expect(folderPaths.filter((path) => !(path in folders))).toEqual([]);
  });

  it('names no folder that does not exist', () => {
    expect(Object.keys(folders).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('is current in docs/architecture.md: run `npx node docs/generate.ts`', () => {
    expect(withFolderMap(page('architecture.md'))).toBe(page('architecture.md'));
  });
});

test('the catalog of audit entries is current in docs/audit.md: run `npx node docs/generate.ts`', () => {
  expect(withEntries(page('audit.md'))).toBe(page('audit.md'));
});

describe('the index of decisions', () => {
  it('is current: run `npx node docs/generate.ts`', () => {
    expect(page('decisions/README.md')).toBe(decisionIndex());
  });

  it('rejects a decision without a date or a heading', () => {
    expect(() => readDecision('0001-x.md', '# 1. Title\n\nText')).toThrow(/0001-x\.md.*Date: YYYY-MM-DD/);
    expect(() => readDecision('0001-x.md', 'Date: 2026-11-20\n')).toThrow(/heading/);
    const text = '# 0041: Title\n\nDate: 2026-11-20\n\nSuperseded by [decision 50](0050-x.md).\n';
    expect(readDecision('0041-title.md', text)).toEqual({
      file: '0041-title.md',
      number: '0041',
      title: 'Title',
      date: '2026-11-20',
      status: 'Superseded by [decision 50](0050-x.md)',
    });
  });
});

describe('docs/glossary.md', () => {
  const rows = [...page('glossary.md').matchAll(/^\| ([a-z ]+) \| (.+) \| `(.+)` \|$/gm)];

  it('has one sentence for each word, in order', () => {
    expect(rows.length).toBeGreaterThan(40);
    const words = rows.map(([, word = '']) => word);
    expect(words).toEqual(words.toSorted());
    for (const [, word, meaning = ''] of rows) expect(meaning, word).toMatch(/^[A-Z].*\.$/);
  });

  it('names code that exists', () => {
    for (const [, word, , path = ''] of rows)
      expect(existsSync(join(root, path)), `${word}: ${path}`).toBe(true);
  });
});
