import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import { lambdaTask, machine, named, runMachine } from './run-machine.ts';

const DISTRIBUTED = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

function map(states: JsonObject, more: JsonObject = {}, processor: JsonObject = {}): JsonObject {
  const ItemProcessor = { ...processor, StartAt: Object.keys(states)[0] ?? '', States: states };
  return machine({ M: { Type: 'Map', ItemProcessor, End: true, ...more } });
}

/** Counts the maximum number of concurrent tasks. */
function gauge() {
  let [now, most] = [0, 0];
  const enter = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now -= 1;
  };
  return { enter, most: () => most };
}

describe.each([
  ['inline', {}, 40],
  ['distributed', DISTRIBUTED, 60],
])('a Map %s', (_, processor, most) => {
  it('returns its outputs in item order, however long each takes', async () => {
    const states = {
      W: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'P' },
      P: { Type: 'Pass', Output: '{% $states.input * 10 %}', End: true },
    };
    const ran = await runMachine(map(states, { Items: [3, 1, 2] }, processor));
    expect([ran.output, ran.seconds]).toEqual([[30, 10, 20], 3]);
  });

  it('returns an empty list for no items', async () => {
    const ran = await runMachine(map({ P: { Type: 'Pass', End: true } }, { Items: [] }, processor));
    expect(ran.output).toEqual([]);
  });

  it('applies ItemSelector to each item', async () => {
    const ItemSelector = {
      i: '{% $states.context.Map.Item.Index %}',
      v: '{% $states.context.Map.Item.Value %}',
      x: '{% $states.input.x %}',
    };
    const ran = await runMachine(
      map({ P: { Type: 'Pass', End: true } }, { Items: ['a', 'b'], ItemSelector }, processor),
      {
        input: { x: 1 },
      },
    );
    expect(ran.output).toEqual([
      { i: 0, v: 'a', x: 1 },
      { i: 1, v: 'b', x: 1 },
    ]);
  });

  it.each([
    [3, 3],
    ['{% $states.input.width %}', 5],
    [0, most],
  ])('with MaxConcurrency %s runs %i at a time', async (MaxConcurrency, expected) => {
    const { enter, most: measured } = gauge();
    const Items = Array.from({ length: 60 }, (__, i) => i);
    const ran = await runMachine(map({ T: lambdaTask('f') }, { Items, MaxConcurrency }, processor), {
      input: { width: 5 },
      functions: { f: enter },
    });
    expect([ran.status, measured()]).toEqual(['SUCCEEDED', expected]);
  });

  it('fails with the first failure and can be caught as a whole', async () => {
    const states = { T: lambdaTask('f') };
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Z' }];
    const definition = map(states, { Items: [1, 2, 3], Catch }, processor);
    (definition.States as JsonObject).Z = { Type: 'Pass', End: true };
    const functions = {
      f: (item: JsonValue) => {
        if (item === 2) throw named('Second');
      },
    };
    const ran = await runMachine(definition, { functions });
    const error = processor === DISTRIBUTED ? 'States.ExceedToleratedFailureThreshold' : 'Second';
    expect([ran.status, ran.output]).toEqual(['SUCCEEDED', error]);
    expect(ran.types).toContain('MapStateFailed');
  });
});

it('a failing iteration aborts the others in the order that AWS records', async () => {
  const states = {
    C: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $states.input = 'fail' %}", Next: 'Pause' }],
      Default: 'Long',
    },
    Long: { Type: 'Wait', Seconds: 20, End: true },
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Boom' },
    Boom: { Type: 'Fail', Error: 'Boom' },
  };
  const ran = await runMachine(map(states, { Items: ['long', 'fail', 'long'] }));
  const failure = ran.types.indexOf('FailStateEntered');
  expect(ran.types.slice(failure + 1)).toEqual([
    'MapIterationAborted',
    'WaitStateAborted',
    'MapIterationAborted',
    'WaitStateAborted',
    'MapIterationFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(ran.events.slice(failure + 1, -1).every((event) => event.previousEventId === failure + 1)).toBe(
    true,
  );
  expect(ran.seconds).toBe(1);
});

describe('a distributed Map', () => {
  const failing = (failures: number) => ({
    f: (item: JsonValue) => {
      if (Number(item) < failures) throw named('Broken');
      return item;
    },
  });
  const Items = Array.from({ length: 10 }, (_, i) => i);

  it.each<[JsonObject, number, boolean]>([
    [{}, 1, false],
    [{ ToleratedFailureCount: 2 }, 2, true],
    [{ ToleratedFailureCount: 2 }, 3, false],
    [{ ToleratedFailurePercentage: 20 }, 2, true],
    [{ ToleratedFailurePercentage: 20 }, 3, false],
    [{ ToleratedFailureCount: 5, ToleratedFailurePercentage: 10 }, 2, false],
    [{ ToleratedFailureCount: '{% $states.input.n %}' }, 4, true],
  ])('%j with %i failures of 10: tolerated %s', async (tolerance, failures, tolerated) => {
    const definition = map({ T: lambdaTask('f') }, { Items, ...tolerance }, DISTRIBUTED);
    const ran = await runMachine(definition, { input: { n: 4 }, functions: failing(failures) });
    expect(ran.status).toBe(tolerated ? 'SUCCEEDED' : 'FAILED');
    expect(ran.types).toContain(tolerated ? 'MapRunSucceeded' : 'MapRunFailed');
    if (!tolerated) expect(ran.error).toBe('States.ExceedToleratedFailureThreshold');
    else expect(ran.output).toEqual(Items.slice(failures));
  });

  it.each<[JsonObject, JsonValue]>([
    [{ MaxItemsPerBatch: 2 }, [{ Items: [1, 2] }, { Items: [3] }]],
    [{ MaxItemsPerBatch: '{% $states.input.n %}' }, [{ Items: [1, 2, 3] }]],
    [
      { MaxItemsPerBatch: 2, BatchInput: { n: '{% $states.input.n %}' } },
      [
        { BatchInput: { n: 3 }, Items: [1, 2] },
        { BatchInput: { n: 3 }, Items: [3] },
      ],
    ],
    [{ MaxInputBytesPerBatch: 16 }, [{ Items: [1, 2] }, { Items: [3] }]],
  ])('batches by %j', async (ItemBatcher, expected) => {
    const ran = await runMachine(
      map({ P: { Type: 'Pass', End: true } }, { Items: [1, 2, 3], ItemBatcher }, DISTRIBUTED),
      {
        input: { n: 3 },
      },
    );
    expect(ran.output).toEqual(expected);
  });

  it('runs 10,000 children at once', async () => {
    const Ten = '{% [$range(1, 10000, 1)] %}';
    const ran = await runMachine(
      map({ W: { Type: 'Wait', Seconds: 60, End: true } }, { Items: Ten }, DISTRIBUTED),
    );
    expect([ran.status, ran.seconds, (ran.output as JsonValue[]).length]).toEqual(['SUCCEEDED', 60, 10_000]);
    expect(ran.events).toHaveLength(8);
  });
});
