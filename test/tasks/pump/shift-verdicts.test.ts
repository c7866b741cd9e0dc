import { describe, expect, it, test } from 'vitest';
import { assetIdOf } from '../../../lib/inventory/keys.ts';
import type { Asset } from '../../../lib/model/asset.ts';
import type { ShiftState } from '../../../lib/model/traffic-state.ts';
import { functionsOf, type VerdictQuestion } from '../../../lib/model/verdict.ts';
import { providerOf } from '../../../lib/providers/registry.ts';
import { askVerdicts } from '../../../lib/tasks/pump/shift-verdicts.ts';
import { judge } from '../../../lib/traffic/shift/judge.ts';
import { planOf, well } from '../../traffic/shift-world.ts';

/** Which functions a shift asks, when, and what it tells them. */
const at = Date.parse('2026-01-01T00:10:00.000Z') / 1000;
const plan = planOf({
  strategy: 'canary-10-5m',
  metrics: [
    { kind: 'threshold', metric: 'Errors', above: 1 },
    { kind: 'verdict', function: 'judge' },
    { kind: 'verdict', function: 'other' },
    { kind: 'verdict', function: 'judge', failures: 2 },
  ],
});
const baking: ShiftState = { phase: 'shifting', step: 0, wanted: 10, setAt: at - 200, failures: {} };
const named = (function_: string, ...scopes: string[]) => ({
  environments: { dev: { traffic: { verdictFunctions: [{ function: function_, scopes }] } } },
});

async function asked(
  state: ShiftState,
  {
    settings = named('judge', 'dev/shop'),
    decidedAt = at - 60,
    scope = 'dev/shop',
    made = {} as Record<string, Partial<Asset>>,
  } = {},
) {
  const questions: [string, VerdictQuestion][] = [];
  const context = {
    services: {
      settings,
      inventory: { asset: async (id: string) => made[id] },
      verdicts: {
        ask: async (name: string, question: VerdictQuestion) => {
          questions.push([name, question]);
          return { verdict: 'pass' };
        },
      },
    },
    view: {
      run: { requestId: 'shift-1', executionArn: 'arn:aws:states:us-east-1:111111111111:execution:x:y' },
      plan: { environment: 'dev', scope },
    },
    step: { resource: 'Entry', desired: { Password: 'hunter2' }, previous: {} },
    record: {
      ...(decidedAt > 0 && { shift: { decidedAtSeconds: decidedAt } }),
      attributes: { Arn: 'arn:hidden' },
    },
    now: new Date(at * 1000).toISOString(),
  };
  const readings = await askVerdicts(context as never, plan, state);
  return { questions, readings };
}

it('asks each function once, and one that is not named not at all', async () => {
  const { questions, readings } = await asked(baking);
  expect(questions).toEqual([
    [
      'judge',
      {
        ...{ version: 1, request: 'shift-1', scope: 'dev/shop', asset: 'rule-1', resource: 'Entry' },
        ...{ side: 'green', stableSide: 'blue', weight: 10, step: 0, steps: 2 },
        interval: { start: '2026-01-01T00:09:00.000Z', end: '2026-01-01T00:10:00.000Z' },
      },
    ],
  ]);
  const metrics = plan.metrics.map((_, index) => readings.get(index) ?? {});
  const verdicts = judge(plan, { ...well, now: at, weight: 10, metrics });
  expect(verdicts.slice(1, 4)).toMatchObject([
    { verdict: 'pass' },
    { verdict: 'no-data', why: 'the function answered nothing: the settings do not name it for dev/shop' },
    { verdict: 'pass', tolerated: 2 },
  ]);
});

test.each([
  ['another scope', { settings: named('judge', 'dev/other') }],
  ['a scope that begins alike', { scope: 'dev/shop-2' }],
  ['a pattern that is none', { settings: named('judge', 'dev/*') }],
  ['no longer', { settings: { environments: { dev: { traffic: { verdictFunctions: [] } } } } }],
  [
    'another environment',
    { settings: { environments: { prod: named('judge', 'dev/shop').environments.dev } } },
  ],
])('does not ask a function that is named for %s', async (_what, world) => {
  const { questions, readings } = await asked(baking, world as never);
  expect(questions).toEqual([]);
  expect([...readings.values()].every(({ verdict }) => verdict === null)).toBe(true);
});

test('settings with an ARN, or for an unknown environment, name no function', () => {
  const arn = 'arn:aws:lambda:us-east-1:222222222222:function:judge';
  expect(functionsOf(named(arn, 'dev/shop'), { environment: 'dev', scope: 'dev/shop' })).toEqual(new Map());
  expect(functionsOf(named('judge', 'dev/shop'), { environment: 'constructor', scope: 'dev/shop' })).toEqual(
    new Map(),
  );
});

describe('a function of that name that Baton made', () => {
  const idIn = (account: string, region: string, type = 'AWS::Lambda::Function') =>
    assetIdOf({ provider: providerOf(type), account, region, type, identifier: 'judge' });
  const own = idIn('111111111111', 'us-east-1');
  const settings = named('judge', 'dev/shop', 'dev/platform');
  test.each<[string, boolean, Record<string, Partial<Asset>>]>([
    ['for the scope itself is asked', true, { [own]: { scope: 'dev/shop', status: 'Active' } }],
    [
      'for another scope that may ask it is asked',
      true,
      { [own]: { scope: 'dev/platform', status: 'Active' } },
    ],
    ['for any other scope is not asked', false, { [own]: { scope: 'dev/evil', status: 'Active' } }],
    [
      'and that another scope retained is not asked',
      false,
      { [own]: { scope: 'dev/evil', status: 'Retained' } },
    ],
    ['and that is deleted does not matter', true, { [own]: { scope: 'dev/evil', status: 'Retired' } }],
    [
      'elsewhere does not matter',
      true,
      {
        [idIn('222222222222', 'us-east-1')]: { scope: 'dev/evil', status: 'Active' },
        [idIn('111111111111', 'eu-west-1')]: { scope: 'dev/evil', status: 'Active' },
        [idIn('111111111111', 'us-east-1', 'AWS::SQS::Queue')]: { scope: 'dev/evil', status: 'Active' },
      },
    ],
  ])('%s', async (_what, is, made) => {
    const { questions, readings } = await asked(baking, { settings, made });
    expect(questions.map(([name]) => name)).toEqual(is ? ['judge'] : []);
    const why = 'it is an asset of dev/evil, which the settings do not name for it';
    if (!is) expect(readings.get(1)).toEqual({ verdict: null, why });
  });
});

describe('asks nothing', () => {
  test.each<[string, Partial<ShiftState>]>([
    ['before the first weight', { step: -1 }],
    ['on the way back', { phase: 'retreating' }],
    ['after the end', { phase: 'done' }],
  ])('%s', async (_when, state) => {
    expect(await asked({ ...baking, ...state })).toEqual({ questions: [], readings: new Map() });
  });
});

it('asks nothing about an interval without any time: as soon as a weight is set, there is nothing to evaluate', async () => {
  const { questions, readings } = await asked({ ...baking, setAt: at }, { decidedAt: 0 });
  expect(questions).toEqual([]);
  const metrics = plan.metrics.map((_, index) => readings.get(index) ?? {});
  const [, first] = judge(plan, { ...well, now: at, weight: 10, metrics });
  expect(first).toMatchObject({ verdict: 'no-data' });
});

test.each([
  ['the time since the last decision, if a tick was late', at - 150, at - 150],
  ['a whole interval, if a directive came a moment after a decision', at - 3, at - 60],
  ['no time before the weight', at - 900, at - 200],
])('the interval is %s', async (_what, decidedAt, start) => {
  const { questions } = await asked(baking, { decidedAt });
  expect(questions[0]?.[1].interval.start).toBe(new Date(start * 1000).toISOString());
});
