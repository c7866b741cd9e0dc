import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observed, Reading } from '../../lib/traffic/shift/observed.ts';
import type { ShiftPlan } from '../../lib/traffic/shift/plan.ts';
import { replayShift, type ShiftRecord } from '../../lib/traffic/shift/record.ts';
import { runs } from '../sample.ts';
import { planOf, play, type Weather } from './shift-world.ts';

/** A sample of the 10,000 histories in `npm test`, all of them in the long run. */
const histories = { ...runs(10_000, 200), endOnFailure: true };

const metrics = [
  { kind: 'threshold', metric: 'errors', above: 10, failures: 1 },
  { kind: 'compare', metric: 'latency', statistic: 'p99', worse: 'higher', failures: 2 },
  { kind: 'condition', metric: 'rate', failure: 'result > 0.5' },
  { kind: 'verdict', function: 'judge', failures: 2 },
];
const analyzed = { alarms: ['errors'], metrics, minimumSamples: 50, patience: '4m' };

const plans = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: 990 }), { minLength: 1, maxLength: 5 }).map((tenths) => ({
    strategy: 'custom',
    steps: tenths.sort((a, b) => a - b).map((one) => ({ weight: one / 10, bake: '3m' })),
  })),
  fc.integer({ min: 15, max: 60 }).map((percent) => ({ strategy: `linear-${percent}-2m` })),
  fc.integer({ min: 1, max: 50 }).map((percent) => ({ strategy: `canary-${percent}-5m` })),
  fc.constant({ strategy: 'blue-green' }),
);
const plan = fc
  .tuple(plans, fc.constantFrom('1m', '3m'), fc.constantFrom(0, 0, 0, 0.5))
  .map(([strategy, bake, original]) => planOf({ bake, ...analyzed, ...strategy }, original));

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY) },
);
const values = fc.array(value, { maxLength: 8 });
const reading: fc.Arbitrary<Reading> = fc.record({
  target: values,
  stable: values,
  verdict: fc.constantFrom('pass', 'pass', 'pass', 'fail', 'inconclusive', null),
});
/** Good data of every metric: the comparison has equal values, and the condition a small one. */
const good: Reading[] = [0, 1, 0, 0].map((one) => ({
  target: Array.from({ length: 6 }, () => one),
  stable: Array.from({ length: 12 }, () => 1),
  verdict: 'pass',
}));

const rarely = <Of>(usual: Of, rare: fc.Arbitrary<Of>, weight = 9): fc.Arbitrary<Of> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

/** What is observed in one interval: mostly well, sometimes anything. */
const weatherOf = (commands: readonly Observed['command'][], readings: fc.Arbitrary<readonly Reading[]>) =>
  fc.record({
    inFlight: rarely(false, fc.constant(true)),
    targetReady: rarely<boolean | null>(true, fc.constantFrom(false, null)),
    stableReady: rarely<boolean | null>(true, fc.constantFrom(false, null)),
    samples: rarely<number | null>(1_000, fc.constantFrom(null, 0, 49, 50), 3),
    alarms: rarely<Observed['alarms']>(
      { errors: 'OK' },
      fc.constantFrom<Observed['alarms'][]>({ errors: 'ALARM' }, { errors: 'INSUFFICIENT_DATA' }, {}),
      19,
    ),
    metrics: readings,
    draining: rarely<number | null>(0, fc.constantFrom(null, 3)),
    command: rarely<Observed['command']>(undefined, fc.constantFrom(...commands)),
    unread: rarely(false, fc.constant(true), 19),
  });

const anyReadings = rarely<readonly Reading[]>(good, fc.array(reading, { maxLength: 4 }), 3);
const weathers = (commands: readonly Observed['command'][], readings: fc.Arbitrary<readonly Reading[]>) =>
  fc.array(weatherOf(commands, readings), { minLength: 60, maxLength: 60 });

type Drawn = Awaited<ReturnType<typeof drawn>>;
const drawn = () => fc.sample(weathers([undefined], anyReadings), 1)[0] ?? [];

function weatherFrom(drawnWeathers: Drawn, differs: Partial<Observed> = {}): Weather {
  return (interval) => {
    const { unread, command, ...rest } = drawnWeathers[interval % drawnWeathers.length] ?? {};
    const read = { ...(unread ? { weight: null } : {}), ...(command === undefined ? {} : { command }) };
    return { ...(rest as Partial<Observed>), ...read, ...differs };
  };
}

const commands: Observed['command'][] = ['pause', 'continue', 'abort'];
const weightOf = ({ action }: ShiftRecord) => ('weight' in action ? action.weight : undefined);
const allRecords = (of: ShiftPlan, weather: Drawn, differs?: Partial<Observed>) =>
  play(of, weatherFrom(weather, differs), 120);

test('the weight never rises after a failed verdict or an abort, and the first thing set is the original weight', () => {
  fc.assert(
    fc.property(plan, weathers(commands, anyReadings), (one, weather) => {
      const records = allRecords(one, weather);
      const failed = records.findIndex(
        ({ state }) => state.phase === 'retreating' || state.outcome === 'rolled-back',
      );
      const aborted = records.findIndex(
        ({ observed, before }) => observed.command === 'abort' && before.phase !== 'done',
      );
      if (aborted >= 0) expect(failed).toBeLessThanOrEqual(aborted);
      if (failed < 0) return;
      for (const record of records.slice(failed)) {
        expect(record.action.kind).not.toBe('set-weight');
        expect(weightOf(record) ?? one.original).toBe(one.original);
      }
    }),
    histories,
  );
});

test('a failed rule beyond its tolerance always goes back', () => {
  fc.assert(
    fc.property(plan, weathers([undefined], anyReadings), (one, weather) => {
      for (const { before, judged, state, rule } of allRecords(one, weather)) {
        if (before.phase === 'done' || before.phase === 'retreating') continue;
        const failed = judged.some(
          (found) => found.verdict === 'fail' && (before.failures[found.rule] ?? 0) >= found.tolerated,
        );
        expect(rule === 'failed').toBe(failed);
        if (failed) expect(['retreating', 'done']).toContain(state.phase);
      }
    }),
    histories,
  );
});

test('weights rise by the steps of the plan only, to a side that is ready', () => {
  fc.assert(
    fc.property(plan, weathers(commands, anyReadings), (one, weather) => {
      const allowed = one.steps.map((step) => step.weight);
      let highest = one.original;
      for (const { action, observed } of allRecords(one, weather)) {
        if (action.kind !== 'set-weight') continue;
        expect(allowed).toContain(action.weight);
        expect(allowed.indexOf(action.weight) - allowed.indexOf(highest)).toBeLessThanOrEqual(1);
        expect([observed.targetReady, observed.inFlight]).toEqual([true, false]);
        highest = Math.max(highest, action.weight);
      }
    }),
    histories,
  );
});

const withoutData: Partial<Observed>[] = [
  { samples: null },
  { samples: 0 },
  { alarms: {} },
  { alarms: { errors: 'INSUFFICIENT_DATA' } },
  { metrics: [] },
  { metrics: good.map(() => ({ target: [], stable: [], verdict: null })) },
  { metrics: good.map((one) => ({ ...one, target: [1, Number.NaN] })) },
];

test('no data never passes: without a person, it stays at its first step and waits for one', () => {
  fc.assert(
    fc.property(
      plan,
      fc.constantFrom(...withoutData),
      weathers([undefined], fc.constant(good)),
      (one, lacks, weather) => {
        const records = allRecords(one, weather, lacks);
        const set = records.flatMap((record) =>
          record.action.kind === 'set-weight' ? [record.action.weight] : [],
        );
        const [first] = one.steps;
        expect(set.every((weight) => weight === first?.weight)).toBe(true);
        expect(records.map(({ action }) => action.kind)).not.toContain('promote');
        expect(records.at(-1)?.action.kind).toMatch(/wait-for-person|roll-back|hold|done/);
        expect(records.at(-1)?.state.outcome).not.toBe('promoted');
      },
    ),
    histories,
  );
});

const bad: Partial<Observed>[] = [
  { alarms: { errors: 'ALARM' } },
  { metrics: good.with(0, { target: [11] }) },
  { metrics: good.with(1, { target: [9, 9, 9], stable: Array.from({ length: 12 }, (_, at) => at / 2) }) },
  { metrics: good.with(2, { target: [0.6] }) },
  { metrics: good.with(3, { verdict: 'fail' }) },
];

test('a bad new side reaches at most its first weight, and is found in three intervals of bad data', () => {
  fc.assert(
    fc.property(plan, fc.constantFrom(...bad), (one, symptom) => {
      const records = play(one, (_, weight) =>
        weight > one.original ? { metrics: good, ...symptom } : { metrics: good },
      );
      const first = one.steps[0]?.weight ?? 0;
      const found = records.findIndex(({ rule }) => rule === 'failed');
      expect(Math.max(...records.map((record) => weightOf(record) ?? 0))).toBe(first);
      expect(found).toBeGreaterThan(0);
      const suffered = records.slice(0, found + 1).filter(({ observed }) => observed.weight === first);
      expect(suffered.length).toBeLessThanOrEqual(3);
      expect(records[found]?.action).toEqual({ kind: 'roll-back', weight: one.original });
      expect(records.at(-1)?.state.outcome).toBe('rolled-back');
    }),
    histories,
  );
});

test('a shift ends at exactly 100 percent or at the original weight, as read back, and replays to the same decisions', () => {
  fc.assert(
    fc.property(plan, weathers(commands, anyReadings), (one, weather) => {
      const records = allRecords(one, weather);
      const last = records.at(-1);
      if (last?.action.kind === 'done')
        expect(last.observed.weight).toBe(last.action.outcome === 'promoted' ? 100 : one.original);
      expect(replayShift(one, records)).toEqual([]);
    }),
    histories,
  );
});

test('a good new side is promoted in the time of its plan', () => {
  fc.assert(
    fc.property(plan, (one) => {
      const records = play(one, () => ({ metrics: good }));
      expect(records.at(-1)?.action).toEqual({ kind: 'done', outcome: 'promoted' });
      const baked = one.steps.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
      const took = records.at(-1)?.observed.now ?? 0;
      expect(took).toBeGreaterThanOrEqual(baked + one.drainSeconds);
      expect(took).toBeLessThanOrEqual(
        baked + one.drainSeconds + one.intervalSeconds * (one.steps.length + 1),
      );
    }),
    histories,
  );
});
