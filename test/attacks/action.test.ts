import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { speak } from '../machines/people.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** The action in a request hides what its plan does, and data is deleted without approval. */
let play: Playground;
let bucketId = '';
beforeAll(async () => {
  play = await openPlayground();
  // The first requester becomes the holder of the scope, so this person submits the following attempts.
  await put({ requestId: 'kept-r', document: manifest('kept', `Resources:\n${bucket}${parameter('One')}`) });
  expect(await play.ending('kept-r')).toMatchObject({ status: 'Completed' });
  bucketId = (await play.assets('kept')).find(({ type }) => type === 'AWS::S3::Bucket')?.id ?? '';
});
afterAll(() => play.close());

const bucket = '  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: kept-bucket } }\n';
const parameter = (name: string) =>
  `  ${name}: { Type: AWS::SSM::Parameter, Properties: { Name: kept-${name}, Type: String, Value: a } }\n`;
const quiet = () => play.world.clock.quiet();
const header = { environment: 'dev', service: 'kept', owner: 'tests', reason: 'a story' };
const names = () => play.world.services.cloudControl.store.list().map(({ identifier }) => identifier);

/** Puts a request on the bus as a principal that may put events and has no other permission. */
async function put(detail: object): Promise<void> {
  const { endpoint, region } = play.world;
  const client = new EventBridgeClient({ endpoint, region, credentials: play.world.as({ user: 'mallory' }) });
  const entry = { EventBusName: 'baton', Source: 'mallory', DetailType: 'Infrastructure Request' };
  await client.send(new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] }));
  await quiet();
}

describe('rejects an action that is unavailable or does not match the request', () => {
  const creates = (action: string) =>
    manifest('hidden', `Resources:\n${parameter('Hidden')}`, `action: ${action}`);
  const plain = manifest('hidden', `Resources:\n${parameter('Hidden')}`);
  const door = (detail: object) => speak(play, 'olga', '/requests', detail);
  const attempts: Record<string, (requestId: string) => Promise<unknown>> = {
    'scale, on the bus': (requestId) => put({ requestId, document: creates('scale') }),
    'scale, at the front door': (requestId) => door({ requestId, document: creates('scale') }),
    'configure, at the front door': (requestId) => door({ requestId, document: creates('configure') }),
    'decommission with a manifest that creates, on the bus': (requestId) =>
      put({ requestId, document: creates('decommission') }),
    'decommission with a manifest that creates, at the front door': (requestId) =>
      door({ requestId, document: creates('decommission') }),
    'decommission, in the header of the event': (requestId) =>
      put({ requestId, document: plain, header: { action: 'decommission' } }),
    'the same at the front door': (requestId) =>
      door({ requestId, document: plain, header: { action: 'decommission' } }),
    'recover, in the header of the event': (requestId) =>
      put({ requestId, document: plain, header: { action: 'recover' } }),
    'provision, with assets to retire': (requestId) =>
      put({ requestId, assets: [bucketId], header: { ...header, action: 'provision' } }),
    'assets to retire together with a manifest': (requestId) =>
      put({ requestId, assets: [bucketId], document: plain, header: { ...header, action: 'decommission' } }),
  };
  for (const [index, [what, attempt]] of Object.entries(attempts).entries())
    test(what, async () => {
      const before = names();
      const requestId = `action${index}`;
      await attempt(requestId);
      await quiet();
      const request = await play.deployment.ledger.findRequest(requestId);
      expect(request?.status ?? 'Rejected').toBe('Rejected');
      expect(JSON.stringify(request?.problems ?? 'expected')).toMatch(/expected/);
      expect(names()).toEqual(before);
    });
});

describe('does not delete a resource that holds data as a standard change', () => {
  const without = manifest('kept', `Resources:\n${parameter('One')}`);
  const attempts: Record<string, (requestId: string) => Promise<unknown>> = {
    'by a decommission on the bus': (requestId) =>
      put({ requestId, assets: [bucketId], header: { ...header, action: 'decommission' } }),
    'by a decommission of the whole scope': (requestId) =>
      put({ requestId, assets: [], header: { ...header, action: 'decommission' } }),
    'by a manifest that no longer names it': (requestId) => put({ requestId, document: without }),
    'by a manifest that replaces it': (requestId) =>
      put({
        requestId,
        document: manifest('kept', `Resources:\n${bucket.replace('kept-bucket', 'new-bucket')}`),
      }),
    'by a manifest that gives it another name': (requestId) =>
      put({
        requestId,
        document: manifest(
          'kept',
          `Resources:\n${bucket.replace('  Bucket', '  Pail').replace('kept-bucket', 'pail')}`,
        ),
      }),
    'by an emergency': (requestId) =>
      put({ requestId, document: without.replace('reason: a story', 'reason: a story\nchange: emergency') }),
  };
  for (const [index, [what, attempt]] of Object.entries(attempts).entries())
    test(what, async () => {
      const requestId = `loss${index}`;
      await attempt(requestId);
      expect((await play.deployment.ledger.request(requestId)).status).toBe('Rejected');
      expect((await play.deployment.ledger.change(`CHG-${requestId}`)).reason).toMatch(/NOBODY_TO_ASK/);
      expect(names()).toContain('kept-bucket');
    });

  test('allows a person to delete data without approval if the settings give a reason', async () => {
    const document = manifest('own', `Resources:\n${bucket.replace('kept-bucket', 'own-bucket')}`);
    await speak(play, 'olga', '/requests', { requestId: 'own-r', document });
    await quiet();
    expect(names()).toContain('own-bucket');
    const detail = { requestId: 'own-gone', assets: [], header: { ...header, service: 'own' } };
    await speak(play, 'olga', '/requests', detail);
    await quiet();
    expect((await play.ending('own-gone')).status).toBe('Completed');
    expect(names()).not.toContain('own-bucket');
  });

  test('requires approval if the environment has approvers', async () => {
    const where = (document: string) =>
      document.replaceAll('kept', 'held').replace('environment: dev', 'environment: prod');
    const table = `  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: held-table
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      SSESpecification: { SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: alias/ours }
`;
    await speak(play, 'olga', '/requests', {
      requestId: 'held',
      document: where(manifest('kept', `Resources:\n${table}`)),
    });
    await quiet();
    const { capsuleHash } = await play.deployment.ledger.change('CHG-held');
    await speak(play, 'ben', '/changes/CHG-held/approve', { capsuleHash });
    await quiet();
    expect((await play.ending('held')).status).toBe('Completed');
    await speak(play, 'olga', '/requests', {
      requestId: 'held-gone',
      assets: [],
      header: { ...header, environment: 'prod', service: 'held', action: 'decommission' },
    });
    await quiet();
    expect(await play.deployment.ledger.change('CHG-held-gone')).toMatchObject({
      type: 'normal',
      status: 'AwaitingApproval',
    });
    expect(names()).toContain('held-table');
  });
});
