import { describe, expect, test } from 'vitest';
import type { StepRecord } from '../../../lib/ledger/records.ts';
import { endedSteps, reportOf } from '../../../lib/tasks/pump/report.ts';

const begun = Date.parse('2026-01-01T00:00:00.000Z') / 1000;
const at = (seconds: number) => new Date((begun + seconds) * 1000).toISOString();

/** Step 2 needs steps 0 and 1. Step 3 has no dependencies. */
const view = (steps: Partial<StepRecord>[]) =>
  ({
    run: { requestId: 'r-1', startedAt: at(0) },
    plan: { scope: 'dev/shop' },
    graph: { dependencies: [[], [], [0, 1], []] },
    steps: steps.map((step, index) => ({ index, status: 'Waiting', ...step })),
  }) as never;
const report = (steps: Partial<StepRecord>[], more: { held?: number[]; after?: number; ended?: number[] }) =>
  reportOf(view(steps), {
    endedBefore: new Set(more.ended),
    held: more.held ?? [],
    now: at(more.after ?? 100),
  });

test('a tick names its run', () => {
  expect(report([], {})).toMatchObject({ requestId: 'r-1', scope: 'dev/shop' });
});

describe('the lag is the longest time that a step has been ready', () => {
  const done = (seconds: number): Partial<StepRecord> => ({
    status: 'Succeeded',
    finishedAtSeconds: begun + seconds,
  });
  const rows: [what: string, steps: Partial<StepRecord>[], held: number[], lag: number][] = [
    ['nothing is held', [{}, {}, {}, {}], [], 0],
    ['since the run began', [{}, {}, {}, {}], [3], 100],
    ['since the last dependency ended', [done(20), done(60), {}, {}], [2], 40],
    ['since the delay of a retry passed', [{ retryAtSeconds: begun + 90 }], [0], 10],
    ['not while a delay lasts', [{ retryAtSeconds: begun + 130 }], [0], 0],
    ['of several', [done(20), done(60), {}, {}], [2, 3], 100],
  ];
  for (const [what, steps, held, lag] of rows)
    test(what, () => {
      expect(report(steps, { held }).lagSeconds).toBe(lag);
    });
});

describe('a tick counts the calls that were denied in it', () => {
  const failed = (code: string): Partial<StepRecord> => ({ status: 'Failed', error: { code, message: '' } });
  test('by policy and by IAM, and nothing else', () => {
    const steps = ['PolicyDenied', 'AccessDenied', 'AccessDeniedException', 'NotFound'].map(failed);
    expect(report(steps, {})).toMatchObject({ deniedByPolicy: 1, deniedByIam: 2 });
  });
  test('and not those denied before', () => {
    const steps = [failed('PolicyDenied'), failed('PolicyDenied')];
    expect(report(steps, { ended: [0] }).deniedByPolicy).toBe(1);
    expect([...endedSteps(view([failed('PolicyDenied'), {}]))]).toEqual([0]);
  });
  test('and not steps that wait for a retry', () => {
    expect(report([{ ...failed('AccessDenied'), status: 'Waiting' }], {}).deniedByIam).toBe(0);
  });
});
