import { afterAll, beforeAll, expect, it } from 'vitest';
import { isObject, type JsonValue } from '../../lib/model/json.ts';
import { speak } from './people.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';

/** The last states of children have no output; test/infra/machine-states.test.ts says why. */
const silent = ['RegisterAsset', 'Noted'];
/** Outputs consist of a few ids and words. */
const largestOutput = 2 * 1024;

let play: Playground;
let exits: {
  machine: string;
  state: string;
  type: string;
  output: JsonValue;
  same: boolean;
  bytes: number;
}[];

/**
 * One request for each outcome: completed, submitted twice, rolled back, approved, canceled while it waits, stopped.
 */
beforeAll(async () => {
  play = await openPlayground();
  await play.submit('made-r', queueAndTopic('made'));
  await play.submit('made-r', queueAndTopic('made'));
  play.faults(({ type }) =>
    type === 'AWS::SNS::Topic' ? { errorCode: 'InvalidRequest', message: 'made to fail' } : undefined,
  );
  await play.submit('undone-r', queueAndTopic('undone'));
  play.faults(() => undefined);
  await play.submit('wrong-r', 'environment: nowhere');
  const parameter = 'Type: AWS::SSM::Parameter, Properties: { Name: asked, Type: String, Value: told }';
  const regulated = `environment: regulated\nservice: asked\nowner: tests\nreason: a story\nResources:\n  P: { ${parameter} }`;
  await play.put('asked-r', regulated);
  await play.world.clock.quiet();
  const { capsuleHash } = await play.deployment.ledger.change('CHG-asked-r');
  for (const who of ['ana', 'ben']) await speak(play, who, '/changes/CHG-asked-r/approve', { capsuleHash });
  await play.world.clock.quiet();
  expect(await play.ending('asked-r')).toMatchObject({ status: 'Completed' });
  const { stepFunctions } = play.world.services;
  play.when('pump-run', 'Pump', 2, () => {
    const running = [...stepFunctions.executions.values()].filter(({ status }) => status === 'RUNNING');
    const govern = running.find(({ stateMachineName }) => stateMachineName === 'baton-govern-request');
    stepFunctions.stopExecution(govern?.executionArn ?? '', 'Stopped', 'by a person');
  });
  await play.submit('stopped-r', queueAndTopic('stopped'));
  exits = exitsOf();
}, 120_000);
afterAll(() => play.close());

function exitsOf(): typeof exits {
  return [...play.world.services.stepFunctions.executions.values()].flatMap(
    ({ stateMachineName, history }) => {
      const entered = new Map<JsonValue, JsonValue | undefined>();
      return history.events.flatMap(({ type, details = {} }) => {
        const name = details.name ?? '';
        if (type.endsWith('StateEntered')) entered.set(name, details.input);
        if (!type.endsWith('StateExited')) return [];
        const text = String(details.output);
        return [
          {
            machine: stateMachineName.replace('baton-', ''),
            state: String(name),
            type: type.replace('StateExited', ''),
            output: JSON.parse(text) as JsonValue,
            same: details.output === entered.get(name),
            bytes: Buffer.byteLength(text),
          },
        ];
      });
    },
  );
}

const namesOf = (found: typeof exits) => [
  ...new Set(found.map(({ machine, state }) => `${machine} ${state}`)),
];

it('the stories end as expected, and pass through most states', async () => {
  const ends = ['made-r', 'undone-r', 'wrong-r', 'asked-r', 'stopped-r'].map(
    async (id) => (await play.ending(id)).status,
  );
  expect(await Promise.all(ends)).toEqual(['Completed', 'RolledBack', 'Rejected', 'Completed', 'Failed']);
  expect(namesOf(exits).length).toBeGreaterThan(45);
});

it('every state says in its output what happened', () => {
  const mute = exits.filter(
    ({ state, type, output, same }) =>
      type !== 'Wait' &&
      !silent.includes(state) &&
      (same || !isObject(output) || Object.keys(output).length === 0),
  );
  expect(namesOf(mute)).toEqual([]);
});

it('outputs consist of a few ids and words', () => {
  expect(
    exits.filter(({ bytes }) => bytes > largestOutput).map(({ state, bytes }) => [state, bytes]),
  ).toEqual([]);
});

it('outputs are readable for people', () => {
  const first = (state: string) => exits.find((exit) => exit.state === state)?.output;
  expect(first('Admitted')).toMatchObject({ requestId: 'made-r', status: 'Admitted', answer: 'Yes' });
  expect(first('PlanChange')).toMatchObject({ requestId: 'made-r', status: 'Planned', stepCount: 2 });
  expect(first('LockScope')).toEqual({ requestId: 'made-r', woken: { reason: 'LockAcquired' } });
  expect(first('Perform')).toMatchObject({ index: 0, woken: { status: 'Succeeded' } });
  expect(first('AwaitApproval')).toEqual({ requestId: 'asked-r', woken: { reason: 'DecisionRecorded' } });
  expect(first('ApplyPlan')).toMatchObject({
    requestId: 'made-r',
    status: 'Succeeded',
    execution: expect.stringMatching(/:execution:baton-apply-plan:made-r-/),
  });
  expect(first('RolledBack')).toBeUndefined();
  expect(first('AtRest')).toEqual({ requestId: 'stopped-r', outcome: 'AtRest' });
});
