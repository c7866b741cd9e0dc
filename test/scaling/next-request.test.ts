import { describe, expect, it } from 'vitest';
import { envelopesOf } from '../../lib/model/capacity/envelope.ts';
import type { CapacityRules, DecisionInput } from '../../lib/model/scaling-decision.ts';
import { combine } from '../../lib/scaling/combine.ts';
import { farthestStandard, nextRequest } from '../../lib/scaling/next-request.ts';

// What is asked for after a decision: what needs no approval first, then what needs one.

const at = '2026-11-29T12:00:00.000Z';
const [service, stream] = ['AWS::ECS::Service', 'AWS::Kinesis::Stream'].flatMap((type) =>
  envelopesOf(type, { min: 2, max: 10 }),
);

/** Decides for so many percent of a target of 50, and asks. */
function asked(own: Partial<DecisionInput> & { percent: number }, isStandard = (_to: number) => true) {
  if (service === undefined) throw new Error('a service has a capacity');
  const { percent, ...more } = own;
  const input: DecisionInput = {
    ...{ at, current: 10, bounds: { min: 2, max: 10 } },
    proposals: [{ source: 'cpu', kind: 'average', status: 'ok', value: percent, target: 50 }],
    ...more,
  };
  const decision = combine(input);
  const standardTo = farthestStandard(service, input.current, decision, isStandard);
  return nextRequest(service, input, decision, standardTo);
}

describe('nothing is asked for', () => {
  const growing = { percent: 100 };
  it.each<[what: string, own: Partial<DecisionInput> & { percent: number }]>([
    ['if the load is served', { percent: 50 }],
    ['beyond the maximum in a freeze', { ...growing, freeze: { name: 'the sale' } }],
    ['beyond the maximum while a change is in flight', { ...growing, inFlight: { to: 10, since: at } }],
    [
      'if the type allows no change today',
      { ...growing, rules: { changesADay: 0 }, bounds: { min: 2, max: 40 } },
    ],
    ['without data', { percent: Number.NaN }],
  ])('%s', (_what, own) => expect(asked(own)).toBeUndefined());
});

describe('a standard change comes first', () => {
  it('up to the maximum, and what is beyond it later', () => {
    expect(asked({ percent: 100, current: 8 })).toEqual({ change: 'standard', to: 10, beyond: false });
    expect(asked({ percent: 100 })).toEqual({ change: 'normal', to: 20, beyond: true });
  });

  it('within the rate of the policy, and what is beyond it later', () => {
    const rules = { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] } as const;
    const behavior = { scaleUp: rules, scaleDown: rules };
    const own = { percent: 100, current: 4, behavior };
    expect(asked(own)).toEqual({ change: 'standard', to: 6, beyond: false });
    const changes = [{ at, from: 2, to: 4 }];
    expect(asked({ ...own, changes })).toEqual({ change: 'normal', to: 8, beyond: true });
  });

  it('as far as governance takes it as one: then what is left waits for people', () => {
    expect(asked({ percent: 25 }, (to) => to >= 8)).toEqual({ change: 'standard', to: 8, beyond: false });
    expect(asked({ percent: 25 }, () => false)).toEqual({ change: 'normal', to: 5, beyond: false });
  });

  it.each([1, 2, 3, 5, 7, 9, 10])('the farthest of it, at %i of 10', (most) => {
    if (service === undefined) throw new Error('a service has a capacity');
    const decision = combine({
      ...{ at, current: 0, bounds: { min: 0, max: 10 } },
      proposals: [{ source: 'queue', kind: 'capacity', status: 'ok', value: 10 }],
    });
    expect(farthestStandard({ ...service, min: 0 }, 0, decision, (to) => to <= most)).toBe(most);
  });
});

it('asks for no more beyond the policy than the service accepts in one change and in a day', () => {
  if (stream === undefined) throw new Error('a stream has a capacity');
  const input = (rules: CapacityRules): DecisionInput => ({
    ...{ at, current: 10, bounds: { min: 2, max: 10 }, rules },
    proposals: [{ source: 'load', kind: 'capacity', status: 'ok', value: 90 }],
  });
  const next = (rules: CapacityRules) => nextRequest(stream, input(rules), combine(input(rules)), 10);
  expect(next({ factor: 2 })).toEqual({ change: 'normal', to: 20, beyond: true });
  expect(next({ changesADay: 0 })).toBeUndefined();
});

describe('a capacity that people approved beyond the maximum', () => {
  const approved = { current: 16, approved: true } as const;
  it('stays under load, and comes back as far as the load allows', () => {
    expect(asked({ ...approved, percent: 50 })).toBeUndefined();
    expect(asked({ ...approved, percent: 40 })).toEqual({ change: 'standard', to: 13, beyond: false });
    expect(asked({ ...approved, percent: 5 })).toEqual({ change: 'standard', to: 8, beyond: false });
    expect(asked({ ...approved, percent: 75 })).toEqual({ change: 'normal', to: 24, beyond: true });
  });

  it('is taken away without the approval', () => {
    expect(asked({ percent: 50, current: 16 })).toEqual({ change: 'standard', to: 10, beyond: false });
  });
});
