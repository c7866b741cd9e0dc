import { describe, expect, it } from 'vitest';
import type { StepFunctions } from '../../../lib/local/step-functions/service.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { createWorld, describeRun, machine, type World, type WorldOptions } from '../asl/run-machine.ts';

const CHILD = 'arn:aws:states:us-east-1:111111111111:stateMachine:child';

function nest(suffix: string, more: JsonObject = {}): JsonObject {
  const Arguments = { StateMachineArn: CHILD, Name: 'c', Input: { n: '{% $states.input.n %}' } };
  const Resource = `arn:aws:states:::states:startExecution${suffix}`;
  return { Type: 'Task', Resource, Arguments, End: true, ...more };
}

async function start(
  parent: JsonObject,
  child: JsonObject,
  options: WorldOptions = {},
  during = (_: World) => {},
) {
  const world = createWorld(options);
  during(world);
  world.service.createStateMachine({ name: 'child', roleArn: 'r', definition: child });
  const { stateMachineArn } = world.service.createStateMachine({
    name: 'parent',
    roleArn: 'r',
    definition: parent,
  });
  const execution = world.service.startExecution({ stateMachineArn, name: 'p', input: '{"n":1}' });
  await world.clock.quiet();
  return { world, execution, ran: describeRun(execution, world), child: childOf(world.service) };
}

const childOf = (service: StepFunctions) =>
  service.execution('arn:aws:states:us-east-1:111111111111:execution:child:c');
const SUCCEEDS = machine({ P: { Type: 'Pass', Output: { got: '{% $states.input.n %}' }, End: true } });
const FAILS = machine({ F: { Type: 'Fail', Error: 'Inner', Cause: 'why' } });
const WAITS = machine({ W: { Type: 'Wait', Seconds: 1000, End: true } });

describe('startExecution', () => {
  it('waits neither for the end nor for success', async () => {
    const { ran } = await start(machine({ T: nest('') }), FAILS);
    expect(ran.output).toMatchObject({ ExecutionArn: expect.stringContaining(':execution:child:c') });
    expect(ran.types.slice(2, 5)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSucceeded']);
  });

  it.each([
    ['.sync', '{"got":1}'],
    ['.sync:2', { got: 1 }],
  ])('%s returns the output as %j', async (suffix, Output) => {
    const { ran } = await start(machine({ T: nest(suffix) }), SUCCEEDS);
    expect(ran.output).toMatchObject({ Name: 'c', Status: 'SUCCEEDED', StateMachineArn: CHILD, Output });
    expect(ran.types).toContain('TaskSubmitted');
  });

  it.each(['.sync', '.sync:2'])('%s fails with the error of the child', async (suffix) => {
    const { ran } = await start(machine({ T: nest(suffix) }), FAILS);
    expect([ran.status, ran.error]).toEqual(['FAILED', 'States.TaskFailed']);
    expect(JSON.parse(ran.cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Inner', Cause: 'why' });
  });

  it('of a missing machine fails with the API error', async () => {
    const Arguments = { StateMachineArn: `${CHILD}x` };
    const { ran } = await start(
      machine({ A: nest('', { Next: 'T', End: false }), T: nest('', { Arguments }) }),
      SUCCEEDS,
    );
    expect(ran.error).toBe('StepFunctions.StateMachineDoesNotExistException');
    expect(ran.cause).toMatch(
      /^State Machine Does Not Exist: .*Error Code: StateMachineDoesNotExist; .*Proxy: null\)$/,
    );
  });
});

describe('the end of a parent ends the child it waits for', () => {
  it('StopExecution', async () => {
    const stop = ({ clock, service }: World) => {
      const parent = 'arn:aws:states:us-east-1:111111111111:execution:parent:p';
      clock.setTimer(clock.now() + 5000, () => service.stopExecution(parent, 'Changed', 'my mind'), {
        kind: 'execution',
      });
    };
    const { ran, child } = await start(machine({ T: nest('.sync:2') }), WAITS, {}, stop);
    expect(ran).toMatchObject({ status: 'ABORTED', seconds: 5, error: 'Changed', cause: 'my mind' });
    expect(ran.types.slice(-2)).toEqual(['TaskSubmitted', 'ExecutionAborted']);
    expect(child.status).toBe('ABORTED');
    expect(child.cause).toContain('which was managing this resource was aborted');
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['a timeout of the task', { TimeoutSeconds: 10 }, {}, 'FAILED'],
    ['a timeout of the execution', {}, { TimeoutSeconds: 10 }, 'TIMED_OUT'],
  ])('%s', async (_, taskFields, machineFields, status) => {
    const { ran, child } = await start(machine({ T: nest('.sync:2', taskFields) }, machineFields), WAITS);
    expect([ran.status, ran.seconds, child.status]).toEqual([status, 10, 'ABORTED']);
  });

  it('a failing branch next to it', async () => {
    const failing = {
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 5, Next: 'F' }, F: { Type: 'Fail', Error: 'E' } },
    };
    const Branches = [{ StartAt: 'T', States: { T: nest('.sync') } }, failing];
    const { ran, child } = await start(machine({ P: { Type: 'Parallel', Branches, End: true } }), WAITS);
    expect([ran.error, ran.seconds, child.status]).toEqual(['E', 5, 'ABORTED']);
    expect(ran.types.slice(-4)).toEqual([
      'FailStateEntered',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('but not a child that it does not wait for', async () => {
    const parent = machine({ T: nest('', { Next: 'F', End: false }), F: { Type: 'Fail' } });
    const { child } = await start(parent, WAITS);
    expect(child.status).toBe('SUCCEEDED');
  });
});

it('a pending person in the child holds back the timeouts of the parent', async () => {
  const Arguments = { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' };
  const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  const asks = machine(
    { T: { Type: 'Task', Resource, Arguments, TimeoutSeconds: 5000, End: true } },
    { TimeoutSeconds: 9000 },
  );
  const { execution, child } = await start(
    machine({ T: nest('.sync:2', { TimeoutSeconds: 50 }) }, { TimeoutSeconds: 60 }),
    asks,
    {
      call: () => ({ MessageId: 'm' }),
      hooks: { isHumanTask: ({ resource }) => resource.endsWith('waitForTaskToken') },
    },
  );
  expect([execution.status, child.status]).toEqual(['RUNNING', 'RUNNING']);
});

it('a task may call other actions of the service, even one that takes simulated time', async () => {
  const world = createWorld();
  const { stateMachineArn } = world.service.createStateMachine({
    name: 'quick',
    roleArn: 'r',
    type: 'EXPRESS',
    definition: machine({
      W: { Type: 'Wait', Seconds: 60, Next: 'P' },
      P: { Type: 'Pass', Output: 'done', End: true },
    }),
  });
  const Arguments = { StateMachineArn: stateMachineArn, Input: { a: 1 } };
  const Resource = 'arn:aws:states:::aws-sdk:sfn:startSyncExecution';
  const definition = machine({
    T: { Type: 'Task', Resource, Arguments, Output: '{% $states.result %}', End: true },
  });
  const parent = world.service.createStateMachine({ name: 'parent', roleArn: 'r', definition });
  const execution = world.service.startExecution({ stateMachineArn: parent.stateMachineArn });
  await world.clock.quiet();
  expect(describeRun(execution, world)).toMatchObject({
    seconds: 60,
    output: { Status: 'SUCCEEDED', Output: '"done"', Input: '{"a":1}' },
  });
});
