import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
} from '@aws-sdk/client-cloudcontrol';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSettings, smallWorld } from './small-world.ts';

let stateDirectory: string;
beforeEach(() => {
  stateDirectory = join(mkdtempSync(join(tmpdir(), 'state-')), 'new');
});
afterEach(() => rmSync(join(stateDirectory, '..'), { recursive: true }));

test('a world continues where it stopped: tables, objects, resources, operations in progress, time', async () => {
  const first = await smallWorld({ stateDirectory });
  const settings = clientSettings(first);
  const table = { TableName: String(first.outputs.TableName) };
  const object = { Bucket: String(first.outputs.BucketName), Key: 'k' };
  await new DynamoDBClient(settings).send(
    new PutItemCommand({ ...table, Item: { pk: { S: 'a' }, sk: { S: 'b' } } }),
  );
  await new S3Client(settings).send(new PutObjectCommand({ ...object, Body: 'text' }));
  const input = {
    TypeName: 'AWS::SNS::Topic',
    RoleArn: String(first.outputs.ProvisioningRoleArn),
    DesiredState: '{"TopicName":"t"}',
  };
  const started = await first.clock.busy(async () => {
    const answer = await new CloudControlClient(settings).send(new CreateResourceCommand(input));
    first.clock.stop();
    return answer.ProgressEvent;
  });
  await first.stop();

  const second = await smallWorld({ stateDirectory, port: 0 });
  expect(second.clock.now()).toBeGreaterThanOrEqual(first.clock.now());
  const again = clientSettings(second);
  const item = await new DynamoDBClient(again).send(
    new GetItemCommand({ ...table, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }),
  );
  expect(item.Item).toBeDefined();
  expect(await (await new S3Client(again).send(new GetObjectCommand(object))).Body?.transformToString()).toBe(
    'text',
  );
  await second.clock.quiet();
  const status = await new CloudControlClient(again).send(
    new GetResourceRequestStatusCommand({ RequestToken: started?.RequestToken }),
  );
  expect(status.ProgressEvent?.OperationStatus).toBe('SUCCESS');
  expect(second.services.cloudControl.store.list()).toHaveLength(1);
  expect([...first.internalErrors, ...second.internalErrors]).toEqual([]);
  await second.stop();
});
