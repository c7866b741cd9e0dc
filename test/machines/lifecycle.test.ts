import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSettings } from '../../lib/cli/settings-file.ts';
import { dryRun } from '../../lib/client/requests/dry-run.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import { noInputs } from '../../lib/request/index.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { story } from '../sample.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play.close());

const retire = (scope: string, assets: string[] = []) => ({
  header: { environment: 'dev', service: scope, owner: 'tests', reason: 'no longer needed' },
  assets,
});
const stepsOf = async (requestId: string) => {
  const { planHash = '' } = await play.deployment.ledger.request(requestId);
  return (await getPlan(play.deployment.documents, planHash)).steps.map(({ id }) => id);
};
async function submitRetirement(requestId: string, scope: string, assets: string[] = []) {
  await play.deployment.putEvent('Infrastructure Request', { requestId, ...retire(scope, assets) });
  await play.world.clock.quiet();
  return play.ending(requestId);
}

const exporting = (scope: string, name = `${scope}-name`) =>
  `${queueAndTopic(scope)}Outputs:\n  Name: { Value: !GetAtt Queue.QueueName, Export: { Name: ${name} } }\n`;
const importing = (scope: string, name: string) =>
  manifest(
    scope,
    `Resources:\n  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: ${scope}-topic, DisplayName: !ImportValue ${name} } }`,
  );

/** Returns the problems that `baton plan` reports for a document. Empty if it shows a plan. */
async function planned(document: string): Promise<string[]> {
  const settings = fileSettings();
  if (settings === undefined) throw new Error('cdk.json has no settings');
  try {
    await dryRun(play.deployment, { file: 'a.yaml', text: document, header: {} }, noInputs, settings);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

describe('an export that another scope imports', () => {
  const names = ['url', 'name', 'text', 'joined', 'value'];
  const keeper = manifest(
    'keeper',
    `Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: keeper-queue, VisibilityTimeout: 30 } }
  Other: { Type: AWS::SQS::Queue, Properties: { QueueName: keeper-other } }
  Note: { Type: AWS::SSM::Parameter, Properties: { Name: /keeper, Type: String, Value: one } }
Outputs:
  Url: { Value: !Ref Queue, Export: { Name: keeper-url } }
  Name: { Value: !GetAtt Queue.QueueName, Export: { Name: keeper-name } }
  Text: { Value: fixed, Export: { Name: keeper-text } }
  Joined: { Value: !Sub 'of \${Other.Arn}', Export: { Name: keeper-joined } }
  Value: { Value: !GetAtt Note.Value, Export: { Name: keeper-value } }`,
  );
  const tags = names.map((name) => `{ Key: ${name}, Value: !ImportValue keeper-${name} }`);
  const guest = manifest(
    'guest',
    `Resources:\n  T: { Type: AWS::SNS::Topic, Properties: { Tags: [${tags}] } }`,
  );

  it('exists', async () => {
    expect(await play.submit('keeper-1', keeper)).toMatchObject({ status: 'Completed' });
    expect(await play.submit('guest-1', guest)).toMatchObject({ status: 'Completed' });
  });

  /** Changes, and the exports that they would change. */
  const changes: [what: string, from: string, to: string, exports: string[]][] = [
    ['its resource is replaced', 'keeper-queue', 'keeper-queue-2', ['url', 'name']],
    ['its text changes', 'Value: fixed', 'Value: changed', ['text']],
    ['it refers to another resource', 'Value: !Ref Queue', 'Value: !Ref Other', ['url']],
    ['a property it reads is updated', 'Value: one', 'Value: two', ['value']],
    ['a part of its text is replaced', 'keeper-other', 'keeper-other-2', ['joined']],
    ['it reads another attribute', '!GetAtt Queue.QueueName', '!GetAtt Queue.Arn', ['name']],
  ];
  for (const [index, [what, from, to, exports]] of changes.entries())
    it(`can't change: ${what}`, async () => {
      const calls = play.calls.length;
      const document = keeper.replace(from, to);
      const refusal = (name: string) => `Cannot update export keeper-${name} as it is in use by dev/guest`;
      const problems = await planned(document);
      expect(problems.map((message) => message.split(':')[0])).toEqual(exports.map(refusal));
      const end = await play.submit(`keeper-changed-${index}`, document);
      expect(end.status).toBe('Rejected');
      for (const name of exports) expect(end.reason).toContain(refusal(name));
      expect(play.calls.length).toBe(calls);
    });

  it("can't be removed, and `plan` says so too", async () => {
    const document = keeper.replace(/ {2}Text:.*\n/, '');
    expect(await planned(document)).toEqual([
      expect.stringContaining('keeper-text is imported by dev/guest'),
    ]);
    expect(await play.submit('keeper-gone', document)).toMatchObject({ status: 'Rejected' });
  });

  story(
    'stays the same if its resource changes in other ways, or if another output has its name',
    async () => {
      const document = keeper
        .replace('VisibilityTimeout: 30', 'VisibilityTimeout: 60')
        .replace('  Text:', '  Words:');
      expect(await planned(document)).toEqual([]);
      expect(await play.submit('keeper-2', document)).toMatchObject({ status: 'Completed' });
    },
  );

  story('can change once no scope imports it', async () => {
    expect(await submitRetirement('guest-out', 'guest')).toMatchObject({ status: 'Completed' });
    const document = keeper
      .replace('VisibilityTimeout: 30', 'VisibilityTimeout: 60')
      .replace('fixed', 'changed');
    expect(await planned(document)).toEqual([]);
    expect(await play.submit('keeper-3', document)).toMatchObject({ status: 'Completed' });
  });
});

describe('an export of one request that another request imports', () => {
  it('is rejected by name if it does not exist', async () => {
    const end = await play.submit('hungry-r', importing('hungry', 'nobody-exports-this'));
    expect(end).toMatchObject({ status: 'Rejected', reason: expect.stringContaining('nobody-exports-this') });
  });

  it('provides its value to the import', async () => {
    expect(await play.submit('giver-r', exporting('giver'))).toMatchObject({ status: 'Completed' });
    expect(await play.submit('taker-r', importing('taker', 'giver-name'))).toMatchObject({
      status: 'Completed',
    });
    expect((await play.live('taker')).map(({ properties }) => properties.DisplayName)).toEqual([
      'giver-queue',
    ]);
  });

  it("can't be retired while another scope imports it", async () => {
    const calls = play.calls.length;
    expect(await submitRetirement('giver-out', 'giver')).toMatchObject({
      status: 'Rejected',
      reason: expect.stringContaining('giver-name'),
    });
    expect(play.calls.length).toBe(calls);
  });

  story("can be retired after the importer, and then can't be imported", async () => {
    expect(await submitRetirement('taker-out', 'taker')).toMatchObject({ status: 'Completed' });
    expect(await submitRetirement('giver-out-2', 'giver')).toMatchObject({ status: 'Completed' });
    expect(await play.submit('late-r', importing('late', 'giver-name'))).toMatchObject({
      status: 'Rejected',
    });
  });
});

describe('retiring', () => {
  it('an asset that another in the scope needs is rejected', async () => {
    await play.submit('needed-r', queueAndTopic('needed'));
    const queue = (await play.assets('needed')).find(({ logicalId }) => logicalId === 'Queue');
    expect(await submitRetirement('needed-out', 'needed', [queue?.id ?? ''])).toMatchObject({
      status: 'Rejected',
      reason: expect.stringContaining('Topic'),
    });
    expect((await play.live('needed')).length).toBe(2);
  });

  it('proceeds in reverse creation order, each after its dependents', async () => {
    const from = play.calls.length;
    expect(await submitRetirement('needed-all', 'needed')).toMatchObject({ status: 'Completed' });
    expect(play.calls.slice(from).map(({ kind, type }) => [kind, type])).toEqual([
      ['DELETE', 'AWS::SNS::Topic'],
      ['DELETE', 'AWS::SQS::Queue'],
    ]);
    expect(await play.live('needed')).toEqual([]);
    expect(await play.findings('needed', 'needed-r', 'needed-out', 'needed-all')).toEqual([]);
  });

  it('a missing asset is rejected', async () => {
    expect(await submitRetirement('nothing-out', 'nothing')).toMatchObject({ status: 'Rejected' });
  });
});

describe('submitting the same request again', () => {
  it('gives a plan without steps: no provider is called to change anything', async () => {
    await play.submit('same-1', queueAndTopic('same'));
    const calls = play.calls.length;
    expect(await play.submit('same-2', queueAndTopic('same'))).toEqual({
      status: 'Completed',
      reason: 'Everything is already as requested.',
    });
    expect(await stepsOf('same-2')).toEqual([]);
    expect(play.calls.length).toBe(calls);
  });
});

describe('a change outside of Baton is detected before a plan changes the resource', () => {
  story('deleted: it is created again', async () => {
    await play.submit('lost-1', queueAndTopic('lost'));
    const { store } = play.world.services.cloudControl;
    const [topic] = store
      .list('AWS::SNS::Topic')
      .filter(({ properties }) => properties.TopicName === 'lost-topic');
    store.delete('AWS::SNS::Topic', topic?.identifier ?? '');
    const document = queueAndTopic('lost').replace(
      'DisplayName: !GetAtt Queue.QueueName',
      'DisplayName: other',
    );
    expect(await play.submit('lost-2', document)).toMatchObject({ status: 'Completed' });
    expect(await stepsOf('lost-2')).toEqual(['create:Topic']);
    expect(await play.findings('lost', 'lost-1', 'lost-2')).toEqual([]);
  });

  story('deleted, and others refer to it: they get the new one', async () => {
    const body = (more: string) =>
      manifest(
        'chain',
        `Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: chain${more} } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: chain-queue, Tags: [{ Key: t, Value: !Ref Topic }] } }`,
      );
    await play.submit('chain-1', body(''));
    const { store } = play.world.services.cloudControl;
    const topicOf = () =>
      store
        .list('AWS::SNS::Topic')
        .find(({ properties }) => String(properties.DisplayName).startsWith('chain'));
    const old = topicOf()?.identifier ?? '';
    store.delete('AWS::SNS::Topic', old);
    expect(await play.submit('chain-2', body(' new'))).toMatchObject({ status: 'Completed' });
    const [queue] = store
      .list('AWS::SQS::Queue')
      .filter(({ properties }) => properties.QueueName === 'chain-queue');
    expect(topicOf()?.identifier).not.toBe(old);
    expect(JSON.stringify(queue?.properties)).toContain(topicOf()?.identifier);
  });

  it('changed: the plan is made again for the current state, and properties that were not requested stay', async () => {
    await play.submit('moved-1', queueAndTopic('moved'));
    const { store } = play.world.services.cloudControl;
    const queueOf = () =>
      store.list('AWS::SQS::Queue').find(({ properties }) => properties.QueueName === 'moved-queue');
    const queue = queueOf();
    if (queue !== undefined)
      store.put({ ...queue, properties: { ...queue.properties, VisibilityTimeout: 45, DelaySeconds: 9 } });
    expect(await play.submit('moved-2', queueAndTopic('moved', 60))).toMatchObject({ status: 'Completed' });
    expect(queueOf()?.properties).toMatchObject({ DelaySeconds: 9, VisibilityTimeout: 60 });
    const [asset] = (await play.assets('moved')).filter(({ logicalId }) => logicalId === 'Queue');
    const versions = await play.deployment.inventory.versions(asset?.id ?? '');
    expect(versions.map(({ actor }) => actor)).toEqual(['moved-1', 'baton', 'moved-2']);
    expect(await play.findings('moved', 'moved-1', 'moved-2')).toEqual([]);
  });
});
