import {
  CancelResourceRequestCommand,
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { afterEach, describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../../lib/local/services.ts';
import type { World } from '../../../lib/local/world.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
let client: CloudControlClient;
let RoleArn: string;

async function open(cloud: CloudOptions = {}) {
  world = await smallWorld({ cloud });
  client = new CloudControlClient(clientSettings(world));
  RoleArn = String(world.outputs.ProvisioningRoleArn);
}

afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const create = async (TypeName: string, desired: object, more: object = {}) => {
  const input = { TypeName, RoleArn, DesiredState: JSON.stringify(desired), ...more };
  return (await client.send(new CreateResourceCommand(input))).ProgressEvent;
};
const created = async (type: string, desired: object) => {
  const started = await create(type, desired);
  await world.clock.quiet();
  return await status(started?.RequestToken);
};
const status = async (RequestToken: string | undefined) =>
  (await client.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent;
const read = async (TypeName: string, Identifier: string | undefined) => {
  const answer = await client.send(new GetResourceCommand({ TypeName, Identifier, RoleArn }));
  return JSON.parse(answer.ResourceDescription?.Properties ?? '{}');
};

describe('rejects', () => {
  const vpc = { CidrBlock: '10.0.0.0/16' };
  const cases: [string, () => Promise<unknown>, string][] = [
    ['an unknown type', () => create('AWS::No::Type', {}), 'TypeNotFoundException'],
    [
      'a type it can not provision',
      () => create('AWS::CloudFormation::WaitCondition', {}),
      'UnsupportedActionException',
    ],
    [
      'a call without a role',
      () => create('AWS::EC2::VPC', vpc, { RoleArn: undefined }),
      'InvalidRequestException',
    ],
    [
      'a role that does not trust it',
      () => create('AWS::EC2::VPC', vpc, { RoleArn: world.outputs.ProbeRoleArn }),
      'InvalidRequestException',
    ],
    [
      'a state that is no JSON',
      () => create('AWS::EC2::VPC', vpc, { DesiredState: '{' }),
      'InvalidRequestException',
    ],
    ['reading a missing resource', () => read('AWS::EC2::VPC', 'vpc-0'), 'ResourceNotFoundException'],
    [
      'to know a token it never gave',
      () => status('00000000-0000-0000-0000-000000000000'),
      'RequestTokenNotFoundException',
    ],
  ];
  test.each(cases)('%s', async (_what, call, code) => {
    await open();
    await expect(call()).rejects.toMatchObject({ name: code });
  });

  test('a role without permissions for the type, and a caller who may not pass it', async () => {
    await open();
    const powerless = world.as({
      user: 'eve',
      policies: [{ Statement: [{ Effect: 'Allow', Action: ['cloudformation:*'], Resource: ['*'] }] }],
    });
    const eve = new CloudControlClient(clientSettings(world, powerless));
    const command = new CreateResourceCommand({
      TypeName: 'AWS::EC2::VPC',
      RoleArn,
      DesiredState: '{"CidrBlock":"10.0.0.0/16"}',
    });
    await expect(eve.send(command)).rejects.toThrow(/eve is not authorized to perform: iam:PassRole/);
  });

  test('more than five creates in one second, and accepts more afterwards', async () => {
    await open();
    const call = (index: number) => create('AWS::SNS::Topic', { TopicName: `t${index}` });
    const results = await world.clock.busy(() => Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map(call)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map((result) => result.reason.name)).toEqual([
      'ThrottlingException',
      'ThrottlingException',
    ]);
    await world.clock.quiet();
    await expect(create('AWS::SNS::Topic', { TopicName: 'later' })).resolves.toMatchObject({
      OperationStatus: 'IN_PROGRESS',
    });
  });

  test('another payload under a used client token, but repeats the same', async () => {
    await open();
    const ClientToken = 'token-1';
    const first = await create('AWS::SNS::Topic', { TopicName: 'one' }, { ClientToken });
    expect((await create('AWS::SNS::Topic', { TopicName: 'one' }, { ClientToken }))?.RequestToken).toBe(
      first?.RequestToken,
    );
    await expect(create('AWS::SNS::Topic', { TopicName: 'two' }, { ClientToken })).rejects.toMatchObject({
      name: 'ClientTokenConflictException',
    });
  });
});

describe('a resource', () => {
  test('exists after its duration, with what the service adds and without what it hides', async () => {
    await open();
    const started = world.clock.now();
    const event = await created('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'db',
      DBInstanceClass: 'db.t3.micro',
      MasterUserPassword: 'x',
    });
    expect(event).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: 'db' });
    expect(world.clock.now() - started).toBeGreaterThan(60_000);
    const live = await read('AWS::RDS::DBInstance', 'db');
    expect(live.MasterUserPassword).toBeUndefined();
    expect(live.Endpoint.Address).toMatch(/^db\..*\.us-east-1\.rds\.amazonaws\.com$/);
    expect(live.Endpoint.Port).toMatch(/^\d+$/);
    expect(live.DBInstanceArn).toBe('arn:aws:rds:us-east-1:111111111111:db:db');
  });

  test('whose name is taken fails with AlreadyExists', async () => {
    await open();
    await created('AWS::S3::Bucket', { BucketName: 'one' });
    const second = await created('AWS::S3::Bucket', { BucketName: 'one' });
    expect(second).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'AlreadyExists' });
  });

  test('that does not match its schema fails with InvalidRequest', async () => {
    await open();
    const event = await created('AWS::EC2::Subnet', { CidrBlok: '10.0.0.0/24' });
    expect(event).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'InvalidRequest' });
    expect(event?.StatusMessage).toContain('required key [VpcId] not found');
    expect(event?.StatusMessage).toContain('extraneous key [CidrBlok]');
  });

  test('is changed by a patch, keeps hidden properties, and rejects changes to create-only ones', async () => {
    await open();
    await created('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: 'db',
      AllocatedStorage: '20',
      DBInstanceClass: 'db.t3.micro',
      MasterUsername: 'admin',
      MasterUserPassword: 'x',
    });
    const update = (patch: object[]) =>
      client.send(
        new UpdateResourceCommand({
          TypeName: 'AWS::RDS::DBInstance',
          RoleArn,
          Identifier: 'db',
          PatchDocument: JSON.stringify(patch),
        }),
      );
    await expect(update([{ op: 'replace', path: '/MasterUsername', value: 'root' }])).rejects.toMatchObject({
      name: 'NotUpdatableException',
    });
    await world.clock.busy(async () => {
      await update([{ op: 'replace', path: '/AllocatedStorage', value: '30' }]);
      await expect(update([{ op: 'remove', path: '/AllocatedStorage' }])).rejects.toMatchObject({
        name: 'ConcurrentOperationException',
      });
    });
    await world.clock.quiet();
    expect((await read('AWS::RDS::DBInstance', 'db')).AllocatedStorage).toBe('30');
    expect(
      world.services.cloudControl.store.get('AWS::RDS::DBInstance', 'db')?.properties.MasterUserPassword,
    ).toBe('x');
  });

  test("can't be deleted while another needs it, and fails with NotFound when it is gone", async () => {
    await open();
    const vpc = await created('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' });
    expect(vpc?.Identifier).toMatch(/^vpc-0[0-9a-f]{16}$/);
    const subnet = await created('AWS::EC2::Subnet', { VpcId: vpc?.Identifier, CidrBlock: '10.0.0.0/24' });
    const remove = async (TypeName: string, Identifier: string | undefined) => {
      const started = await client.send(new DeleteResourceCommand({ TypeName, Identifier, RoleArn }));
      await world.clock.quiet();
      return status(started.ProgressEvent?.RequestToken);
    };
    expect((await remove('AWS::EC2::VPC', vpc?.Identifier))?.StatusMessage).toContain('DependencyViolation');
    expect(await remove('AWS::EC2::Subnet', subnet?.Identifier)).toMatchObject({
      OperationStatus: 'SUCCESS',
    });
    expect(await remove('AWS::EC2::VPC', vpc?.Identifier)).toMatchObject({ OperationStatus: 'SUCCESS' });
    expect(await remove('AWS::EC2::VPC', vpc?.Identifier)).toMatchObject({ ErrorCode: 'NotFound' });
  });

  test('has a two-part identifier joined by a bar', async () => {
    await open();
    const event = await created('AWS::ECS::Service', { Cluster: 'main', ServiceName: 'web' });
    expect(event?.Identifier).toBe('arn:aws:ecs:us-east-1:111111111111:service/main/web|main');
  });
});

describe('operations', () => {
  test('are listed by status, page by page, and can be canceled', async () => {
    await open();
    const slow = await world.clock.busy(async () => {
      const started = await create('AWS::RDS::DBInstance', { DBInstanceIdentifier: 'slow' });
      await create('AWS::SNS::Topic', { TopicName: 'quick' });
      await client.send(new CancelResourceRequestCommand({ RequestToken: started?.RequestToken }));
      return started;
    });
    await world.clock.quiet();
    expect((await status(slow?.RequestToken))?.OperationStatus).toBe('CANCEL_COMPLETE');
    const first = await client.send(
      new ListResourceRequestsCommand({
        MaxResults: 1,
        ResourceRequestStatusFilter: { OperationStatuses: ['CANCEL_COMPLETE', 'SUCCESS'] },
      }),
    );
    expect(first.ResourceRequestStatusSummaries).toHaveLength(1);
    const rest = await client.send(
      new ListResourceRequestsCommand({ MaxResults: 1, NextToken: first.NextToken }),
    );
    expect(rest.NextToken).toBeUndefined();
    expect(rest.ResourceRequestStatusSummaries?.map((one) => one.TypeName)).toEqual(['AWS::RDS::DBInstance']);
    const topics = await client.send(new ListResourcesCommand({ TypeName: 'AWS::SNS::Topic', RoleArn }));
    expect(topics.ResourceDescriptions?.map((one) => one.Identifier)).toEqual([
      'arn:aws:sns:us-east-1:111111111111:quick',
    ]);
  });

  test('fail on request: at the call or after their duration, with and without effect', async () => {
    await open({
      faults: [
        {
          type: 'AWS::SNS::*',
          operation: 'CREATE',
          times: 1,
          at: 'call',
          errorCode: 'ServiceInternalErrorException',
        },
        {
          type: 'AWS::SNS::*',
          operation: 'CREATE',
          times: 1,
          errorCode: 'NotStabilized',
          message: 'not today',
        },
        { type: 'AWS::SNS::*', operation: 'CREATE', times: 1, errorCode: 'ServiceTimeout', effect: true },
      ],
    });
    const topic = { TopicName: 'fated' };
    await expect(create('AWS::SNS::Topic', topic)).rejects.toMatchObject({
      name: 'ServiceInternalErrorException',
    });
    expect(await created('AWS::SNS::Topic', topic)).toMatchObject({
      ErrorCode: 'NotStabilized',
      StatusMessage: 'not today',
    });
    expect(world.services.cloudControl.store.list()).toHaveLength(0);
    expect(await created('AWS::SNS::Topic', topic)).toMatchObject({ ErrorCode: 'ServiceTimeout' });
    expect(world.services.cloudControl.store.list()).toHaveLength(1);
    expect(await created('AWS::SNS::Topic', topic)).toMatchObject({ ErrorCode: 'AlreadyExists' });
  });
});
