import { describe, expect, it } from 'vitest';
import type { BoundKind, Decision, DecisionInput, Proposal } from '../../lib/model/scaling-decision.ts';
import { activeBounds } from '../../lib/scaling/active-bounds.ts';
import { combine, decide } from '../../lib/scaling/combine.ts';

const at = '2026-11-29T12:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(at) - seconds * 1000).toISOString();

/** A source whose units are at so many percent of a target of 50. */
function average(value: number | null, own: Partial<Proposal> = {}): Proposal {
  return { source: 'cpu', kind: 'average', status: 'ok', value, target: 50, ...own };
}

function decision(own: Partial<DecisionInput>): Decision {
  return combine({ at, current: 10, proposals: [average(50)], bounds: { min: 2, max: 40 }, ...own });
}

const boundBy = ({ bound }: Decision) => bound.map(({ kind, from, to }) => `${kind} ${from}→${to}`);

describe('proposals', () => {
  const rows: [what: string, proposals: Proposal[], desired: number, winner: string | null][] = [
    ['twice the target doubles', [average(100)], 20, 'cpu'],
    ['half the target halves', [average(25)], 5, 'cpu'],
    ['within the tolerance nothing is done', [average(55)], 10, 'cpu'],
    ['a tolerance of its own', [average(55, { tolerance: 0.05 })], 11, 'cpu'],
    ['a total over all units', [average(760, { kind: 'total' })], 16, 'cpu'],
    ['a capacity as it is', [average(7, { kind: 'capacity' })], 7, 'cpu'],
    ['the largest wins, not the first', [average(60), average(90, { source: 'queue' })], 18, 'queue'],
    ['nor the last', [average(90), average(60, { source: 'queue' })], 18, 'cpu'],
    ['without proposals nothing is done', [], 10, null],
  ];
  it.each(rows)('%s', (_what, proposals, desired, winner) => {
    expect(decision({ proposals })).toMatchObject({ desired, winner });
  });

  it('says what the others wanted', () => {
    expect(decision({ proposals: [average(60), average(90, { source: 'queue' })] }).rejected).toEqual([
      { source: 'cpu', want: 12, why: 'queue asks for 18' },
    ]);
  });

  it('counts units that start: they carry no load yet, and are not ordered twice', () => {
    expect(decision({ proposals: [average(75)], ready: 5 }).desired).toBe(10);
    expect(decision({ proposals: [average(120)], ready: 5 }).desired).toBe(12);
    expect(decision({ proposals: [average(25)], ready: 5 }).desired).toBe(3);
  });

  it('from zero, starts with any load', () => {
    const zero = { current: 0, bounds: { min: 0, max: 40 } };
    expect(decision({ ...zero, proposals: [average(1, { kind: 'total' })] }).desired).toBe(1);
    expect(decision({ ...zero, proposals: [average(120, { kind: 'total' })] }).desired).toBe(3);
    expect(decision({ ...zero, proposals: [average(120)] }).desired).toBe(1);
    expect(decision({ ...zero, proposals: [average(0, { kind: 'total' })] }).desired).toBe(0);
  });
});

describe('data that is not there', () => {
  const idle = average(1, { source: 'idle' });
  const gaps: [what: string, proposal: Proposal][] = [
    ['missing', average(null, { status: 'missing' })],
    ['stale', average(1, { status: 'stale' })],
    ['not a number', average(null, { status: 'nan' })],
    ['NaN in spite of its status', average(Number.NaN)],
    ['null in spite of its status', average(null)],
    ['below 0', average(-1)],
    ['without a target', average(1, { target: 0 })],
    ['partial', average(1, { status: 'partial' })],
  ];
  it.each(gaps)('%s: holds, also at a minimum of 0, and says why', (_what, gap) => {
    const held = decision({ proposals: [idle, gap], bounds: { min: 0, max: 40 } });
    expect(held.desired).toBe(10);
    expect(decision({ proposals: [gap], bounds: { min: 0, max: 40 } }).desired).toBe(10);
    if (gap.status !== 'partial') expect(held.bound[0]).toMatchObject({ kind: 'data', from: 1, to: 10 });
  });

  it.each(gaps)('%s: does not stop a scale-out', (_what, gap) => {
    expect(decision({ proposals: [average(100, { source: 'hot' }), gap] }).desired).toBe(20);
  });

  it('partial data scales out', () => {
    expect(decision({ proposals: [average(100, { status: 'partial' })] }).desired).toBe(20);
  });
});

describe('what holds a decision back is named', () => {
  const hot = [average(200)];
  const cold = [average(10)];
  const fast = {
    selectPolicy: 'Max' as const,
    policies: [{ type: 'Percent' as const, value: 900, periodSeconds: 60 }],
  };
  const slow = {
    selectPolicy: 'Max' as const,
    policies: [{ type: 'Pods' as const, value: 4, periodSeconds: 60 }],
  };
  const rows: [kind: BoundKind, own: Partial<DecisionInput>, bound: string[]][] = [
    [
      'stabilization',
      {
        proposals: cold,
        behavior: { scaleUp: fast, scaleDown: { ...fast, stabilizationWindowSeconds: 300 } },
        recommendations: [
          { at: ago(100), replicas: 8 },
          { at: ago(400), replicas: 30 },
        ],
      },
      ['stabilization 2→8'],
    ],
    ['rate', { proposals: hot, behavior: { scaleUp: slow, scaleDown: slow } }, ['rate 40→14']],
    [
      'rate',
      {
        proposals: cold,
        behavior: { scaleUp: slow, scaleDown: slow },
        changes: [{ at: ago(30), from: 13, to: 10 }],
      },
      ['rate 2→9'],
    ],
    [
      'cooldown',
      {
        proposals: cold,
        cooldown: { outSeconds: 0, inSeconds: 300 },
        changes: [{ at: ago(299), from: 5, to: 10 }],
      },
      ['cooldown 2→10'],
    ],
    ['minimum', { proposals: [average(1)] }, ['minimum 1→2']],
    [
      'schedule minimum',
      {
        schedule: [
          { name: 'day', min: 15 },
          { name: 'all', min: 3 },
        ],
      },
      ['schedule minimum 10→15'],
    ],
    ['forecast', { forecast: { floor: 11.2, basis: 'last week' } }, ['forecast 10→12']],
    ['maximum', { proposals: hot, bounds: { min: 2, max: 30 } }, ['maximum 40→30']],
    ['schedule maximum', { schedule: [{ name: 'night', max: 4 }] }, ['schedule maximum 10→4']],
    [
      'limit',
      {
        proposals: hot,
        limits: [
          { name: 'budget', max: 25 },
          { name: 'quota L-1', max: 21 },
        ],
      },
      ['limit 40→21'],
    ],
    ['limit', { proposals: hot, limits: [{ name: 'quota L-1', max: 3 }] }, ['limit 40→10']],
    ['type', { proposals: cold, rules: { onlyUp: true } }, ['type 2→10']],
    ['in flight', { proposals: hot, inFlight: { to: 12, since: ago(20) } }, ['in flight 40→10']],
    ['freeze', { proposals: hot, freeze: { name: 'Black Friday' } }, ['freeze 40→10']],
    ['freeze', { proposals: cold, freeze: { name: 'shift of traffic', only: 'in' } }, ['freeze 2→10']],
  ];
  it.each(rows)('%s', (kind, own, bound) => {
    const held = decision(own);
    expect(boundBy(held)).toEqual(bound);
    expect(held.bound[0]?.kind).toBe(kind);
    expect(held.desired).toBe(held.bound[0]?.to);
  });

  it('a cooldown of a scale-out does not wait for a scale-in, and a floor for none', () => {
    const cooldown = { outSeconds: 300, inSeconds: 300 };
    const changes = [{ at: ago(10), from: 20, to: 10 }];
    expect(decision({ proposals: hot, cooldown, changes }).desired).toBe(40);
    expect(decision({ cooldown, changes, schedule: [{ name: 'day', min: 15 }] }).desired).toBe(15);
  });

  it('precedence: floor < dynamic < cap < freeze', () => {
    expect(decision({ bounds: { min: 20, max: 5 } }).desired).toBe(5);
    expect(decision({ forecast: { floor: 90, basis: 'x' } }).desired).toBe(40);
    expect(decision({ proposals: hot, forecast: { floor: 20, basis: 'x' } }).desired).toBe(40);
    expect(decision({ bounds: { min: 2, max: 5 }, freeze: { name: 'f' } }).desired).toBe(10);
    expect(decision({ proposals: hot, freeze: { name: 'f', only: 'in' } }).desired).toBe(40);
  });

  it('what load asks for beyond the policy is said, while what is allowed is done', () => {
    const held = decision({
      proposals: hot,
      bounds: { min: 2, max: 30 },
      limits: [{ name: 'budget', max: 25 }],
    });
    expect([held.desired, held.beyond]).toEqual([25, { to: 40, limits: ['maximum: max', 'limit: budget'] }]);
    expect(decision({ proposals: hot }).beyond).toBeUndefined();
    expect(decision({ proposals: cold, bounds: { min: 2, max: 30 } }).beyond).toBeUndefined();
  });
});

describe('the way to a capacity', () => {
  const kinesis = { factor: 2, changesADay: 10, minimum: 1 };
  const changes = (count: number, to = 9) =>
    Array.from({ length: count }, (_, index) => ({ at: ago(60 * (index + 1)), from: 10, to })).reverse();
  const rows: [what: string, own: Partial<DecisionInput>, sequence: number[], left: number | undefined][] = [
    ['at once', { proposals: [average(200)] }, [40], undefined],
    ['Kinesis doubles', { current: 5, proposals: [average(300)], rules: kinesis }, [10, 20, 30], 7],
    [
      'Kinesis halves, rounded up',
      { current: 25, proposals: [average(6)], rules: kinesis },
      [13, 7, 4, 3],
      6,
    ],
    [
      'as far as the changes of a day go',
      { current: 5, proposals: [average(300)], rules: kinesis, changes: changes(8) },
      [10, 20],
      0,
    ],
    ['none are left', { proposals: [average(200)], rules: kinesis, changes: changes(10) }, [], 0],
    [
      'DynamoDB: four decreases',
      { proposals: [average(25)], rules: { decreasesADay: 4 }, changes: changes(4) },
      [],
      0,
    ],
    [
      'increases are not counted',
      { proposals: [average(100)], rules: { decreasesADay: 4 }, changes: changes(4) },
      [20],
      undefined,
    ],
    [
      'one more decrease after an hour without',
      {
        proposals: [average(25)],
        rules: { decreasesADay: 1, extraDecreaseAfterSeconds: 3600 },
        changes: [{ at: ago(3600), from: 11, to: 10 }],
      },
      [5],
      0,
    ],
    [
      'half units',
      { current: 1, proposals: [average(60)], bounds: { min: 0.5, max: 8 }, rules: { unit: 0.5 } },
      [1.5],
      undefined,
    ],
    [
      'eights',
      {
        current: 8,
        proposals: [average(55, { tolerance: 0 })],
        bounds: { min: 8, max: 100 },
        rules: { unit: 8 },
      },
      [16],
      undefined,
    ],
    [
      'a maximum between two units',
      { current: 8, proposals: [average(500)], bounds: { min: 8, max: 60 }, rules: { unit: 8 } },
      [56],
      undefined,
    ],
    ['in flight', { proposals: [average(200)], rules: kinesis, inFlight: { to: 9, since: ago(9) } }, [], 10],
  ];
  it.each(rows)('%s', (_what, own, sequence, left) => {
    const planned = decision(own);
    expect([planned.sequence, planned.changesLeft]).toEqual([sequence, left]);
    expect(planned.desired).toBe(sequence.at(-1) ?? own.current ?? 10);
  });
});

it('a record replays to the same decision from its JSON', () => {
  const record = decide({
    at,
    current: 10,
    proposals: [average(90), average(null, { source: 'queue', status: 'missing' })],
    bounds: { min: 2, max: 15 },
    schedule: [{ name: 'day', min: 4 }],
    limits: [{ name: 'budget', max: 14 }],
    rules: { factor: 2, changesADay: 10 },
  });
  const read = JSON.parse(JSON.stringify(record));
  expect(JSON.parse(JSON.stringify(combine(read.input)))).toEqual(read.decision);
});

describe('the schedule of a policy', () => {
  const entries = [
    { cron: '0 7 ? * MON-FRI *', timeZone: 'Europe/Berlin', min: 10 },
    { cron: '0 19 ? * * *', timeZone: 'Europe/Berlin', min: 2, max: 20 },
    { at: '2026-12-24T18:00', timeZone: 'Europe/Berlin', max: 5 },
  ];
  const holding = (time: string) => activeBounds(entries, Date.parse(time)).map(({ min, max }) => [min, max]);
  it.each([
    [
      'before seven in Berlin',
      '2026-11-27T05:59:00Z',
      [
        [2, undefined],
        [undefined, 20],
      ],
    ],
    [
      'at seven',
      '2026-11-27T06:00:00Z',
      [
        [10, undefined],
        [undefined, 20],
      ],
    ],
    [
      'on a weekend, what held since the evening',
      '2026-11-28T12:00:00Z',
      [
        [2, undefined],
        [undefined, 20],
      ],
    ],
    [
      'once, at a time',
      '2026-12-24T17:30:00Z',
      [
        [10, undefined],
        [undefined, 5],
      ],
    ],
    [
      'until the next entry',
      '2026-12-24T18:00:00Z',
      [
        [2, undefined],
        [undefined, 20],
      ],
    ],
    [
      'seven is at 05:00 UTC in summer',
      '2026-03-30T05:00:00Z',
      [
        [10, undefined],
        [undefined, 20],
      ],
    ],
  ])('%s', (_what, time, bounds) => {
    expect(holding(time)).toEqual(bounds);
  });

  it('names the entry', () => {
    expect(activeBounds(entries.slice(0, 1), Date.parse(at))[0]?.name).toBe(
      'cron(0 7 ? * MON-FRI *) Europe/Berlin',
    );
    expect(activeBounds([{ at: '2030-01-01T00:00', min: 1 }], Date.parse(at))).toEqual([]);
    expect(activeBounds([{ rate: '1 hour', min: 1 }], Date.parse(at))).toEqual([
      { name: 'rate(1 hour) UTC', min: 1 },
    ]);
  });
});
