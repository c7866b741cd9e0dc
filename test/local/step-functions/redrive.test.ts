import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import {
  createWorld,
  describeRun,
  lambdaTask,
  machine,
  named,
  type Ran,
  runMachine,
  type World,
} from '../asl/run-machine.ts';

const DAY_SECONDS = 24 * 60 * 60;
const FAILS = machine({ F: { Type: 'Fail', Error: 'E' } });

async function call(world: World, action: string, request: JsonObject) {
  const { status, body } = await world.service.handle(`AWSStepFunctions.${action}`, JSON.stringify(request));
  const answer = JSON.parse(body) as JsonObject;
  return status === 200 ? answer : { error: answer.__type, message: answer.message };
}

const redriveCall = (ran: Ran, more: JsonObject = {}) =>
  call(ran.world, 'RedriveExecution', { executionArn: ran.execution.executionArn, ...more });

const described = (ran: Ran) =>
  call(ran.world, 'DescribeExecution', { executionArn: ran.execution.executionArn });

/** Redrives and waits for the end. */
async function redriven(ran: Ran): Promise<Ran> {
  ran.world.clock.start();
  expect(await redriveCall(ran)).toEqual({ redriveDate: expect.any(Number) });
  await ran.execution.outcome();
  await ran.world.clock.quiet();
  ran.world.clock.stop();
  return describeRun(ran.execution, ran.world);
}

async function pass(ran: Ran, seconds: number): Promise<void> {
  const { clock } = ran.world;
  clock.start();
  clock.setTimer(clock.now() + seconds * 1000, () => {}, { kind: 'execution' });
  await clock.quiet();
  clock.stop();
}

/** Returns functions that record their calls and fail for the inputs in `broken`. */
function flaky(broken: Set<JsonValue>) {
  const calls: JsonValue[] = [];
  const f = (payload: JsonValue) => {
    calls.push(payload);
    if (broken.has(payload)) throw named('Broken');
    return payload;
  };
  return { calls, functions: { f } };
}

const after = (ran: Ran, type: string) => ran.events.slice(ran.types.indexOf(type) + 1);
const links = (events: Ran['events']) => events.map(({ type, previousEventId }) => [type, previousEventId]);

describe("an execution can't be redriven", () => {
  it.each<[string, JsonObject, string]>([
    [
      'SUCCEEDED',
      machine({ P: { Type: 'Pass', End: true } }),
      'Execution is SUCCEEDED and cannot be redriven',
    ],
    [
      'with too long a history',
      machine({
        A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'A' }] },
      }),
      'Execution history event limit exceeded',
    ],
  ])('%s', async (_, definition, reason) => {
    const ran = await runMachine(definition);
    expect(await described(ran)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: reason,
    });
    expect(await redriveCall(ran)).toEqual({
      error: 'ExecutionNotRedrivable',
      message: `Execution ${ran.execution.executionArn} invalid for redrive as: ${reason}`,
    });
  });

  it('RUNNING', async () => {
    const world = createWorld();
    const definition = machine({ W: { Type: 'Wait', Seconds: 9, End: true } });
    const { stateMachineArn } = world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
    const { executionArn } = world.service.startExecution({ stateMachineArn });
    expect(await call(world, 'RedriveExecution', { executionArn })).toMatchObject({
      error: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution is RUNNING and cannot be redriven'),
    });
  });

  it.each([
    [14 * DAY_SECONDS - 1, 'REDRIVABLE'],
    [14 * DAY_SECONDS, 'NOT_REDRIVABLE'],
  ])('%i seconds after it ended: %s', async (seconds, redriveStatus) => {
    const ran = await runMachine(FAILS);
    await pass(ran, seconds);
    expect(await described(ran)).toMatchObject({ redriveStatus });
  });

  it('if it has been open for a year', async () => {
    const year = 365 * DAY_SECONDS;
    const ran = await runMachine(
      machine({ W: { Type: 'Wait', Seconds: year, Next: 'F' }, F: { Type: 'Fail' } }),
    );
    const redriveStatusReason = 'Execution has exceeded the max execution time';
    expect(await described(ran)).toMatchObject({ redriveStatusReason });
  });

  it('if it is express', async () => {
    const ran = await runMachine(FAILS, { type: 'EXPRESS' });
    expect(await redriveCall(ran)).toMatchObject({ error: 'ExecutionNotRedrivable' });
  });

  it.each(['', 'x'.repeat(65)])('with the token %j', async (clientToken) => {
    const ran = await runMachine(FAILS);
    expect(await redriveCall(ran, { clientToken })).toMatchObject({ error: 'ValidationException' });
  });
});

describe('a client token', () => {
  it('redrives once in 15 minutes, even while the execution runs', async () => {
    const ran = await runMachine(FAILS);
    const first = await redriveCall(ran, { clientToken: 't' });
    expect(await redriveCall(ran, { clientToken: 't' })).toEqual(first);
    await pass(ran, 15 * 60 - 1);
    expect([await redriveCall(ran, { clientToken: 't' }), ran.execution.redriveCount]).toEqual([first, 1]);
    await pass(ran, 1);
    expect(await redriveCall(ran, { clientToken: 't' })).not.toEqual(first);
    expect(ran.execution.redriveCount).toBe(2);
  });

  it('is forgotten after ten others', async () => {
    const ran = await runMachine(FAILS);
    for (let token = 0; token <= 10; token += 1) {
      await redriveCall(ran, { clientToken: `t${token}` });
      await pass(ran, 1);
    }
    await redriveCall(ran, { clientToken: 't1' });
    expect(ran.execution.redriveCount).toBe(11);
    await redriveCall(ran, { clientToken: 't0' });
    expect(ran.execution.redriveCount).toBe(12);
  });
});

describe('a redriven Task', () => {
  const definition = machine({
    A: { Type: 'Pass', Assign: { a: 1 }, Next: 'T' },
    T: lambdaTask('f', {
      Arguments: '{% $states.input.x %}',
      Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2, IntervalSeconds: 1 }],
      Output: ['{% $a %}', '{% $states.context.Execution %}', '{% $states.context.State.RetryCount %}'],
      End: true,
    }),
  });

  it('is scheduled again with its entry, input and variables', async () => {
    const broken = new Set<JsonValue>([7]);
    const { functions } = flaky(broken);
    const failed = await runMachine(definition, { input: { x: 7 }, functions });
    broken.clear();
    const ran = await redriven(failed);
    expect(ran.output).toEqual([
      1,
      expect.objectContaining({ RedriveCount: 1, RedriveTime: expect.any(String) }),
      0,
    ]);
    const entered = ran.types.indexOf('TaskStateEntered') + 1;
    const ended = ran.types.indexOf('ExecutionFailed') + 1;
    expect(ran.events[ended]).toMatchObject({
      type: 'ExecutionRedriven',
      id: ended + 1,
      previousEventId: ended,
      executionRedrivenEventDetails: { redriveCount: 1 },
    });
    expect(links(after(ran, 'ExecutionRedriven')).slice(0, 2)).toEqual([
      ['LambdaFunctionScheduled', entered],
      ['LambdaFunctionStarted', ended + 2],
    ]);
    expect(await described(ran)).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: expect.any(Number),
    });
  });

  it('has all its retries again, in each of several redrives', async () => {
    const { calls, functions } = flaky(new Set<JsonValue>([7]));
    let ran = await runMachine(definition, { input: { x: 7 }, functions });
    for (const redrives of [1, 2]) {
      ran = await redriven(ran);
      expect([ran.status, ran.execution.redriveCount, calls.length]).toEqual([
        'FAILED',
        redrives,
        3 * (redrives + 1),
      ]);
    }
  });

  it('ignores later effects of its first attempt', async () => {
    let [calls, release] = [0, () => {}];
    const f = async () => {
      calls += 1;
      if (calls > 1) return 'second';
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      throw named('Late');
    };
    const world = createWorld({ functions: { f } });
    const definition = machine({ T: lambdaTask('f') });
    const { stateMachineArn } = world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
    const execution = world.service.startExecution({ stateMachineArn });
    while (calls === 0) await new Promise((resolve) => setImmediate(resolve));
    execution.stop();
    execution.redrive();
    release();
    await execution.outcome();
    expect([execution.status, execution.output?.value]).toEqual(['SUCCEEDED', 'second']);
    const { types } = describeRun(execution, world);
    expect(types).not.toContain('LambdaFunctionFailed');
  });
});

it('a Fail state fails again, and a machine that timed out gets its full time again', async () => {
  const failed = await redriven(await runMachine(FAILS));
  expect([failed.status, failed.error, failed.types.at(-1)]).toEqual(['FAILED', 'E', 'ExecutionFailed']);
  let wait = 20;
  const slow = machine(
    {
      W: { Type: 'Wait', Seconds: 6, Next: 'T' },
      T: lambdaTask('f', { Next: 'V' }),
      V: { Type: 'Wait', Seconds: '{% $states.input %}', End: true },
    },
    { TimeoutSeconds: 10 },
  );
  const timedOut = await runMachine(slow, { functions: { f: () => wait } });
  expect(timedOut.status).toBe('TIMED_OUT');
  wait = 0;
  const again = await redriven(timedOut);
  expect([again.status, again.types.filter((type) => type === 'WaitStateEntered').length]).toEqual([
    'TIMED_OUT',
    2,
  ]);
});

describe('a redriven Parallel', () => {
  const branch = (name: string, more: JsonObject = { End: true }, states: JsonObject = {}) => ({
    StartAt: name,
    States: { [name]: lambdaTask('f', { Arguments: name, ...more }), ...states },
  });
  const parallel = (more: JsonObject = {}) =>
    machine({
      P: {
        Type: 'Parallel',
        Branches: [
          branch('Good'),
          branch(
            'Before',
            { Assign: { v: 5 }, Next: 'Bad' },
            { Bad: lambdaTask('f', { Arguments: 'Bad', Output: '{% $v %}', End: true }) },
          ),
          {
            StartAt: 'Slow',
            States: {
              Slow: { Type: 'Wait', Seconds: 60, Next: 'Late' },
              Late: { Type: 'Pass', Output: 'late', End: true },
            },
          },
        ],
        End: true,
        ...more,
      },
    });

  it('runs only the branches that failed or were aborted, each from its own state', async () => {
    const broken = new Set<JsonValue>(['Bad']);
    const { calls, functions } = flaky(broken);
    const failed = await runMachine(parallel(), { functions });
    broken.clear();
    const ran = await redriven(failed);
    expect([ran.output, calls]).toEqual([
      ['Good', 5, 'late'],
      ['Good', 'Before', 'Bad', 'Bad'],
    ]);
    const tail = after(ran, 'ExecutionRedriven').map(({ type }) => type);
    expect(tail).not.toContain('ParallelStateEntered');
    expect(tail).not.toContain('ParallelStateStarted');
    expect(tail.filter((type) => type === 'TaskStateEntered')).toEqual([]);
    expect(tail.slice(-3)).toEqual(['ParallelStateSucceeded', 'ParallelStateExited', 'ExecutionSucceeded']);
  });

  it('keeps successful branches across several redrives', async () => {
    const broken = new Set<JsonValue>(['Bad', 'Good']);
    const { calls, functions } = flaky(broken);
    let ran = await runMachine(parallel(), { functions });
    broken.delete('Good');
    ran = await redriven(ran);
    broken.clear();
    ran = await redriven(ran);
    expect(ran.output).toEqual(['Good', 5, 'late']);
    expect(calls.filter((name) => name === 'Good')).toHaveLength(2);
  });

  it('restarts all branches when it retries', async () => {
    const broken = new Set<JsonValue>(['Bad']);
    const { calls, functions } = flaky(broken);
    const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 1, IntervalSeconds: 1 }];
    await redriven(await runMachine(parallel({ Retry }), { functions }));
    expect(calls.filter((name) => name === 'Good')).toHaveLength(3);
  });

  it('runs as a whole if its data was too large', async () => {
    let size = 200_000;
    const calls: JsonValue[] = [];
    const f = (payload: JsonValue) => {
      calls.push(payload);
      return 'x'.repeat(size);
    };
    const definition = machine({ P: { Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true } });
    const failed = await runMachine(definition, { functions: { f } });
    expect(failed.error).toBe('States.DataLimitExceeded');
    size = 1;
    const ran = await redriven(failed);
    expect([ran.output, calls]).toEqual([
      ['x', 'x'],
      ['A', 'B', 'A', 'B'],
    ]);
  });

  it('evaluates its Output again if only that failed', async () => {
    const { calls, functions } = flaky(new Set());
    const definition = parallel({
      Output: "{% $states.context.Execution.RedriveCount = 0 ? $error('no') : $states.result %}",
    });
    const ran = await redriven(await runMachine(definition, { functions }));
    expect([ran.output, calls.length]).toEqual([['Good', 5, 'late'], 3]);
  });
});

describe('a redriven inline Map', () => {
  const definition = (more: JsonObject = {}) =>
    machine({
      M: {
        Type: 'Map',
        Items: '{% $states.input %}',
        ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'T' }, T: lambdaTask('f') } },
        End: true,
        ...more,
      },
    });

  it.each([1, 0])(
    'with MaxConcurrency %i runs the iterations that failed, were aborted or never started',
    async (MaxConcurrency) => {
      const broken = new Set<JsonValue>([3]);
      const { calls, functions } = flaky(broken);
      const failed = await runMachine(definition({ MaxConcurrency }), { input: [1, 2, 3, 4], functions });
      broken.clear();
      const before = calls.length;
      const ran = await redriven(failed);
      expect(ran.output).toEqual([1, 2, 3, 4]);
      const redone = calls.slice(before);
      expect(redone).toContain(3);
      if (MaxConcurrency === 1) expect(redone).toEqual([3, 4]);
      const tail = after(ran, 'ExecutionRedriven').map(({ type }) => type);
      expect(tail).not.toContain('MapStateStarted');
      const started = ran.types.filter((type) => type === 'MapIterationStarted');
      expect(started).toHaveLength(4);
    },
  );

  it('in a Parallel in a Map continues at the state that failed', async () => {
    const broken = new Set<JsonValue>([12]);
    const { calls, functions } = flaky(broken);
    const inner = (definition({ MaxConcurrency: 1 }).States as JsonObject).M ?? null;
    const Branches = [{ StartAt: 'M', States: { M: inner } }];
    const outer = machine({
      O: {
        Type: 'Map',
        MaxConcurrency: 1,
        Items: [
          [1, 2],
          [11, 12, 13],
        ],
        ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Parallel', Branches, End: true } } },
        End: true,
      },
    });
    const failed = await runMachine(outer, { functions });
    broken.clear();
    const ran = await redriven(failed);
    expect(ran.output).toEqual([[[1, 2]], [[11, 12, 13]]]);
    expect(calls).toEqual([1, 2, 11, 12, 12, 13]);
  });
});

describe.each(['STANDARD', 'EXPRESS'])('a redriven distributed Map of %s children', (ExecutionType) => {
  const definition = (more: JsonObject = {}) =>
    machine({
      M: {
        Type: 'Map',
        Label: 'L',
        MaxConcurrency: 1,
        Items: [1, 2, 3, 4],
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
          StartAt: 'A',
          States: {
            A: lambdaTask('f', { Arguments: '{% $states.input & "" %}', Next: 'T' }),
            T: lambdaTask('f', { Arguments: '{% $number($states.input) %}', End: true }),
          },
        },
        End: true,
        ...more,
      },
    });
  const children = (ran: Ran) =>
    [...ran.world.service.executions.values()].filter(({ mapRunArn }) => mapRunArn !== undefined);

  it('redrives failed children and starts those that never started', async () => {
    const broken = new Set<JsonValue>([2]);
    const { calls, functions } = flaky(broken);
    const failed = await runMachine(definition(), { functions });
    expect(children(failed).map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
    const [, second] = children(failed);
    const child = { executionArn: second?.executionArn ?? '' };
    expect(await call(failed.world, 'DescribeExecution', child)).toMatchObject({
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
    expect(await call(failed.world, 'RedriveExecution', child)).toMatchObject({
      error: 'ValidationException',
    });
    broken.clear();
    const ran = await redriven(failed);
    expect(ran.output).toEqual([1, 2, 3, 4]);
    const standard = ExecutionType === 'STANDARD';
    expect(calls).toEqual(['1', 1, '2', 2, ...(standard ? [2] : ['2', 2]), '3', 3, '4', 4]);
    expect(children(ran).map(({ redriveCount }) => redriveCount)).toEqual([0, standard ? 1 : 0, 0, 0]);
    const started = ran.types.indexOf('MapStateStarted') + 1;
    const [mapRunRedriven] = after(ran, 'ExecutionRedriven');
    const [mapRun] = [...ran.world.service.mapRuns.values()];
    const { mapRunArn = '' } = mapRun ?? {};
    expect(mapRunRedriven).toMatchObject({
      type: 'MapRunRedriven',
      previousEventId: started,
      mapRunRedrivenEventDetails: { mapRunArn, redriveCount: 1 },
    });
    expect(await call(ran.world, 'DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: expect.any(Number),
      executionCounts: { succeeded: 4, failed: 0, pending: 0, total: 4 },
    });
  });

  it('continues with aborted children if it is stopped and redriven at once', async () => {
    const slow = JSON.parse(
      JSON.stringify(definition({ MaxConcurrency: 2 })).replace(
        /"A":\{.*?"Next"/,
        '"A":{"Type":"Wait","Seconds":100,"Next"',
      ),
    ) as JsonObject;
    const world = createWorld({ functions: flaky(new Set()).functions });
    const { stateMachineArn } = world.service.createStateMachine({
      name: 'm',
      roleArn: 'r',
      definition: slow,
    });
    const execution = world.service.startExecution({ stateMachineArn });
    world.clock.setTimer(
      world.clock.now() + 5000,
      () => {
        execution.stop();
        execution.redrive();
      },
      { kind: 'execution' },
    );
    await execution.outcome();
    await world.clock.quiet();
    const ran = describeRun(execution, world);
    expect([ran.types.includes('MapRunRedriven'), ran.execution.redriveCount]).toEqual([true, 1]);
    expect(children(ran).map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
    expect([...world.service.mapRuns.values()].map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});

describe('an execution that is stopped and redriven at any moment', () => {
  const task = lambdaTask('f', { Output: '{% $states.result * 10 %}', Next: 'P' });
  const states = { T: task, P: { Type: 'Pass', Output: '{% $states.input + 1 %}', End: true } };
  const map = (ProcessorConfig: JsonObject) => ({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemProcessor: { ProcessorConfig, StartAt: 'T', States: states },
        End: true,
      },
    },
  });
  const definition = machine({
    A: {
      Type: 'Parallel',
      Branches: [map({ Mode: 'INLINE' }), map({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' })],
      Assign: { a: '{% $states.result[0][0] %}' },
      Next: 'Z',
    },
    Z: { Type: 'Pass', Output: { all: '{% $states.input %}', a: '{% $a %}' }, End: true },
  });
  const ENTRIES = 15;
  const OUTPUTS = [11, 21, 31];
  /** The execution itself: its own two states, two Maps, and two states in each of three iterations. */
  const EXITS = 10;

  /** Stops the execution this many turns of the microtask queue after the nth state was entered. */
  async function disturbed(entry: number, turns: number): Promise<Ran> {
    let entries = 0;
    const stop = async (world: World) => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const [execution] = [...world.service.executions.values()];
      execution?.stop();
      if (execution?.status === 'ABORTED') execution.redrive();
    };
    const world: World = createWorld({
      functions: { f: (item) => item },
      hooks: {
        onStateEntered: () => {
          entries += 1;
          if (entries === entry) void stop(world);
        },
      },
    });
    const { stateMachineArn } = world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
    const execution = world.service.startExecution({ stateMachineArn });
    while (execution.status !== 'SUCCEEDED') {
      await execution.outcome();
      await world.clock.quiet();
    }
    world.clock.stop();
    return describeRun(execution, world);
  }

  it.each([0, 1, 2, 3, 5, 8, 13, 21])(
    '%i turns after entering a state: loses nothing and repeats nothing',
    async (turns) => {
      for (let entry = 1; entry <= ENTRIES; entry += 1) {
        const ran = await disturbed(entry, turns);
        expect(ran.output).toEqual({ all: [OUTPUTS, OUTPUTS], a: 11 });
        expect(ran.events.map(({ id }) => id)).toEqual(ran.events.map((_, index) => index + 1));
        expect(ran.types.filter((type) => type.endsWith('StateExited'))).toHaveLength(EXITS);
        expect(ran.types.filter((type) => type === 'MapIterationSucceeded')).toHaveLength(3);
        const mapRuns = [...ran.world.service.mapRuns.values()];
        expect(mapRuns.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      }
    },
  );
});
