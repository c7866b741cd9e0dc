import { beforeEach, describe, expect, it } from 'vitest';
import type { Execution } from '../../../lib/local/step-functions/execution.ts';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import {
  createWorld,
  describeRun,
  machine,
  START_MILLIS,
  type World,
  type WorldOptions,
} from '../asl/run-machine.ts';

const TOKEN = '{% $states.context.Task.Token %}';

function waiting(more: JsonObject = {}): JsonObject {
  const Arguments = { FunctionName: 'ask', Payload: { token: TOKEN } };
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  return machine({ T: { Type: 'Task', Resource, Arguments, End: true, ...more } });
}

let tokens: string[];
beforeEach(() => {
  tokens = [];
});

const ask = (payload: JsonValue) => {
  tokens.push(String((payload as JsonObject).token));
};

async function start(definition: JsonObject, options: WorldOptions = {}): Promise<[Execution, World]> {
  const world = createWorld({ functions: { ask }, ...options });
  const { stateMachineArn } = world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
  const execution = world.service.startExecution({ stateMachineArn, name: 'run' });
  await world.clock.quiet();
  return [execution, world];
}

async function send(world: World, action: string, fields: JsonObject): Promise<string> {
  const body = JSON.stringify({ taskToken: tokens[0] ?? '', ...fields });
  const answer = await world.service.handle(`AWSStepFunctions.${action}`, body);
  await world.clock.quiet();
  return answer.status === 200 ? 'ok' : String((JSON.parse(answer.body) as JsonObject).__type);
}

describe('a task that waits for its token', () => {
  it('fails with the error it is sent', async () => {
    const [execution, world] = await start(waiting());
    expect(await send(world, 'SendTaskFailure', { error: 'Denied', cause: 'too late' })).toBe('ok');
    expect(describeRun(execution, world)).toMatchObject({
      status: 'FAILED',
      error: 'Denied',
      cause: 'too late',
    });
  });

  it('succeeds with the output it is sent', async () => {
    const [execution, world] = await start(waiting());
    expect(execution.status).toBe('RUNNING');
    expect(await send(world, 'SendTaskSuccess', { output: '{"a":1}' })).toBe('ok');
    const ran = describeRun(execution, world);
    expect(ran.output).toEqual({ a: 1 });
    expect(ran.types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  it('can be completed by the call that sends the token', async () => {
    const world: { current?: World } = {};
    const functions = {
      ask: async (payload: JsonValue) => {
        ask(payload);
        world.current?.service.tokens.succeed(tokens[0] ?? '', '7');
      },
    };
    const created = createWorld({ functions });
    world.current = created;
    const { stateMachineArn } = created.service.createStateMachine({
      name: 'm',
      roleArn: 'r',
      definition: waiting(),
    });
    const execution = created.service.startExecution({ stateMachineArn });
    expect((await execution.outcome()).output?.value).toBe(7);
  });

  it('times out together with its token', async () => {
    const [execution, world] = await start(waiting({ TimeoutSeconds: 600 }));
    const ran = describeRun(execution, world);
    expect([ran.status, ran.error, ran.seconds]).toEqual(['FAILED', 'States.Timeout', 600]);
    expect(ran.types).toContain('TaskTimedOut');
    expect(await send(world, 'SendTaskSuccess', { output: '1' })).toBe('TaskTimedOut');
  });

  it('fails without a heartbeat', async () => {
    const [execution, world] = await start(waiting({ TimeoutSeconds: 600, HeartbeatSeconds: '{% 30 %}' }));
    expect(describeRun(execution, world)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
      seconds: 30,
    });
  });

  it('is kept alive by heartbeats', async () => {
    const world = createWorld({ functions: { ask } });
    const definition = waiting({ HeartbeatSeconds: 30 });
    const { stateMachineArn } = world.service.createStateMachine({ name: 'm', roleArn: 'r', definition });
    const execution = world.service.startExecution({ stateMachineArn });
    for (const seconds of [20, 40, 60, 80]) {
      const beat = () => world.service.tokens.heartbeat(tokens[0] ?? '');
      world.clock.setTimer(START_MILLIS + seconds * 1000, beat, { kind: 'execution' });
    }
    await world.clock.quiet();
    expect(describeRun(execution, world).seconds).toBe(80 + 30);
  });

  it('stops the clock from jumping while a person has the token', async () => {
    const [execution, world] = await start(waiting({ TimeoutSeconds: 86_400 }), {
      hooks: { isHumanTask: () => true },
    });
    expect([execution.status, world.clock.now()]).toEqual(['RUNNING', START_MILLIS]);
    expect(await send(world, 'SendTaskSuccess', { output: '1' })).toBe('ok');
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('also holds back the timeout of its execution while a person has the token', async () => {
    const definition = { ...waiting(), TimeoutSeconds: 60 };
    const [execution, world] = await start(definition, { hooks: { isHumanTask: () => true } });
    expect([execution.status, world.clock.now()]).toEqual(['RUNNING', START_MILLIS]);
  });
});

describe('tokens', () => {
  it.each([
    ['SendTaskSuccess', { taskToken: 'made up', output: '1' }, 'InvalidToken'],
    ['SendTaskSuccess', { taskToken: 'AQzzzz', output: '1' }, 'TaskDoesNotExist'],
    ['SendTaskSuccess', { output: '{' }, 'InvalidOutput'],
    ['SendTaskHeartbeat', { taskToken: 'made up' }, 'InvalidToken'],
    ['SendTaskFailure', { taskToken: 'made up' }, 'InvalidToken'],
  ])('%s %j returns %s', async (action, fields, error) => {
    const [, world] = await start(waiting());
    expect(await send(world, action, fields)).toBe(error);
  });

  it.each(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'])(
    '%s after the end is too late',
    async (action) => {
      const [, world] = await start(waiting());
      await send(world, 'SendTaskSuccess', { output: '1' });
      expect(await send(world, action, { output: '1' })).toBe('TaskTimedOut');
    },
  );

  it('end with the execution', async () => {
    const [execution, world] = await start(waiting());
    execution.stop();
    expect(await send(world, 'SendTaskSuccess', { output: '1' })).toBe('TaskTimedOut');
    expect(execution.status).toBe('ABORTED');
  });
});
