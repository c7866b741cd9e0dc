import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRequest } from '../../lib/local/gateway/signature.ts';
import type { World } from '../../lib/local/world.ts';
import { clientSettings, smallWorld } from './small-world.ts';

let world: World;
beforeAll(async () => {
  world = await smallWorld();
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

describe('rejects a request', () => {
  const rows: [string, { accessKeyId: string; secretAccessKey: string }, string][] = [
    ['with an unknown key', { accessKeyId: 'nobody', secretAccessKey: 'x' }, 'UnrecognizedClientException'],
    ['with a wrong secret', { accessKeyId: 'local', secretAccessKey: 'x' }, 'InvalidSignatureException'],
  ];
  test.each(rows)('%s', async (_what, credentials, code) => {
    const client = new DynamoDBClient({ ...clientSettings(world), credentials });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: code });
  });

  test('without a signature', async () => {
    const answer = await fetch(world.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
  });

  test('for an unsupported operation, by name', async () => {
    const answer = await signed('dynamodb', { 'x-amz-target': 'DynamoDB_20120810.ExportTableToPointInTime' });
    expect(await answer.json()).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('ExportTableToPointInTime'),
    });
    const s3 = new S3Client(clientSettings(world));
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('changed in transit', async () => {
    const answer = await signed('dynamodb', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{ }');
    expect(await answer.json()).toMatchObject({ __type: 'InvalidSignatureException' });
  });
});

describe('a function URL', () => {
  const call = async (who: World['credentials'], body = '{}', service = 'lambda') => {
    const url = new URL(String(world.outputs.ProbeUrl));
    const request = {
      method: 'POST',
      path: url.pathname,
      query: new URLSearchParams(),
      headers: { host: url.host },
      body: Buffer.from(body),
    };
    const headers = signRequest(request, {
      region: world.region,
      service,
      credentials: who,
      amzDate: '20260101T000000Z',
    });
    return fetch(url, { method: 'POST', headers, body });
  };
  const actions = (Condition: Record<string, Record<string, string[]>>) => [
    {
      Statement: [
        { Effect: 'Allow' as const, Action: ['lambda:InvokeFunctionUrl'], Resource: ['*'] },
        { Effect: 'Allow' as const, Action: ['lambda:InvokeFunction'], Resource: ['*'], Condition },
      ],
    },
  ];
  test('rejects callers without permission', async () => {
    const answer = await call(world.as({ user: 'eve', policies: [] }));
    expect([answer.status, await answer.text()]).toMatchObject([
      403,
      expect.stringContaining('lambda:InvokeFunctionUrl'),
    ]);
  });
  test('rejects a signature for another service', async () => {
    const answer = await call(world.credentials, '{}', 'execute-api');
    expect([answer.status, await answer.text()]).toMatchObject([
      403,
      expect.stringContaining("correct service: 'lambda'"),
    ]);
  });
  test("passes the caller's identity to the function", async () => {
    const alice = world.as({
      user: 'alice',
      policies: actions({ Bool: { 'lambda:InvokedViaFunctionUrl': ['true'] } }),
    });
    const answer = await call(alice, '{"a":1}');
    expect(await answer.json()).toMatchObject({
      echo: {
        version: '2.0',
        body: '{"a":1}',
        requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::111111111111:user/alice' } } },
      },
    });
  });
});

async function signed(service: string, headers: Record<string, string>, sent = '{}') {
  const request = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { host: new URL(world.endpoint).host, ...headers },
    body: Buffer.from('{}'),
  };
  const all = signRequest(request, {
    region: world.region,
    service,
    credentials: world.credentials,
    amzDate: '20260101T000000Z',
  });
  return fetch(world.endpoint, { method: 'POST', headers: all, body: sent });
}
