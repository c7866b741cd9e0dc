import { describe, expect, it } from 'vitest';
import type { Hooks } from '../../../lib/local/step-functions/types.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import {
  createWorld,
  describeRun,
  lambdaTask,
  machine,
  named,
  runMachine,
  type World,
} from '../asl/run-machine.ts';

const MACHINE = 'arn:aws:states:us-east-1:111111111111:stateMachine:m';
const EXECUTION = 'arn:aws:states:us-east-1:111111111111:execution:m:run';
const WAITS = machine({ W: { Type: 'Wait', Seconds: 100, End: true } });
const PASSES = machine({ P: { Type: 'Pass', End: true } });

function worldWith(definition: JsonObject, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): World {
  const world = createWorld();
  world.service.createStateMachine({ name: 'm', roleArn: 'r', definition, type });
  return world;
}

async function call(world: World, action: string, request: JsonObject = {}) {
  const { status, body } = await world.service.handle(`AWSStepFunctions.${action}`, JSON.stringify(request));
  const answer = JSON.parse(body) as JsonObject;
  return status === 200 ? answer : { error: answer.__type };
}

describe('rejects requests', () => {
  it.each<[string, JsonObject, string]>([
    ['DoNothing', {}, 'UnknownOperationException'],
    ['StartExecution', {}, 'ValidationException'],
    ['StartExecution', { stateMachineArn: `${MACHINE}x` }, 'StateMachineDoesNotExist'],
    ['StartExecution', { stateMachineArn: MACHINE, input: '{' }, 'InvalidExecutionInput'],
    [
      'StartExecution',
      { stateMachineArn: MACHINE, input: JSON.stringify('x'.repeat(262_144)) },
      'InvalidExecutionInput',
    ],
    ['StartExecution', { stateMachineArn: MACHINE, name: 'a b' }, 'InvalidName'],
    ['StartExecution', { stateMachineArn: MACHINE, name: 'x'.repeat(81) }, 'InvalidName'],
    ['StartSyncExecution', { stateMachineArn: MACHINE }, 'StateMachineTypeNotSupported'],
    ['DescribeExecution', { executionArn: 'x' }, 'ExecutionDoesNotExist'],
    ['StopExecution', { executionArn: 'x' }, 'ExecutionDoesNotExist'],
    ['GetExecutionHistory', { executionArn: 'x' }, 'ExecutionDoesNotExist'],
    ['RedriveExecution', { executionArn: 'x' }, 'ExecutionDoesNotExist'],
    ['DescribeMapRun', { mapRunArn: 'x' }, 'ResourceNotFound'],
    ['ListExecutions', { mapRunArn: 'x' }, 'ResourceNotFound'],
    ['ListExecutions', {}, 'ValidationException'],
    ['CreateStateMachine', { name: 'n', roleArn: 'r', definition: '{}' }, 'InvalidDefinition'],
    [
      'CreateStateMachine',
      { name: 'm', roleArn: 'r', definition: JSON.stringify(PASSES) },
      'StateMachineAlreadyExists',
    ],
  ])('%s %j: %s', async (action, request, error) => {
    expect(await call(worldWith(WAITS), action, request)).toEqual({ error });
  });
});

describe('StartExecution by name', () => {
  const start = { stateMachineArn: MACHINE, name: 'run', input: '{"a":1}' };

  it('returns the running execution for the same input', async () => {
    const world = worldWith(WAITS);
    const first = await call(world, 'StartExecution', start);
    expect(first).toEqual({ executionArn: EXECUTION, startDate: expect.any(Number) });
    expect(await call(world, 'StartExecution', start)).toEqual(first);
    expect(world.service.executions.size).toBe(1);
  });

  it('rejects another input, and a closed execution', async () => {
    const world = worldWith(WAITS);
    await call(world, 'StartExecution', start);
    expect(await call(world, 'StartExecution', { ...start, input: '{}' })).toEqual({
      error: 'ExecutionAlreadyExists',
    });
    await world.clock.quiet();
    expect(await call(world, 'StartExecution', start)).toEqual({ error: 'ExecutionAlreadyExists' });
  });
});

describe('an execution in the API', () => {
  it('is described and listed, with its history in pages', async () => {
    const world = worldWith(PASSES);
    for (const name of ['a', 'b', 'run'])
      await call(world, 'StartExecution', { stateMachineArn: MACHINE, name });
    await world.clock.quiet();
    expect(await call(world, 'DescribeExecution', { executionArn: EXECUTION })).toMatchObject({
      executionArn: EXECUTION,
      stateMachineArn: MACHINE,
      name: 'run',
      status: 'SUCCEEDED',
      startDate: 1_767_225_600,
      stopDate: 1_767_225_600,
      input: '{}',
      output: '{}',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const page = await call(world, 'ListExecutions', { stateMachineArn: MACHINE, maxResults: 2 });
    expect(page).toMatchObject({ executions: [{ name: 'run' }, { name: 'b' }] });
    const rest = { stateMachineArn: MACHINE, nextToken: (page as JsonObject).nextToken ?? '' };
    expect(await call(world, 'ListExecutions', rest)).toEqual({
      executions: [expect.objectContaining({ name: 'a' })],
    });
    const none = await call(world, 'ListExecutions', { stateMachineArn: MACHINE, statusFilter: 'FAILED' });
    expect(none).toEqual({ executions: [] });
    expect(await call(world, 'ListStateMachines')).toMatchObject({
      stateMachines: [{ name: 'm', type: 'STANDARD' }],
    });
    expect(await call(world, 'DescribeStateMachine', { stateMachineArn: MACHINE })).toMatchObject({
      status: 'ACTIVE',
      roleArn: 'r',
    });
  });

  it('has its history forwards, backwards and without data', async () => {
    const world = worldWith(PASSES);
    await call(world, 'StartExecution', { stateMachineArn: MACHINE, name: 'run' });
    await world.clock.quiet();
    const ids = async (request: JsonObject) => {
      const answer = (await call(world, 'GetExecutionHistory', {
        executionArn: EXECUTION,
        ...request,
      })) as JsonObject;
      return [(answer.events as JsonObject[]).map(({ id }) => id), answer.nextToken] as const;
    };
    expect((await ids({}))[0]).toEqual([1, 2, 3, 4]);
    const [page, nextToken] = await ids({ maxResults: 3, reverseOrder: true });
    expect(page).toEqual([4, 3, 2]);
    expect((await ids({ maxResults: 3, reverseOrder: true, nextToken: nextToken ?? '' }))[0]).toEqual([1]);
    const bare = await call(world, 'GetExecutionHistory', {
      executionArn: EXECUTION,
      includeExecutionData: false,
    });
    expect(JSON.stringify(bare)).not.toMatch(/"(in|out)put":/);
  });

  it('runs to its end within the request if it is express', async () => {
    const world = worldWith(PASSES, 'EXPRESS');
    const answer = await call(world, 'StartSyncExecution', { stateMachineArn: MACHINE, input: '[1]' });
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '[1]', billingDetails: {} });
    expect(world.changes).toEqual([]);
  });

  it('is limited to five minutes if it is express', async () => {
    const world = worldWith(machine({ W: { Type: 'Wait', Seconds: 301, End: true } }), 'EXPRESS');
    expect(await call(world, 'StartSyncExecution', { stateMachineArn: MACHINE })).toMatchObject({
      status: 'TIMED_OUT',
    });
  });
});

describe('StopExecution during a Lambda', () => {
  it('aborts at once; the function completes and its result is ignored', async () => {
    const log: string[] = [];
    const world = createWorld({
      functions: {
        f: async () => {
          await call(world, 'StopExecution', { executionArn: EXECUTION, error: 'E', cause: 'C' });
          log.push(world.service.execution(EXECUTION).status);
          await new Promise((resolve) => setTimeout(resolve, 5));
          log.push('function ended');
          return 1;
        },
      },
    });
    world.service.createStateMachine({
      name: 'm',
      roleArn: 'r',
      definition: machine({ T: lambdaTask('f', { Retry: [{ ErrorEquals: ['States.ALL'] }], End: true }) }),
    });
    const execution = world.service.startExecution({ stateMachineArn: MACHINE, name: 'run' });
    await execution.outcome();
    await world.clock.quiet();
    expect(log).toEqual(['ABORTED', 'function ended']);
    const ran = describeRun(execution, world);
    expect([ran.status, ran.error, ran.cause]).toEqual(['ABORTED', 'E', 'C']);
    expect(ran.types.slice(-2)).toEqual(['LambdaFunctionStarted', 'ExecutionAborted']);
  });

  it('has no effect on a closed execution', async () => {
    const world = worldWith(PASSES);
    await call(world, 'StartExecution', { stateMachineArn: MACHINE, name: 'run' });
    await world.clock.quiet();
    await call(world, 'StopExecution', { executionArn: EXECUTION });
    expect(world.service.execution(EXECUTION).status).toBe('SUCCEEDED');
  });
});

it('reports every change of status', async () => {
  const ran = await runMachine(machine({ F: { Type: 'Fail', Error: 'E', Cause: 'C' } }), { input: { a: 1 } });
  expect(ran.world.changes).toMatchObject([
    { status: 'RUNNING', input: '{"a":1}', stopDate: null, output: null, error: null },
    {
      status: 'FAILED',
      error: 'E',
      cause: 'C',
      stopDate: 1_767_225_600_000,
      name: 'run',
      redriveStatus: 'REDRIVABLE',
    },
  ]);
});

describe('RedriveExecution', () => {
  it('continues at the failed state, with its variables', async () => {
    let broken = true;
    const f = () => {
      if (broken) throw named('Broken');
      return 'mended';
    };
    const ran = await runMachine(
      machine({
        A: { Type: 'Pass', Assign: { a: 1 }, Next: 'T' },
        T: lambdaTask('f', { Output: ['{% $a %}', '{% $states.result %}'], End: true }),
      }),
      { functions: { f } },
    );
    expect(ran.status).toBe('FAILED');
    broken = false;
    ran.world.clock.start();
    expect(
      await call(ran.world, 'RedriveExecution', { executionArn: ran.execution.executionArn }),
    ).toHaveProperty('redriveDate');
    await ran.execution.outcome();
    const again = describeRun(ran.execution, ran.world);
    expect([again.status, again.output, again.execution.redriveCount]).toEqual([
      'SUCCEEDED',
      [1, 'mended'],
      1,
    ]);
    expect(again.types.filter((type) => type === 'PassStateEntered')).toHaveLength(1);
    expect(again.types).toContain('ExecutionRedriven');
  });

  it('is rejected after success', async () => {
    const ran = await runMachine(PASSES);
    expect(await call(ran.world, 'RedriveExecution', { executionArn: ran.execution.executionArn })).toEqual({
      error: 'ExecutionNotRedrivable',
    });
  });
});

describe('map runs', () => {
  const definition = machine({
    M: {
      Type: 'Map',
      Label: 'Steps',
      Items: [1, 2, 3, 4],
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  });

  it('are listed with their children; old children keep no history', async () => {
    const ran = await runMachine(definition, { childHistoriesKept: 2 });
    const { mapRuns } = (await call(ran.world, 'ListMapRuns', {
      executionArn: ran.execution.executionArn,
    })) as { mapRuns: JsonObject[] };
    const mapRunArn = String(mapRuns[0]?.mapRunArn);
    expect(mapRunArn).toContain(':mapRun:machine/Steps:');
    expect(await call(ran.world, 'DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 4, succeeded: 4, pending: 0 },
      executionCounts: { total: 4, succeeded: 4 },
    });
    const { executions } = (await call(ran.world, 'ListExecutions', { mapRunArn })) as {
      executions: JsonObject[];
    };
    const events = executions.map(
      ({ executionArn }) => ran.world.service.history(String(executionArn)).length,
    );
    expect(events).toEqual([4, 4, 0, 0]);
    expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
  });

  it('are stopped with their execution and all children', async () => {
    const slow = JSON.parse(
      JSON.stringify(definition).replace('{"Type":"Pass"', '{"Type":"Wait","Seconds":100'),
    ) as JsonObject;
    const world = worldWith(slow);
    world.clock.setTimer(world.clock.now() + 5000, () => world.service.stopExecution(EXECUTION), {
      kind: 'execution',
    });
    await call(world, 'StartExecution', { stateMachineArn: MACHINE, name: 'run' });
    await world.clock.quiet();
    expect([...world.service.executions.values()].map(({ status }) => status)).toEqual(
      Array(5).fill('ABORTED'),
    );
    expect([...world.service.mapRuns.values()].map(({ status }) => status)).toEqual(['ABORTED']);
  });
});

describe('hooks', () => {
  const run = (hooks: Hooks) =>
    runMachine(
      machine({
        A: { Type: 'Pass', Next: 'T' },
        T: lambdaTask('f', { Retry: [{ ErrorEquals: ['Throttled'] }], End: true }),
      }),
      {
        hooks,
        functions: { f: () => 'done' },
      },
    );

  it('receive every entered state and may stop the execution', async () => {
    const seen: string[] = [];
    const world: World = createWorld({
      hooks: {
        onStateEntered: ({ stateName, stateMachineName, executionArn }) => {
          seen.push(`${stateMachineName}.${stateName}`);
          if (stateName === 'B') world.service.stopExecution(executionArn);
        },
      },
    });
    const definition = machine({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Succeed' },
    });
    world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
    const execution = world.service.startExecution({ stateMachineArn: MACHINE });
    await world.clock.quiet();
    expect([execution.status, seen]).toEqual(['ABORTED', ['m.A', 'm.B']]);
    expect(describeRun(execution, world).types.slice(-2)).toEqual(['PassStateEntered', 'ExecutionAborted']);
  });

  it('wrap each visit of a task: before, after, instead', async () => {
    const visits: number[] = [];
    const before = await run({
      interceptTask: async ({ visit }, proceed) => {
        visits.push(visit);
        if (visit < 3) throw named('Throttled');
        return await proceed();
      },
    });
    expect([before.output, visits]).toEqual(['done', [1, 2, 3]]);
    const after = await run({
      interceptTask: async (_, proceed) => {
        await proceed();
        throw named('Lost');
      },
    });
    expect([after.status, after.error, after.types.includes('LambdaFunctionFailed')]).toEqual([
      'FAILED',
      'Lost',
      true,
    ]);
    const instead = await run({ interceptTask: () => Promise.resolve({ malformed: true }) });
    expect(instead.output).toEqual({ malformed: true });
  });

  it('receive every closed execution with its counts', async () => {
    const closed: unknown[] = [];
    await run({ onExecutionClosed: (one) => closed.push(one) });
    expect(closed).toMatchObject([{ status: 'SUCCEEDED', stateTransitions: 2, historyEvents: 9 }]);
  });
});

it('the same seed gives the same history', async () => {
  const definition = machine({
    M: {
      Type: 'Map',
      Items: '{% [1..30] %}',
      ItemProcessor: {
        StartAt: 'W',
        States: {
          W: { Type: 'Wait', Seconds: '{% $floor($random() * 100) %}', Next: 'P' },
          P: { Type: 'Pass', Output: '{% $uuid() %}', End: true },
        },
      },
      End: true,
    },
  });
  const [first, second] = [await runMachine(definition), await runMachine(definition)];
  expect(second.events).toEqual(first.events);
});
