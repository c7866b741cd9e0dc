import { describe, expect, it } from 'vitest';
import { combine, decide } from '../../lib/scaling/combine.ts';
import { explain } from '../../lib/scaling/explain.ts';
import { type StepAlarm, stepProposal } from '../../lib/scaling/step-proposal.ts';

const deep: StepAlarm = {
  alarm: 'QueueDepth',
  state: 'ALARM',
  threshold: 100,
  value: 150,
  adjustmentType: 'ChangeInCapacity',
  steps: [
    { lower: 0, upper: 100, adjustment: 2 },
    { lower: 100, upper: null, adjustment: 6 },
  ],
};

describe('an alarm with steps', () => {
  it.each([
    ['takes the step of its value', deep, {}, 12],
    ['takes a larger one', { ...deep, value: 200 }, {}, 16],
    ['changes nothing where no step is', { ...deep, value: 50 }, {}, 10],
    ['adds nothing twice while units warm up', deep, { warming: 2 }, 10],
    ['adds what a larger step asks for beyond them', { ...deep, value: 200 }, { warming: 2 }, 14],
    [
      'removes nothing while units warm up',
      { ...deep, steps: [{ lower: 0, upper: null, adjustment: -5 }] },
      { warming: 2 },
      10,
    ],
  ] as [string, StepAlarm, { warming?: number }, number][])('%s', (_what, alarm, own, value) => {
    expect(stepProposal(alarm, { current: 10, ...own })).toMatchObject({ status: 'ok', value });
  });

  it('has no say while it is OK, and holds a scale-in without data', () => {
    expect(stepProposal({ ...deep, state: 'OK' }, { current: 10 })).toBeUndefined();
    const idle = { source: 'cpu', kind: 'average' as const, status: 'ok' as const, value: 5, target: 50 };
    const given = { at: '2026-11-29T12:00:00Z', current: 10, bounds: { min: 1, max: 40 } };
    for (const gap of [
      { ...deep, state: 'INSUFFICIENT_DATA' as const },
      { ...deep, value: null },
    ]) {
      const proposal = stepProposal(gap, { current: 10 });
      expect(proposal?.status).toBe('missing');
      expect(combine({ ...given, proposals: proposal === undefined ? [] : [idle, proposal] }).desired).toBe(
        10,
      );
    }
  });
});

it('a decision says why it is what it is', () => {
  const record = decide({
    at: '2026-11-29T12:00:00.000Z',
    current: 5,
    proposals: [
      { source: 'requests', kind: 'average', status: 'ok', value: 900, target: 100 },
      { source: 'age', kind: 'average', status: 'ok', value: 130, target: 100 },
      { source: 'lag', kind: 'total', status: 'stale', value: 1, target: 100 },
    ],
    bounds: { min: 2, max: 40 },
    limits: [{ name: 'budget', max: 30 }],
    rules: { factor: 2, changesADay: 10 },
  });
  expect(explain(record)).toEqual([
    '5 to 30, in 3 changes: 10, 20, 30',
    'requests at 900 (target 100) asks for 45',
    '45 becomes 40: the maximum of the policy',
    '40 becomes 30: the limit budget',
    'rejected: age, which asks for 7: requests asks for 45',
    'rejected: lag: its data is stale',
    'the load asks for 45, beyond maximum: max, limit: budget',
    'changes left today: 7',
  ]);
  const none = decide({ ...record.input, proposals: [], limits: [] });
  expect(explain(none).slice(0, 2)).toEqual(['keep 5', 'no source has usable data']);
});
