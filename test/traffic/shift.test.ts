import { describe, expect, test } from 'vitest';
import { type FailedSide, liftMarks, markOf, refusalOf } from '../../lib/traffic/failed-sides.ts';
import { beginShift } from '../../lib/traffic/shift/begin.ts';
import { replayShift } from '../../lib/traffic/shift/record.ts';
import { planOf, play, told, type Weather, well } from './shift-world.ts';

const canary = planOf({
  strategy: 'custom',
  steps: [
    { weight: 5, bake: '3m' },
    { weight: 25, bake: '3m' },
  ],
  bake: '2m',
  alarms: ['errors'],
  patience: '5m',
});
const fine: Weather = () => ({});

/** What happens at each interval of a minute, and what the shift makes of it. */
const stories: [string, Weather, string[]][] = [
  [
    'goes through its steps, is promoted, and is done when the old side has drained',
    fine,
    [
      ...['set-weight 5', 'hold bake', 'set-weight 25', 'hold bake', 'set-weight 100', 'hold bake'],
      ...['promote promote', 'done promoted'],
    ],
  ],
  [
    'goes back from the first step as soon as an alarm fires',
    (_, weight) => ({ alarms: { errors: weight > 0 ? 'ALARM' : 'OK' } }),
    ['set-weight 5', 'roll-back 0', 'hold retreat', 'done rolled-back'],
  ],
  [
    'ends at once if an alarm fires before the first step',
    () => ({ alarms: { errors: 'ALARM' } }),
    ['done rolled-back'],
  ],
  [
    'waits for a person without traffic',
    (_, weight) => (weight === 5 ? { samples: 3 } : {}),
    [
      'set-weight 5',
      'hold bake',
      'hold waits for data',
      'wait-for-person no data',
      'wait-for-person waiting',
    ],
  ],
  [
    'waits for a person if an alarm has no data',
    () => ({ alarms: { errors: 'INSUFFICIENT_DATA' } }),
    [
      'set-weight 5',
      'hold bake',
      'hold waits for data',
      'wait-for-person no data',
      'wait-for-person waiting',
    ],
  ],
  [
    'continues without data if a person says so, for this step only',
    (interval, weight) => ({
      samples: weight > 0 ? 0 : 9,
      ...(interval === 12 ? { command: 'continue' } : {}),
    }),
    [
      ...[
        'set-weight 5',
        'hold bake',
        'hold waits for data',
        'wait-for-person no data',
        'wait-for-person waiting',
      ],
      ...['hold continue', 'set-weight 25', 'hold bake', 'hold waits for data', 'wait-for-person no data'],
      'wait-for-person waiting',
    ],
  ],
  [
    'sends no traffic to a side that is not ready',
    () => ({ targetReady: null }),
    ['hold waits for readiness', 'wait-for-person no readiness', 'wait-for-person waiting'],
  ],
  [
    'pauses, and continues where it was',
    (interval) => (interval === 2 ? { command: 'pause' } : interval === 9 ? { command: 'continue' } : {}),
    [
      ...['set-weight 5', 'hold bake', 'wait-for-person pause', 'wait-for-person paused', 'hold continue'],
      ...['set-weight 25', 'hold bake', 'set-weight 100', 'hold bake', 'promote promote', 'done promoted'],
    ],
  ],
  [
    'goes back while it is paused',
    (interval) =>
      interval === 2 ? { command: 'pause' } : interval === 5 ? { alarms: { errors: 'ALARM' } } : {},
    [
      ...['set-weight 5', 'hold bake', 'wait-for-person pause', 'wait-for-person paused', 'roll-back 0'],
      ...['hold retreat', 'done rolled-back'],
    ],
  ],
  [
    'puts the weight back first when a person aborts',
    (interval) => (interval === 6 ? { command: 'abort' } : {}),
    [
      'set-weight 5',
      'hold bake',
      'set-weight 25',
      'hold bake',
      'roll-back 0',
      'hold retreat',
      'done rolled-back',
    ],
  ],
  [
    'goes back while the old side drains',
    (_, weight, now) => (weight === 100 && now > 660 ? { alarms: { errors: 'ALARM' } } : {}),
    [
      ...['set-weight 5', 'hold bake', 'set-weight 25', 'hold bake', 'set-weight 100', 'hold bake'],
      ...['promote promote', 'roll-back 0', 'hold retreat', 'done rolled-back'],
    ],
  ],
  [
    'does not fight over a weight that someone else moved',
    (interval) => (interval === 3 ? { weight: 50 } : {}),
    ['set-weight 5', 'hold bake', 'wait-for-person moved', 'wait-for-person waiting'],
  ],
  [
    'sets a weight again that has not arrived',
    (interval) => (interval === 1 || interval === 2 ? { weight: 0 } : {}),
    [
      ...['set-weight 5', 'hold bake', 'set-weight 25', 'hold bake', 'set-weight 100', 'hold bake'],
      ...['promote promote', 'done promoted'],
    ],
  ],
  [
    'keeps traffic where it is while the stable side is not ready, until a person decides',
    (interval, weight) => ({
      alarms: { errors: weight > 0 ? 'ALARM' : 'OK' },
      stableReady: interval < 1 || interval > 20,
      ...(interval === 4 ? { command: 'continue' } : {}),
    }),
    [
      'set-weight 5',
      'wait-for-person failed',
      'wait-for-person unproven stable side',
      'roll-back 0',
      'hold retreat',
      'done rolled-back',
    ],
  ],
  [
    'goes back to the stable side once it is ready again',
    (interval, weight) => ({ alarms: { errors: weight > 0 ? 'ALARM' : 'OK' }, stableReady: interval > 3 }),
    [
      'set-weight 5',
      'wait-for-person failed',
      'wait-for-person unproven stable side',
      'roll-back 0',
      'hold retreat',
      'done rolled-back',
    ],
  ],
  [
    'waits for what still drains after the delay',
    (interval, weight) => ({ draining: weight === 100 && interval < 20 ? 2 : 0 }),
    [
      ...['set-weight 5', 'hold bake', 'set-weight 25', 'hold bake', 'set-weight 100', 'hold bake'],
      ...['promote promote', 'hold draining', 'done promoted'],
    ],
  ],
  [
    'waits for a change that is in flight before it goes back',
    (interval, weight) => ({ inFlight: interval === 1, alarms: { errors: weight > 0 ? 'ALARM' : 'OK' } }),
    ['set-weight 5', 'hold failed', 'roll-back 0', 'hold retreat', 'done rolled-back'],
  ],
  [
    'waits for a person if the weight can not be read',
    (interval) => (interval > 0 ? { weight: null } : {}),
    ['set-weight 5', 'hold waits for weight', 'wait-for-person no weight', 'wait-for-person waiting'],
  ],
];

test.each(stories)('a shift %s', (_name, weather, expected) => {
  const records = play(canary, weather, 40);
  expect(told(records)).toEqual(expected);
  expect(replayShift(canary, records)).toEqual([]);
});

test('all at once has no analysis: it is done when it is read back and drained', () => {
  const records = play(planOf({ strategy: 'all-at-once' }), () => ({ samples: null }));
  expect(told(records)).toEqual(['set-weight 100', 'promote promote', 'done promoted']);
});

test('a condition that can not be read is refused with the policy, before any shift is planned', () => {
  const metrics = [{ kind: 'condition', metric: 'rate', failure: 'rate > 0.5' }];
  expect(() => planOf({ strategy: 'canary-5-1m', metrics })).toThrow(/unknown name rate in rate > 0\.5/);
});

test('a shift from 25 percent goes back to 25 percent', () => {
  const plan = planOf({ strategy: 'canary-50-2m', alarms: ['errors'] }, 25);
  const records = play(plan, (_, weight) => ({ alarms: { errors: weight > 25 ? 'ALARM' : 'OK' } }));
  expect(told(records)).toEqual(['set-weight 50', 'roll-back 25', 'hold retreat', 'done rolled-back']);
});

describe('a record', () => {
  const records = play(canary, (_, weight) => ({ alarms: { errors: weight > 5 ? 'ALARM' : 'OK' } }));

  test('says what was read, which verdict, and why', () => {
    const failed = records.find(({ rule }) => rule === 'failed');
    expect(failed?.why).toBe('alarm errors failed: its state is ALARM; the weight is 25, expected 0');
    expect(failed?.judged).toContainEqual({
      ...{ rule: 'alarm errors', verdict: 'fail', why: 'its state is ALARM', tolerated: 0 },
    });
    expect(failed?.observed.weight).toBe(25);
  });

  test('that was changed does not replay', () => {
    const changed = structuredClone(records);
    const failed = changed.find(({ rule }) => rule === 'failed');
    if (failed !== undefined) failed.observed.alarms = { errors: 'OK' };
    expect(replayShift(canary, changed)).toEqual([expect.stringMatching(/recorded failed .*replayed bake/)]);
    const at = records.findIndex(({ rule, before }) => rule === 'next step' && before.step === 0);
    expect(replayShift(canary, records.toSpliced(at, 1))).toEqual([
      expect.stringMatching(new RegExp(`decision ${at}: it did not begin`)),
    ]);
  });
});

describe('a side that failed its analysis', () => {
  const records = play(canary, (_, weight) => ({ alarms: { errors: weight > 0 ? 'ALARM' : 'OK' } }));
  const marks = records.flatMap((record): FailedSide[] => {
    const mark = markOf(canary, record);
    return mark === undefined ? [] : [mark];
  });
  const before = { ...well, now: 10_000, weight: 0 };

  test('is marked once, and refused', () => {
    expect(marks).toEqual([
      { asset: 'rule-1', side: 'green', failedAt: 60, why: 'alarm errors failed: its state is ALARM' },
    ]);
    expect(beginShift(canary, marks, before)).toEqual({
      refused: expect.stringMatching(
        /^green failed its analysis for rule-1 at 60 .*a decision that lifts the mark/,
      ),
    });
    expect(
      beginShift({ ...canary, sides: { ...canary.sides, target: 'teal' } }, marks, before),
    ).toHaveProperty('state');
  });

  test('may be shifted to after a decision, until it fails again', () => {
    const decision = { by: 'ana', at: 5_000, reason: 'the database was down' };
    const lifted = liftMarks(marks, { asset: 'rule-1', side: 'green' }, decision);
    expect(beginShift(canary, lifted, before)).toHaveProperty('state');
    const again = [...lifted, { asset: 'rule-1', side: 'green', failedAt: 6_000, why: 'again' }];
    expect(refusalOf(again, canary)).toMatch(/again/);
    expect(refusalOf(liftMarks(again, { asset: 'rule-1', side: 'green' }, decision), canary)).toMatch(
      /again/,
    );
  });

  test('is not marked by an abort of a person', () => {
    const aborted = play(canary, (interval) => (interval === 2 ? { command: 'abort' } : {}));
    expect(aborted.map((record) => markOf(canary, record)).filter(Boolean)).toEqual([]);
  });
});

test.each([
  ['a weight that is not as planned', { weight: 10 }, /the weight of green is 10, expected 0/],
  ['a stable side that is not ready', { stableReady: false }, /blue is not ready/],
])('a shift may not begin with %s', (_name, differs, message) => {
  expect(beginShift(canary, [], { ...well, now: 0, weight: 0, ...differs })).toEqual({
    refused: expect.stringMatching(message),
  });
});
