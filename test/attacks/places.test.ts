import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  ListResourceRequestsCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import type { Place } from '../../lib/model/place.ts';
import { placeRefusal } from '../../lib/tasks/govern/request-place.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** An attacker creates a resource where the environment has no place, or takes over a resource from another region. */
const packs = { policyPacks: [{ name: 'starter', mode: 'warn' }] };
const environments = {
  dev: { ...packs, places: [{ name: 'home' }, { name: 'west', region: 'us-west-2' }] },
  prod: { ...packs, places: [{ name: 'home' }, { name: 'north', region: 'eu-north-1' }] },
};
let play: Playground;
beforeAll(async () => {
  play = await openPlayground({ assemblyDirectory: await assemblyWith({ environments }) });
  await play.submit(
    'theirs-r',
    manifest('theirs', `Resources:\n${bucket('Bucket', 'theirs-bucket-1')}${log('Log', 'theirs-log')}`),
  );
});
afterAll(() => play.close());

const block = (place: string) => (place === '' ? '' : `, Baton: { place: ${place} }`);
const bucket = (id: string, name: string, place = '') =>
  `  ${id}: { Type: AWS::S3::Bucket, Properties: { BucketName: ${name} }${block(place)} }\n`;
const log = (id: string, name: string, place = '') =>
  `  ${id}: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: ${name} }${block(place)} }\n`;
const role = (place: string) =>
  `  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} }${block(place)} }\n`;
const regions = ['us-east-1', 'us-west-2', 'eu-north-1'];
const countAll = () =>
  regions.reduce((sum, region) => sum + play.world.services.cloudControl.at(region).store.list().length, 0);

describe('rejects a request without a change in any region', () => {
  const attempts: Record<string, [body: string, code: string]> = {
    'for a place that no environment has': [log('Mine', 'mine', 'south'), 'UnknownPlace'],
    'for a place of another environment': [log('Mine', 'mine', 'north'), 'UnknownPlace'],
    'for a region in place of the name of a place': [log('Mine', 'mine', 'us-west-2'), 'UnknownPlace'],
    'for a place whose name a parameter gives': [log('Mine', 'mine', '!Ref AWS::Region'), 'UnknownPlace'],
    'for the name of something that every object has': [log('Mine', 'mine', 'constructor'), 'UnknownPlace'],
    'for a type of no region in another place, where it would be a second asset': [
      role('west'),
      'GlobalType',
    ],
  };
  for (const [index, [what, [body, code]]] of Object.entries(attempts).entries())
    test(what, async () => {
      const before = countAll();
      const requestId = `rejected-${index}`;
      await play.submit(requestId, manifest(`mine-${index}`, `Resources:\n${body}`));
      const request = await play.deployment.ledger.request(requestId);
      expect(request.status).toBe('Rejected');
      expect(JSON.stringify(request)).toContain(code);
      expect(countAll()).toBe(before);
    });

  test('that moves a resource to another place and would leave the old resource unmanaged', async () => {
    const before = countAll();
    await play.submit(
      'moved-r',
      manifest(
        'theirs',
        `Resources:\n${bucket('Bucket', 'theirs-bucket-1')}${log('Log', 'theirs-log', 'west')}`,
      ),
    );
    const request = await play.deployment.ledger.request('moved-r');
    expect(request.status).toBe('Rejected');
    expect(JSON.stringify(request)).toContain('OtherPlace');
    expect(countAll()).toBe(before);
  });
});

test('doesn’t take over a resource with a global name from another region', async () => {
  const theirs = await play.assets('theirs');
  const { status } = await play.submit(
    'taken-r',
    manifest('taken', `Resources:\n${bucket('Mine', 'theirs-bucket-1', 'west')}`),
  );
  expect(status).toMatch(/RolledBack|Failed|Rejected/);
  expect(await play.assets('theirs')).toEqual(theirs);
  expect(await play.assets('taken')).toEqual([]);
});

describe('IAM denies the role of the pump, in a region where no environment has a place, to', () => {
  const RoleArn = 'arn:aws:iam::111111111111:role/baton-provisioning-dev';
  const theirs = { TypeName: 'AWS::Logs::LogGroup', Identifier: 'theirs-log', RoleArn };
  const clientIn = (region: string) => {
    const pump = [...rolesOf(play.world.stack).values()].find(({ name }) => name === 'baton-pump');
    if (pump === undefined) throw new Error('there is no role baton-pump');
    return new CloudControlClient({
      ...{ region, endpoint: play.world.endpoint, maxAttempts: 1 },
      credentials: play.world.as({ roleArn: pump.arn, session: 'attack' }),
    });
  };
  const calls: Record<string, (client: CloudControlClient) => Promise<unknown>> = {
    'create a resource': (client) =>
      client.send(
        new CreateResourceCommand({ ...theirs, DesiredState: JSON.stringify({ LogGroupName: 'far' }) }),
      ),
    'update a resource': (client) =>
      client.send(new UpdateResourceCommand({ ...theirs, PatchDocument: '[]' })),
    'delete a resource': (client) => client.send(new DeleteResourceCommand(theirs)),
    'read a resource': (client) => client.send(new GetResourceCommand(theirs)),
    'list operations': (client) => client.send(new ListResourceRequestsCommand({})),
  };
  for (const [what, call] of Object.entries(calls))
    for (const region of ['ap-south-1', 'us-west-1'])
      test(`${what}: ${region}`, async () => {
        await expect(call(clientIn(region))).rejects.toThrow(/baton-pump.* is not authorized to perform/);
      });
  test('but not in a region of a place', async () => {
    await expect(calls['read a resource']?.(clientIn('us-east-1'))).resolves.toBeDefined();
    await expect(calls['list operations']?.(clientIn('us-west-2'))).resolves.toBeDefined();
  });
});

describe('the pump refuses a step of any plan', () => {
  const home = { account: '111111111111', region: 'us-east-1' };
  const own: Place = { ...home, role: 'baton-provisioning-dev' };
  const forged: Record<string, Place> = {
    'in a region of another environment': { ...own, region: 'eu-north-1' },
    'in another account': { ...own, account: '222222222222' },
    'with the role of another environment': { ...own, role: 'baton-provisioning-prod' },
    'with a role of nobody': { ...own, role: 'Administrator' },
    'in no region': { ...own, region: '' },
  };
  const refusal = (place: Place) =>
    placeRefusal({ environments } as never, { ...home, environment: 'dev' }, place);
  for (const [what, place] of Object.entries(forged))
    test(what, () => expect(refusal(place)).toMatch(/is no place of dev; expected one of/));
  test('except in a place of its environment', () => {
    expect([own, { ...own, region: 'us-west-2' }].map(refusal)).toEqual([undefined, undefined]);
  });
});
