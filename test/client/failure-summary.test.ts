import { describe, expect, it } from 'vitest';
import { failureText } from '../../lib/cli/failure-text.ts';
import { failureSummary } from '../../lib/client/requests/failure-summary.ts';
import type { RunState, Snapshot } from '../../lib/client/requests/watch-request.ts';
import type { StepRecord } from '../../lib/ledger/records.ts';
import type { Operation } from '../../lib/model/plan.ts';

type Told = [operation: Operation, resource: string, record?: Partial<StepRecord>];

/** Returns a run with the steps of its journal. A step without a record never started. */
function run(...steps: Told[]): RunState {
  return {
    plan: {
      steps: steps.map(([operation, resource]) => ({ operation, resource, type: 'AWS::SQS::Queue' })),
    },
    steps: steps.flatMap(([, , record], index) => (record === undefined ? [] : [{ index, ...record }])),
    retries: [],
    run: {},
  } as unknown as RunState;
}

function ended(status: 'Failed' | 'RolledBack', state: Partial<Snapshot>, onFailure = 'undo'): Snapshot {
  return { request: { status, header: { onFailure } }, problems: [], ...state } as unknown as Snapshot;
}

const done = { status: 'Succeeded', identifier: 'an-id' } as const;
const error = { code: 'AccessDenied', message: 'no right to do this' };
const failed = { status: 'Failed', failures: 1, error } as const;
const plain = (_tone: string, text: string) => text;

function textOf(snapshot: Snapshot): string[] {
  const summary = failureSummary(snapshot);
  if (summary === undefined) return [];
  return failureText(summary, { file: 'a.yaml', stopped: 'Canceled by ana.' }, plain).map((line) =>
    line.trimEnd(),
  );
}

describe('the summary of a failed run', () => {
  it('is undefined if nothing ran, or if the run completed', () => {
    expect(failureSummary(ended('Failed', {}))).toBeUndefined();
    const completed = { ...ended('Failed', { run: run(['create', 'A', done]) }) };
    expect(
      failureSummary({ ...completed, request: { ...completed.request, status: 'Completed' } }),
    ).toBeUndefined();
  });

  it('lists nothing left after a complete rollback', () => {
    const snapshot = ended('RolledBack', {
      run: run(['create', 'A', done], ['create', 'B', failed], ['create', 'C']),
      undo: run(['delete', 'A', done]),
    });
    expect(textOf(snapshot)).toEqual([
      '  Cause        create B (AWS::SQS::Queue) failed:',
      '               AccessDenied: no right to do this',
      '  Rolled back  1 of 1 step',
      '  Still there  nothing that this request created or changed',
      '  Next         correct B and submit a.yaml again',
    ]);
  });

  it('lists what the rollback failed at, what it retained, and what has no inverse', () => {
    const snapshot = ended('Failed', {
      run: run(['create', 'A', done], ['create', 'B', done], ['delete', 'C', done], ['update', 'D', failed]),
      undo: run(['delete', 'A', failed], ['retain', 'B', done]),
    });
    expect(failureSummary(snapshot)?.left.map(({ resource }) => resource)).toEqual(['A', 'B', 'C']);
    expect(textOf(snapshot)).toEqual([
      '  Cause        update D (AWS::SQS::Queue) failed:',
      '               AccessDenied: no right to do this',
      '  Rolled back  1 of 2 steps',
      '               delete A (AWS::SQS::Queue) failed:',
      '               AccessDenied: no right to do this',
      '  Still there  A (AWS::SQS::Queue), created: an-id',
      '               B (AWS::SQS::Queue), created: an-id',
      '               C (AWS::SQS::Queue), deleted: an-id',
      '  Next         correct D and submit a.yaml again',
      '               its plan starts from what is still there; to retire that: baton decommission ASSET...',
    ]);
  });

  it('lists what a failed creation left behind', () => {
    const snapshot = ended(
      'Failed',
      { run: run(['create', 'A', { ...failed, identifier: 'half' }]) },
      'keep',
    );
    expect(textOf(snapshot)).toEqual(
      expect.arrayContaining([
        '  Rolled back  nothing, as requested (onFailure: keep)',
        '  Still there  A (AWS::SQS::Queue), created: half',
      ]),
    );
  });

  it('says that it may succeed later if every attempt failed', () => {
    const snapshot = ended('RolledBack', { run: run(['create', 'A', { ...failed, failures: 5 }]) });
    expect(textOf(snapshot)).toEqual([
      '  Cause        create A (AWS::SQS::Queue) failed after 5 attempts:',
      '               AccessDenied: no right to do this',
      '  Rolled back  nothing was applied',
      '  Still there  nothing that this request created or changed',
      '  Next         submit a.yaml again later; each attempt ended with a transient error',
    ]);
  });

  it('says why the run stopped if no step failed', () => {
    const snapshot = ended('RolledBack', {
      run: run(['create', 'A', done]),
      undo: run(['delete', 'A', done]),
    });
    expect(textOf(snapshot)).toEqual([
      '  Cause        Canceled by ana.',
      '  Rolled back  1 of 1 step',
      '  Still there  nothing that this request created or changed',
      '  Next         submit a.yaml again if it is still needed',
    ]);
  });

  it('names a few of many failed steps', () => {
    const steps = Array.from({ length: 8 }, (_, index): Told => ['create', `R${index}`, failed]);
    const text = textOf(ended('RolledBack', { run: run(...steps) }));
    expect(text.filter((line) => line.includes('failed:'))).toHaveLength(5);
    expect(text).toContain('               and 3 more');
  });
});
