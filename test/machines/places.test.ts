import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { assemblyWith } from './assembly-with.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

/** A scope whose resources are in two regions of the account. */
const places = [{ name: 'home' }, { name: 'west', region: 'us-west-2' }];
const governance = { unattendedDeletion: { reason: 'log groups of tests hold nothing' } };
const dev = { policyPacks: [{ name: 'starter', mode: 'warn' }], places, governance };
const west = 'us-west-2';
const home = 'us-east-1';
const account = '111111111111';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground({ assemblyDirectory: await assemblyWith({ environments: { dev } }) });
});
afterAll(() => play.close());

const resources = (timeout: number, more = '') => `Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: two-queue, VisibilityTimeout: ${timeout}, Tags: [{ Key: region, Value: !Ref AWS::Region }] }
    Baton: { place: west }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: two-topic, DisplayName: !Sub '\${Queue.QueueName} \${AWS::Region}' }
  Near: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: two-log } }
  Far: { Type: AWS::Logs::LogGroup, DependsOn: Topic, Properties: { LogGroupName: two-log }, Baton: { place: west } }
${more}`;

const storeOf = (region: string) => play.world.services.cloudControl.at(region).store;
const inRegion = (region: string) =>
  storeOf(region)
    .list()
    .filter(({ properties }) => JSON.stringify(properties).includes('two-'))
    .map(({ type }) => type.split('::').at(-1))
    .sort();
const queue = (): StoredResource | undefined => storeOf(west).list('AWS::SQS::Queue')[0];
const queueRoles = async () =>
  (await play.assets('two')).map(({ logicalId, region, role }: Asset) => `${logicalId} ${region} ${role}`);

describe('a scope in two regions of one account', () => {
  it('is provisioned with each resource in its place and references between regions resolved', async () => {
    expect(await play.submit('two-1', manifest('two', resources(30)))).toMatchObject({ status: 'Completed' });
    expect(inRegion(west)).toEqual(['LogGroup', 'Queue']);
    expect(inRegion(home)).toEqual(['LogGroup', 'Topic']);
    expect(queue()?.properties.Tags).toContainEqual({ Key: 'region', Value: west });
    const [topic] = storeOf(home).list('AWS::SNS::Topic');
    expect(topic?.properties.DisplayName).toBe(`two-queue ${home}`);
  });

  it('has assets with a region and role; a name in two regions is two assets', async () => {
    const role = 'baton-provisioning-dev';
    const expected = [`Far ${west}`, `Near ${home}`, `Queue ${west}`, `Topic ${home}`];
    expect(await queueRoles()).toEqual(expected.map((one) => `${one} ${role}`));
    const logs = (await play.assets('two')).filter(({ identifier }) => identifier === 'two-log');
    expect(new Set(logs.map(({ id }) => id)).size).toBe(2);
  });

  it('uses a separate call budget for each region', async () => {
    const { table } = play.deployment.ledger;
    for (const region of [home, west]) {
      const key = { pk: `BUDGET#cloud-control#${account}#${region}`, sk: 'BUDGET' };
      expect(await table.get(key), region).toMatchObject({ version: expect.any(Number) });
    }
  });

  it('is updated in both regions', async () => {
    expect(await play.submit('two-2', manifest('two', resources(60)))).toMatchObject({ status: 'Completed' });
    expect(queue()?.properties.VisibilityTimeout).toBe(60);
  });

  it('is rolled back in both regions if a step fails in one', async () => {
    const more =
      '  Last: { Type: AWS::SSM::Parameter, DependsOn: [Queue, Late], Properties: { Name: two-last, Type: String, Value: x } }\n';
    const late =
      '  Late: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: two-late }, Baton: { place: west } }\n';
    play.faults(({ type }) => (type === 'AWS::SSM::Parameter' ? { errorCode: 'InvalidRequest' } : undefined));
    const { status } = await play.submit('two-3', manifest('two', resources(90, late + more)));
    play.faults(() => undefined);
    expect(status).toBe('RolledBack');
    expect(queue()?.properties.VisibilityTimeout).toBe(60);
    expect(inRegion(west)).toEqual(['LogGroup', 'Queue']);
    expect(inRegion(home)).toEqual(['LogGroup', 'Topic']);
  });

  it('accepts a change of one property of one asset in its region', async () => {
    const asset = (await play.assets('two')).find(({ logicalId }) => logicalId === 'Queue')?.id ?? '';
    const type = 'AWS::SQS::Queue';
    const header = { environment: 'dev', service: 'two', owner: 'tests', reason: 'a shorter timeout' };
    const changes = [{ asset, type, set: { VisibilityTimeout: 45 } }];
    await play.deployment.putEvent('Infrastructure Request', { requestId: 'two-4', header, changes });
    await play.world.clock.quiet();
    expect(await play.ending('two-4')).toMatchObject({ status: 'Completed' });
    expect(queue()?.properties.VisibilityTimeout).toBe(45);
  });

  it('accepts a verb on an asset in its region', async () => {
    const service = `Resources:
  Api:
    Type: AWS::ECS::Service
    Properties: { ServiceName: api, TaskDefinition: 'api:1' }
    Baton: { place: west, health: [{ kind: property, path: ServiceName, equals: api }] }
`;
    expect(await play.submit('api-1', manifest('api', service))).toMatchObject({ status: 'Completed' });
    const calls = play.calls.length;
    const header = { environment: 'dev', service: 'api', owner: 'tests', reason: 'it hangs' };
    const verbs = [{ asset: (await play.assets('api'))[0]?.id ?? '', verb: 'restart' }];
    await play.deployment.putEvent('Infrastructure Request', { requestId: 'api-2', header, verbs });
    await play.world.clock.quiet();
    expect(await play.ending('api-2')).toMatchObject({ status: 'Completed' });
    expect(play.calls.slice(calls).map(({ kind, type }) => [kind, type])).toEqual([
      ['UPDATE', 'AWS::ECS::Service'],
    ]);
    expect(storeOf(home).list('AWS::ECS::Service')).toEqual([]);
  });

  it('is decommissioned, in both regions', async () => {
    const header = { environment: 'dev', service: 'two', owner: 'tests', reason: 'no longer needed' };
    await play.deployment.putEvent('Infrastructure Request', { requestId: 'two-5', header, assets: [] });
    await play.world.clock.quiet();
    expect(await play.ending('two-5')).toMatchObject({ status: 'Completed' });
    expect([inRegion(west), inRegion(home)]).toEqual([[], []]);
    expect(await play.assets('two')).toEqual([]);
  });
});
