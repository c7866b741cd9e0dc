import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { formProblem } from '../../lib/audit/forms.ts';
import {
  assetEntries,
  type ChangeEntry,
  changeEntries,
  type EntryName,
  type EntryOf,
  formerEntries,
  type ReadDetail,
} from '../../lib/model/audit-entries.ts';

const root = join(import.meta.dirname, '..', '..');
const files = ['lib', 'lambdas', 'statemachines', 'bin']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts') && file !== 'lib/model/audit-entries.ts')
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const names = [...Object.keys(changeEntries), ...Object.keys(assetEntries)] as EntryName[];

/** Where types hold a name to the catalog: in what is written, its key, a row of an operation, and the verifier. */
const typed =
  /\b(event|key|recordedAs)\b.*[:?]|\b(isEntry|waitEntry|endOf|entry)\(|Entry(Of)?<|'\] as const|`\w+-\$\{|^\/\*\*/;
/** Names that are also codes of refusals or reasons to wake a task, which have types of their own. */
const otherWords = [
  'DecisionRecorded',
  'CancellationRequested',
  'ScopeBound',
  'ChangeExpired',
  'CapsuleStale',
];
const spelled = names.filter((name) => !otherWords.includes(name));

/** Returns the lines that spell the name of an entry in a place where nothing holds it to the catalog. */
function stray(text: string): string[] {
  const found = new RegExp(`['\`](${spelled.join('|')})(['\`]|-\\$)`);
  return text.split('\n').filter((line) => found.test(line) && !typed.test(line.trim()));
}

describe('the catalog of audit entries', () => {
  it('is the only place that spells names, apart from typed calls', () => {
    expect(stray("  const kind = 'RunEnded';")).toHaveLength(1);
    expect(stray("  event: 'RunEnded',")).toEqual([]);
    const wrong = files.flatMap(({ file, text }) => stray(text).map((line) => `${file}: ${line.trim()}`));
    expect(wrong).toEqual([]);
  });

  it('has no entry that nothing writes', () => {
    const writers = files.filter(({ file }) => /^lib\/(tasks|model)\//.test(file)).map(({ text }) => text);
    const written = (name: string) => writers.some((text) => new RegExp(`['\`]${name}\\b`).test(text));
    // `Change${status}` of the ways in which an approval ends.
    const ends = ['ChangeApproved', 'ChangeRejected', 'ChangeWithdrawn', 'ChangeExpired'];
    expect(names.filter((name) => !written(name) && !ends.includes(name))).toEqual([]);
  });

  it('has each name once', () => {
    const all = [...names, ...Object.keys(formerEntries)];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('an entry to write', () => {
  it('has every field of its row, and is read without those that earlier versions lack', () => {
    expectTypeOf<{ event: 'AssetBlessed' }>().not.toExtend<Pick<ChangeEntry, 'event'>>();
    expectTypeOf<{ scope: string }>().not.toExtend<EntryOf<'ScopeLocked'>['detail']>();
    expectTypeOf<{ scope: string; planHash: string }>().toExtend<EntryOf<'ScopeLocked'>['detail']>();
    expectTypeOf<{ scope: string }>().toExtend<ReadDetail<'ScopeLocked'>>();
    expectTypeOf<{ planHash: string }>().not.toExtend<ReadDetail<'RunBegun'>>();
  });
});

describe('an entry as read is refused', () => {
  const hash = 'a'.repeat(64);
  const refused: Record<string, [kind: 'change' | 'asset', event: string, detail: Record<string, unknown>]> =
    {
      'with an unknown name': ['change', 'RunBlessed', {}],
      'on the chain of another kind': ['asset', 'RunEnded', { runId: 'r', succeeded: 1 }],
      'of an asset, on the chain of a change': [
        'change',
        'AssetGone',
        { version: 1, changeId: 'c', assetHash: hash },
      ],
      'without a field': ['change', 'RunEnded', { runId: 'r' }],
      'with a field of another type': ['change', 'RunEnded', { runId: 'r', succeeded: 'all' }],
      'with another type of a field that may be missing': ['change', 'RequestClosed', { status: 7 }],
      'with the name of something inherited': ['change', 'constructor', {}],
    };
  for (const [what, [kind, event, detail]] of Object.entries(refused))
    it(what, () => {
      expect(formProblem(kind, { event, detail })).toBeTypeOf('string');
    });

  it('but not one of an earlier version', () => {
    expect(formProblem('change', { event: 'RequestClosed', detail: {} })).toBeUndefined();
    expect(formProblem('change', { event: 'PlanStale', detail: { moved: 'x' } })).toBeUndefined();
    expect(
      formProblem('asset', { event: 'AssetGone', detail: { version: 1, changeId: 'c', assetHash: hash } }),
    ).toBeUndefined();
  });
});
