import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget, ProviderCall, StepStatus } from '../../lib/model/run.ts';
import { type Expectation, graphOf } from '../../lib/planner/graph.ts';
import { planChange, prepareGraph, type RunState, schedule } from '../../lib/planner/index.ts';
import { randomLayered } from '../bench/graphs.ts';
import { bound, type Knowledge, simulate } from '../bench/simulate.ts';
import { desire, lookup, network } from './example.ts';

const full = { tokens: 5, capacity: 5, refillPerSecond: 5, updatedAtSeconds: 0 };
const budget = (tokens = 5): Budget => ({
  create: { ...full, tokens },
  update: { ...full, tokens },
  delete: { ...full, tokens },
});
const quick: Expectation = { medianSeconds: 10, sigma: 0 };

/** Returns a graph of creates from the dependencies of each step. */
function graph(
  needs: number[][],
  expected: Expectation[] = needs.map(() => quick),
  calls?: (ProviderCall | undefined)[],
) {
  return graphOf(needs, calls ?? needs.map(() => 'create'), expected);
}

function state(statuses: StepStatus[], more: Partial<RunState> = {}): RunState {
  return {
    status: statuses,
    startedAtSeconds: statuses.map((status) => (status === 'InFlight' ? 0 : undefined)),
    stopping: false,
    ticks: 1,
    completions: 0,
    ...more,
  };
}
const waiting = (size: number): StepStatus[] => new Array<StepStatus>(size).fill('Waiting');

describe('schedule, after a failure', () => {
  const chain = graph([[], [0], [1], []]);

  it('settles all dependents of a failed step, and continues with the rest', () => {
    const found = schedule(chain, state(['Failed', 'Waiting', 'Waiting', 'Waiting']), budget(), 0);
    expect(found).toMatchObject({ settle: [1, 2], start: [3] });
  });

  it('starts nothing while stopping, and waits for operations in progress', () => {
    const found = schedule(
      chain,
      state(['Succeeded', 'InFlight', 'Waiting', 'Waiting'], { stopping: true }),
      budget(),
      0,
    );
    expect(found).toMatchObject({ start: [], settle: [2, 3], nextTickSeconds: 10 });
  });

  it('ends when every step is final', () => {
    const found = schedule(chain, state(['Failed', 'Skipped', 'Skipped', 'Succeeded']), budget(), 0);
    expect(found).toMatchObject({ start: [], settle: [], nextTickSeconds: undefined });
    expect(
      schedule(chain, state(waiting(4), { stopping: true }), budget(), 0).nextTickSeconds,
    ).toBeUndefined();
  });

  it('delays a throttled step until its time', () => {
    const retryAtSeconds = [12.5, undefined];
    const found = schedule(graph([[], [0]]), state(waiting(2), { retryAtSeconds }), budget(), 10);
    expect(found).toMatchObject({ start: [], unblock: [0], nextTickSeconds: 3 });
  });

  it('keeps polling a step that takes far longer than expected, less and less often', () => {
    const one = graph([[]], [{ medianSeconds: 10, sigma: 0.25 }]);
    const waits = [0, 20, 100, 800].map(
      (now) => schedule(one, state(['InFlight'], { ticks: 3 }), budget(), now).nextTickSeconds ?? 0,
    );
    expect(waits.every((wait) => wait >= 1 && wait <= 300)).toBe(true);
    expect(waits[3]).toBeGreaterThan(waits[1] ?? 0);
  });
});

describe('schedule', () => {
  it('starts ready steps by longest remaining path, as far as the token bucket allows', () => {
    const seven = graph([[], [], [], [], [], [], [], [6]]);
    const found = schedule(seven, state(waiting(8)), budget(), 0);
    expect(found.start).toEqual([6, 0, 1, 2, 3]);
    expect(found.unblock).toEqual([4, 5]);
    expect(found.budget.create?.tokens).toBe(0);
    expect(found.nextTickSeconds).toBe(1);
  });

  it('refills the bucket by elapsed time, up to its capacity', () => {
    const started = state(waiting(12));
    const many = graph(new Array<number[]>(12).fill([]));
    for (const [now, starts] of [
      [0, 0],
      [0.5, 2],
      [1, 5],
      [60, 5],
    ] as const) {
      expect(schedule(many, started, budget(0), now).start, `after ${now} s`).toHaveLength(starts);
    }
  });

  it('counts creates, updates and deletes separately, and steps without a call not at all', () => {
    const calls: (ProviderCall | undefined)[] = ['create', 'update', 'delete', undefined];
    const mixed = graph([[], [], [], []], undefined, calls);
    const none = { ...budget(0), update: { ...full } };
    expect(schedule(mixed, state(waiting(4)), none, 0).start).toEqual([1, 3]);
  });

  it('unblocks dependents in the tick that finds the completion', () => {
    const found = schedule(
      graph([[], [0]]),
      state(['Succeeded', 'Waiting'], { completions: 1, ticks: 2 }),
      budget(),
      10,
    );
    expect(found.start).toEqual([1]);
  });

  it('wakes after a known duration, and skips steps with slack', () => {
    const two = graph(
      [[], [], [1]],
      [
        { medianSeconds: 12.3, sigma: 0 },
        { medianSeconds: 40, sigma: 0 },
        { medianSeconds: 40, sigma: 0 },
      ],
    );
    expect(schedule(two, state(waiting(3)), budget(), 0).nextTickSeconds).toBe(40);
    expect(
      schedule(graph([[]], [{ medianSeconds: 12.3, sigma: 0 }]), state(['InFlight']), budget(), 0)
        .nextTickSeconds,
    ).toBe(13);
  });

  it('gives the same decision for the same state', () => {
    const one = graph([[], [0], [0]]);
    const decide = () => schedule(one, state(waiting(3)), budget(), 5);
    expect(decide()).toEqual(decide());
  });

  it('takes its graph from a plan', () => {
    const plan = planChange({ requestId: 'r', desired: desire(...network), assets: [], lookup });
    const prepared = prepareGraph(plan, (step) => ({ medianSeconds: step.holdsData ? 300 : 10, sigma: 0 }));
    expect(prepared.remainingSeconds).toEqual([320, 310, 310, 300]);
    expect(() => prepareGraph({ steps: plan.steps.slice(1) }, () => quick)).toThrow(
      /create:Vpc, not in the plan/,
    );
    expect(() => graph([[1], [0]])).toThrow(/cycle/);
  });

  it('completes any graph in order and within the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (size, seed) => {
        const made = randomLayered(size, seed);
        for (const knowledge of ['exact', 'by type', 'unknown'] satisfies Knowledge[]) {
          const run = simulate(made, knowledge);
          expect(run.makespanSeconds).toBeGreaterThanOrEqual(bound(made) - 1);
          made.dependencies.forEach((needs, index) => {
            for (const need of needs)
              expect(run.startedAtSeconds[index]).toBeGreaterThanOrEqual(run.endedAtSeconds[need] ?? 0);
          });
          for (let second = 0; second < run.makespanSeconds; second += 7) {
            const within = run.startedAtSeconds.filter((at) => at >= second && at <= second + 7).length;
            expect(within).toBeLessThanOrEqual(5 + 7 * 5);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('ends near the bound with durations known by type, in no more ticks than there are completions', () => {
    const ratios: number[] = [];
    for (let seed = 101; seed <= 120; seed += 1) {
      const made = randomLayered(100, seed);
      const run = simulate(made, 'by type');
      ratios.push(run.makespanSeconds / bound(made));
      expect(run.ticks, `seed ${seed}`).toBeLessThanOrEqual(100);
    }
    ratios.sort((a, b) => a - b);
    expect(ratios[10]).toBeLessThanOrEqual(1.03);
    expect(ratios[18]).toBeLessThanOrEqual(1.08);
  });
});

/** Expected durations of chains whose operations take minutes. */
const longChains: [string, number[]][] = [
  ['a cluster and its nodes', [540, 180]],
  ['subnets, a database and its reader', [12, 420, 30]],
  ['one database', [420]],
  ['two distributions', [240, 240]],
];
/** How much longer or shorter than expected: the logarithm, in standard deviations. */
const deviations = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

describe('a small run of long operations', () => {
  it.each(longChains)('starts the next step within seconds: %s', (_what, typeMedian) => {
    const dependencies = typeMedian.map((_, index) => (index === 0 ? [] : [index - 1]));
    const delays = deviations.flatMap((deviation) => {
      const seconds = typeMedian.map((median) => median * Math.exp(0.25 * deviation));
      const outcome = simulate({ dependencies, seconds, typeMedian }, 'by type');
      expect(outcome.ticks).toBeLessThanOrEqual(120 + typeMedian.length);
      const noticed = [...outcome.startedAtSeconds.slice(1), outcome.makespanSeconds];
      return noticed.map((at, index) => at - (outcome.endedAtSeconds[index] ?? 0));
    });
    expect(delays.reduce((sum, delay) => sum + delay, 0) / delays.length).toBeLessThan(12);
    expect(Math.max(...delays)).toBeLessThan(40);
  });

  it('takes no more ticks if they are not worth it', () => {
    const typeMedian = [10, 10, 10];
    const outcome = simulate({ dependencies: [[], [0], [1]], seconds: typeMedian, typeMedian }, 'by type');
    expect(outcome.ticks).toBeLessThanOrEqual(15);
  });
});
