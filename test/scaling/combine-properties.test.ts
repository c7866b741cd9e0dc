import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  CapacityRules,
  DecisionInput,
  Proposal,
  ScalingBehavior,
  ScalingRules,
} from '../../lib/model/scaling-decision.ts';
import { combine } from '../../lib/scaling/combine.ts';
import { runs } from '../sample.ts';

const start = Date.parse('2026-11-29T12:00:00Z');
const ago = (seconds: number) => new Date(start - seconds * 1000).toISOString();
const size = fc.integer({ min: 0, max: 60 });

const proposal: fc.Arbitrary<Proposal> = fc.record({
  source: fc.constantFrom('cpu', 'requests', 'queue'),
  kind: fc.constantFrom('average', 'total', 'capacity'),
  status: fc.constantFrom('ok', 'ok', 'ok', 'partial', 'stale', 'missing', 'nan'),
  value: fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0, max: 300, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  target: fc.integer({ min: 1, max: 100 }),
});

const scalingRules: fc.Arbitrary<ScalingRules> = fc.record({
  stabilizationWindowSeconds: fc.constantFrom(0, 60, 300),
  selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
  policies: fc.array(
    fc.record({
      type: fc.constantFrom('Pods', 'Percent'),
      value: fc.integer({ min: 1, max: 200 }),
      periodSeconds: fc.constantFrom(15, 60, 300),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
const behavior: fc.Arbitrary<ScalingBehavior> = fc.record({ scaleUp: scalingRules, scaleDown: scalingRules });

const rules: fc.Arbitrary<CapacityRules> = fc.record(
  {
    unit: fc.constantFrom(1, 0.5, 8),
    factor: fc.constantFrom(2, 4),
    changesADay: fc.integer({ min: 1, max: 10 }),
    decreasesADay: fc.integer({ min: 1, max: 4 }),
    extraDecreaseAfterSeconds: fc.constant(3600),
    onlyUp: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Any input without what stops everything: a change in flight or a freeze. */
const free: fc.Arbitrary<DecisionInput> = fc
  .record(
    {
      at: fc.constant(ago(0)),
      current: size,
      ready: size,
      proposals: fc.array(proposal, { maxLength: 4 }),
      bounds: fc.record({ min: size, max: size }),
      schedule: fc.array(
        fc.record({ name: fc.constant('s'), min: size, max: size }, { requiredKeys: ['name'] }),
        { maxLength: 2 },
      ),
      forecast: fc.record({
        floor: fc.double({ min: 0, max: 60, noNaN: true }),
        basis: fc.constant('history'),
      }),
      limits: fc.array(fc.record({ name: fc.constant('quota'), max: size }), { maxLength: 2 }),
      rules,
      behavior,
      cooldown: fc.record({ outSeconds: fc.constantFrom(0, 300), inSeconds: fc.constantFrom(0, 300) }),
      changes: fc.array(
        fc.record({ at: fc.integer({ min: 1, max: 90_000 }).map(ago), from: size, to: size }),
        { maxLength: 12 },
      ),
      recommendations: fc.array(
        fc.record({ at: fc.integer({ min: 1, max: 900 }).map(ago), replicas: size }),
        { maxLength: 5 },
      ),
    },
    { requiredKeys: ['at', 'current', 'proposals', 'bounds'] },
  )
  .map((input) => ({ ...input, changes: input.changes?.toSorted((a, b) => a.at.localeCompare(b.at)) }));

/** The bounds that hold: the schedule's where it has some. */
function boundsOf({ bounds, schedule = [] }: DecisionInput): { min: number; max: number } {
  const [mins, maxs] = [schedule.flatMap(({ min }) => min ?? []), schedule.flatMap(({ max }) => max ?? [])];
  return {
    min: mins.length > 0 ? Math.max(...mins) : bounds.min,
    max: maxs.length > 0 ? Math.min(...maxs) : bounds.max,
  };
}

const ten = runs(10_000, 20);

test('always within the bounds, which the rules of a type only slow down', () => {
  fc.assert(
    fc.property(free, (input) => {
      const { desired } = combine({ ...input, rules: undefined });
      const { min, max } = boundsOf(input);
      const ceiling = Math.max(input.current, Math.min(...(input.limits ?? []).map((limit) => limit.max)));
      expect(desired).toBeLessThanOrEqual(max);
      expect(desired).toBeGreaterThanOrEqual(Math.min(min, max, ceiling));
      if (desired > input.current) expect(desired).toBeLessThanOrEqual(ceiling);
    }),
    ten,
  );
});

test('without complete data, nothing is scaled in but to a maximum', () => {
  const gap = proposal.map(
    (each): Proposal => ({ ...each, status: each.status === 'ok' ? 'missing' : each.status }),
  );
  fc.assert(
    fc.property(free, gap, (input, without) => {
      const { desired } = combine({ ...input, proposals: [...input.proposals, without] });
      const unit = input.rules?.unit ?? 1;
      const max = Math.floor(boundsOf(input).max / unit) * unit;
      expect(desired).toBeGreaterThanOrEqual(Math.min(input.current, max));
    }),
    ten,
  );
});

test('monotone: more load never means less capacity', () => {
  fc.assert(
    fc.property(free, proposal, fc.double({ min: 0, max: 100, noNaN: true }), (input, one, more) => {
      fc.pre(one.value !== null);
      const desired = (value: number | null) =>
        combine({ ...input, proposals: [{ ...one, value }, ...input.proposals] }).desired;
      expect(desired((one.value ?? 0) + more)).toBeGreaterThanOrEqual(desired(one.value));
    }),
    ten,
  );
});

test('a forecast never lowers anything', () => {
  fc.assert(
    fc.property(free, (input) => {
      const without = combine({ ...input, forecast: undefined }).desired;
      expect(combine(input).desired).toBeGreaterThanOrEqual(without);
    }),
    ten,
  );
});

test('the sequence leads to what is desired, each change by the rules of the type', () => {
  fc.assert(
    fc.property(free, (input) => {
      const { desired, sequence, changesLeft = 0 } = combine(input);
      const {
        factor = Number.POSITIVE_INFINITY,
        changesADay = Number.POSITIVE_INFINITY,
        onlyUp,
      } = input.rules ?? {};
      expect(sequence.at(-1) ?? input.current).toBe(desired);
      expect(sequence.length).toBeLessThanOrEqual(changesADay);
      expect(changesLeft).toBeGreaterThanOrEqual(0);
      if (onlyUp === true) expect(desired).toBeGreaterThanOrEqual(input.current);
      for (const [index, to] of sequence.entries()) {
        const from = sequence[index - 1] ?? input.current;
        expect(to).not.toBe(from);
        if (from > 0) expect(Math.max(to / from, from / to)).toBeLessThanOrEqual(factor + 1e-9);
      }
    }),
    ten,
  );
});

test('a freeze and a change in flight stop everything, and the record replays', () => {
  fc.assert(
    fc.property(free, fc.boolean(), (input, frozen) => {
      const stop = frozen ? { freeze: { name: 'f' } } : { inFlight: { to: 1, since: ago(1) } };
      const stopped = combine({ ...input, ...stop });
      expect([stopped.desired, stopped.sequence]).toEqual([input.current, []]);
      const again = JSON.parse(JSON.stringify(input)) as DecisionInput;
      expect(JSON.stringify(combine(again))).toBe(JSON.stringify(combine(input)));
    }),
    ten,
  );
});

/** A service of which a new unit serves after a delay, and whose metric ends at a saturation. */
interface Loop {
  target: number;
  first: number;
  delaySteps: number;
  /** The load of each unit at which the metric shows no more. */
  saturation: number;
  behavior?: ScalingBehavior | undefined;
}

/** Runs the closed loop over loads, one a minute, and returns the capacity after each. */
function run({ target, first, delaySteps, saturation, behavior }: Loop, loads: readonly number[]): number[] {
  const bounds = { min: 1, max: 1_000 };
  let current = first;
  let starting: { units: number; at: number }[] = [];
  let recommendations: DecisionInput['recommendations'] = [];
  const changes: { at: string; from: number; to: number }[] = [];
  return loads.map((load, step) => {
    starting = starting.filter(({ at }) => at > step);
    const ready = Math.max(1, current - starting.reduce((sum, { units }) => sum + units, 0));
    const value = Math.min(load / ready, saturation);
    const at = new Date(start + step * 60_000).toISOString();
    const proposals: Proposal[] = [{ source: 'load', kind: 'average', status: 'ok', value, target }];
    const decision = combine({ at, current, ready, proposals, bounds, behavior, changes, recommendations });
    recommendations = decision.recommendations;
    if (decision.desired !== current) changes.push({ at, from: current, to: decision.desired });
    if (decision.desired > current)
      starting.push({ units: decision.desired - current, at: step + 1 + delaySteps });
    else starting = withoutLast(starting, current - decision.desired);
    current = decision.desired;
    return current;
  });
}

/** Units that still start are removed first. */
function withoutLast(starting: { units: number; at: number }[], removed: number) {
  let left = removed;
  return starting
    .toReversed()
    .map(({ units, at }) => {
      const taken = Math.min(units, left);
      left -= taken;
      return { units: units - taken, at };
    })
    .toReversed();
}

const loop: fc.Arbitrary<Loop> = fc
  .record({
    target: fc.integer({ min: 10, max: 60 }),
    first: fc.integer({ min: 1, max: 50 }),
    delaySteps: fc.integer({ min: 0, max: 5 }),
    saturation: fc.constantFrom(100, 1e9),
    behavior: fc.option(
      fc.record({
        window: fc.constantFrom(0, 300),
        pods: fc.integer({ min: 1, max: 20 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ behavior, ...rest }) => ({
    ...rest,
    behavior: behavior && {
      scaleUp: { policies: [{ type: 'Percent', value: 100, periodSeconds: 60 }] },
      scaleDown: {
        stabilizationWindowSeconds: behavior.window,
        policies: [{ type: 'Pods', value: behavior.pods, periodSeconds: 60 }],
      },
    },
  }));

const tolerance = 0.1;

test('constant load: capacity ends at the target, within the tolerance, and stays there', () => {
  fc.assert(
    fc.property(loop, fc.integer({ min: 1, max: 1_500 }), (service, load) => {
      const sizes = run(
        service,
        Array.from({ length: 120 }, () => load),
      );
      const settled = sizes.at(-1) ?? 0;
      expect(sizes.slice(-40)).toEqual(Array.from({ length: 40 }, () => settled));
      const ratio = load / settled / service.target;
      expect(ratio).toBeLessThanOrEqual(1 + tolerance + 1e-9);
      const least = Math.max(1, Math.ceil(load / service.target - 1e-9));
      if (ratio < 1 - tolerance - 1e-9) expect(settled).toBe(least);
    }),
    runs(10_000, 40),
  );
});

test('constant load: capacity turns at most once', () => {
  fc.assert(
    fc.property(loop, fc.integer({ min: 1, max: 1_500 }), (service, load) => {
      const sizes = [
        service.first,
        ...run(
          service,
          Array.from({ length: 60 }, () => load),
        ),
      ];
      const signs = sizes.slice(1).map((to, index) => Math.sign(to - (sizes[index] ?? 0)));
      const moves = signs.filter((sign) => sign !== 0);
      expect(
        moves.filter((sign, index) => index > 0 && sign !== moves[index - 1]).length,
      ).toBeLessThanOrEqual(1);
    }),
    runs(10_000, 40),
  );
});

test('changing load with a start-up delay: capacity never exceeds what the highest load needs', () => {
  const loads = fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(loop, loads, (service, levels) => {
      const sizes = run(
        service,
        levels.flatMap((load) => Array.from({ length: 10 }, () => load)),
      );
      const most = Math.max(service.first, Math.ceil(Math.max(...levels) / service.target));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    }),
    runs(10_000, 40),
  );
});
