import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storyAt } from '../sample.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

interface Stop {
  /** The execution to stop and the time: the n-th visit of a state of its machine. */
  machine: 'govern-request' | 'apply-plan' | 'pump-run';
  state: string;
  occurrence: number;
  ends: string;
  reason: RegExp;
}

/** A Steps child belongs to apply-plan: its states are those of its map. */
const stops: Record<string, Stop> = {
  'govern-request before anything': place('govern-request', 'PlanChange', 1, 'Failed', /ABORTED.*Nothing/),
  'govern-request while its plan is being applied': place(
    'pump-run',
    'Pump',
    2,
    'Failed',
    /ABORTED/,
    'govern-request',
  ),
  'apply-plan when it starts': place('apply-plan', 'BeginRun', 1, 'Failed', /Nothing was changed/),
  'apply-plan in the middle of its plan': place(
    'pump-run',
    'Pump',
    2,
    'RolledBack',
    /rolled back/,
    'apply-plan',
  ),
  'pump-run with operations in progress': place('pump-run', 'Pump', 2, 'RolledBack', /rolled back/),
  'pump-run when all is done': place('pump-run', 'RoundClosed', 1, 'Completed', /2 of 2/),
  'the child of a step before its wait': place('apply-plan', 'Perform', 1, 'Completed', /2 of 2/),
  'the child of a step during registration': place('apply-plan', 'RegisterAsset', 1, 'Completed', /2 of 2/),
};

function place(
  machine: Stop['machine'],
  state: string,
  occurrence: number,
  ends: string,
  reason: RegExp,
  stopped: Stop['machine'] = machine,
): Stop & { stopped: Stop['machine'] } {
  return { machine, state, occurrence, ends, reason, stopped };
}

describe('an execution that someone stops', () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground();
  });
  beforeEach(() => play.deliveries({}));
  afterAll(() => play.close());

  const running = (machine: string) =>
    [...play.world.services.stepFunctions.executions.values()].find(
      ({ status, stateMachineName, mapRunArn }) =>
        status === 'RUNNING' && stateMachineName === `baton-${machine}` && !mapRunArn,
    )?.executionArn ?? '';

  for (const [index, [what, stop]] of Object.entries(stops).entries()) {
    const { machine, state, occurrence, ends, reason, stopped } = stop as ReturnType<typeof place>;
    for (const lost of [false, true]) {
      if (lost && stopped !== 'govern-request') continue;
      storyAt(lost ? 1 : index, 3)(`${what}${lost ? ', without an event' : ''}: ${ends}`, async () => {
        const scope = `stop-${index}${lost ? '-lost' : ''}`;
        if (lost) play.deliveries({ copies: ({ name }) => (name === 'baton-execution-ended' ? 0 : 1) });
        play.when(machine, state, occurrence, ({ executionArn }) => {
          const arn = machine === stopped ? executionArn : running(stopped);
          play.world.services.stepFunctions.stopExecution(arn, 'Stopped', 'by a person');
        });
        const end = await play.submit(`${scope}-r`, queueAndTopic(scope));
        if (lost) {
          expect(end.status).not.toBe(ends);
          await play.sweep();
        }
        const ended = await play.ending(`${scope}-r`);
        expect(ended).toEqual({ status: ends, reason: expect.stringMatching(reason) });
        const made = ends === 'Completed' ? 2 : 0;
        if (ends !== 'Failed') expect((await play.live(scope)).length).toBe(made);
        expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
        // The scope is free: the same request again is applied, or finds everything done.
        expect(await play.submit(`${scope}-again`, queueAndTopic(scope))).toMatchObject({
          status: 'Completed',
        });
        expect((await play.live(scope)).length).toBe(2);
      });
    }
  }

  for (const [stopped, ends, left] of [
    ['govern-request', 'Failed', 1],
    ['pump-run', 'RolledBack', 0],
  ] as const)
    it(`${stopped} while a health check does not pass yet: ${ends}, not completed`, async () => {
      const scope = `unhealthy-${stopped}`;
      play.when('pump-run', 'Pump', 4, ({ executionArn }) => {
        const arn = stopped === 'pump-run' ? executionArn : running(stopped);
        play.world.services.stepFunctions.stopExecution(arn, 'Stopped', 'by a person');
      });
      const check = '{ kind: property, path: VisibilityTimeout, equals: 77, timeoutSeconds: 60 }';
      const queue = `{ Type: AWS::SQS::Queue, Properties: { QueueName: ${scope} }, Baton: { health: [${check}] } }`;
      await play.submit(`${scope}-r`, manifest(scope, `Resources: { Queue: ${queue} }\n`));
      const { status } = await play.ending(`${scope}-r`);
      expect([status, (await play.live(scope)).length]).toEqual([ends, left]);
      expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
    });

  it('settle-run itself: the next sweep does its work', async () => {
    play.when('pump-run', 'Pump', 2, () => {
      play.world.services.stepFunctions.stopExecution(running('govern-request'), 'Stopped', 'by a person');
    });
    play.when('settle-run', 'Settle', 1, ({ executionArn }) => {
      play.world.services.stepFunctions.stopExecution(executionArn, 'Stopped', 'by a person');
    });
    await play.submit('settled-r', queueAndTopic('settled'));
    await play.sweep();
    expect(await play.ending('settled-r')).toMatchObject({ status: 'Failed' });
    expect(await play.findings('settled', 'settled-r')).toEqual([]);
  });

  it('a sweep without work does nothing, twice', async () => {
    const calls = play.calls.length;
    await play.sweep();
    await play.sweep();
    expect(play.calls.length).toBe(calls);
  });
});
