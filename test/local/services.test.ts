import { createPublicKey, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRequest } from '../../lib/local/gateway/signature.ts';
import type { World } from '../../lib/local/world.ts';
import { clientSettings, smallWorld } from './small-world.ts';

let world: World;
beforeAll(async () => {
  world = await smallWorld({
    ssm: { '/given/list': ['a', 'b'] },
    secrets: { 'my/secret': { password: 'x' } },
  });
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

describe('S3', () => {
  const s3 = () => new S3Client(clientSettings(world));
  const bucket = () => String(world.outputs.BucketName);
  const put = (Key: string, Body: string | Readable, more: object = {}) =>
    s3().send(new PutObjectCommand({ Bucket: bucket(), Key, Body, ...more }));
  const get = async (Key: string, more: object = {}) =>
    (await s3().send(new GetObjectCommand({ Bucket: bucket(), Key, ...more }))).Body?.transformToString();

  test('fails by name: missing object, version or bucket, wrong checksum, existing object', async () => {
    await put('here', 'x');
    await expect(get('none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(get('here', { VersionId: 'none' })).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await expect(get('here', { Bucket: 'none' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(
      put('sum', 'x', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('here', 'y', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(s3().send(new HeadObjectCommand({ Bucket: bucket(), Key: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('keeps versions, metadata and checksums', async () => {
    const first = await put('a/b c+d.json', 'one', {
      Metadata: { owner: 'me' },
      ContentType: 'application/json',
      ChecksumAlgorithm: 'SHA256',
    });
    const second = await put('a/b c+d.json', 'two');
    expect(await get('a/b c+d.json')).toBe('two');
    expect(await get('a/b c+d.json', { VersionId: first.VersionId })).toBe('one');
    const head = await s3().send(
      new HeadObjectCommand({
        Bucket: bucket(),
        Key: 'a/b c+d.json',
        VersionId: first.VersionId,
        ChecksumMode: 'ENABLED',
      }),
    );
    expect(head).toMatchObject({
      Metadata: { owner: 'me' },
      ContentType: 'application/json',
      ContentLength: 3,
      ChecksumSHA256: first.ChecksumSHA256,
    });
    await s3().send(new DeleteObjectCommand({ Bucket: bucket(), Key: 'a/b c+d.json' }));
    await expect(get('a/b c+d.json')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('a/b c+d.json', { VersionId: second.VersionId })).toBe('two');
  });

  test('accepts a stream in chunks', async () => {
    const text = 'chunk '.repeat(50_000);
    await put('stream', Readable.from([text.slice(0, 1000), text.slice(1000)]), {
      ContentLength: text.length,
    });
    expect(await get('stream')).toBe(text);
  });

  test('lists by prefix, page by page', async () => {
    for (const key of ['list/1', 'list/2', 'list/3']) await put(key, 'x');
    const page = await s3().send(new ListObjectsV2Command({ Bucket: bucket(), Prefix: 'list/', MaxKeys: 2 }));
    const rest = await s3().send(
      new ListObjectsV2Command({
        Bucket: bucket(),
        Prefix: 'list/',
        ContinuationToken: page.NextContinuationToken,
      }),
    );
    expect([...(page.Contents ?? []), ...(rest.Contents ?? [])].map((object) => object.Key)).toEqual([
      'list/1',
      'list/2',
      'list/3',
    ]);
  });

  test('needs permission for the bucket and the key', async () => {
    const who = world.as({
      user: 's3only',
      policies: [{ Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['*'] }] }],
    });
    const client = new S3Client(clientSettings(world, who));
    await expect(
      client.send(new PutObjectCommand({ Bucket: bucket(), Key: 'k', Body: 'x' })),
    ).rejects.toThrow(/kms:GenerateDataKey/);
  });
});

describe('KMS', () => {
  const kms = () => new KMSClient(clientSettings(world));
  const KeyId = () => String(world.outputs.KeyArn);

  test('decrypts what it encrypted, only in the same context and only with its own keys', async () => {
    const Plaintext = Buffer.from('secret');
    const { CiphertextBlob } = await kms().send(
      new EncryptCommand({ KeyId: KeyId(), Plaintext, EncryptionContext: { a: '1' } }),
    );
    const decrypted = await kms().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: '1' } }));
    expect(Buffer.from(decrypted.Plaintext ?? []).toString()).toBe('secret');
    await expect(kms().send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(kms().send(new EncryptCommand({ KeyId: 'alias/none', Plaintext }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    const data = await kms().send(new GenerateDataKeyCommand({ KeyId: KeyId(), KeySpec: 'AES_256' }));
    expect(data.Plaintext).toHaveLength(32);
  });

  test('signs, and its public key verifies', async () => {
    const Message = Buffer.from('seal');
    const input = {
      KeyId: 'alias/signing',
      Message,
      MessageType: 'RAW' as const,
      SigningAlgorithm: 'ECDSA_SHA_256' as const,
    };
    const { Signature } = await kms().send(new SignCommand(input));
    const { PublicKey } = await kms().send(new GetPublicKeyCommand({ KeyId: 'alias/signing' }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), type: 'spki', format: 'der' });
    expect(verify('sha256', Message, key, Buffer.from(Signature ?? []))).toBe(true);
    expect((await kms().send(new VerifyCommand({ ...input, Signature }))).SignatureValid).toBe(true);
    const wrong = new VerifyCommand({ ...input, Message: Buffer.from('other'), Signature });
    await expect(kms().send(wrong)).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' });
    await expect(kms().send(new SignCommand({ ...input, KeyId: KeyId() }))).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
    });
  });

  test('rejects a digest', async () => {
    const input = {
      KeyId: 'alias/signing',
      SigningAlgorithm: 'ECDSA_SHA_256' as const,
      MessageType: 'DIGEST' as const,
    };
    const sign = new SignCommand({ ...input, Message: Buffer.alloc(32) });
    await expect(kms().send(sign)).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
  });
});

test('SSM returns parameters of the template and of the inputs', async () => {
  const ssm = new SSMClient(clientSettings(world));
  await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
  const answer = await ssm.send(
    new GetParametersCommand({ Names: ['/small/greeting', '/given/list', '/none'] }),
  );
  expect(answer.Parameters?.map(({ Name, Type, Value }) => [Name, Type, Value])).toEqual([
    ['/small/greeting', 'String', 'hello'],
    ['/given/list', 'StringList', 'a,b'],
  ]);
  expect(answer.InvalidParameters).toEqual(['/none']);
});

test('Secrets Manager returns secrets by name and ARN', async () => {
  const secrets = new SecretsManagerClient(clientSettings(world));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const byName = await secrets.send(new GetSecretValueCommand({ SecretId: 'my/secret' }));
  expect(byName.SecretString).toBe('{"password":"x"}');
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: byName.ARN }))).Name).toBe('my/secret');
});

test('generated parameters and secrets have a plausible format', async () => {
  const other = await smallWorld({ ssm: 'any', secrets: 'any' });
  const ssm = new SSMClient(clientSettings(other));
  const image = await ssm.send(
    new GetParameterCommand({
      Name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    }),
  );
  expect(image.Parameter?.Value).toMatch(/^ami-[0-9a-f]{17}$/);
  const secret = await new SecretsManagerClient(clientSettings(other)).send(
    new GetSecretValueCommand({ SecretId: 'db' }),
  );
  expect(JSON.parse(secret.SecretString ?? '')).toHaveProperty('password');
  await other.stop();
});

test('CloudWatch returns the state that an alarm was set to', async () => {
  const cloudwatch = new CloudWatchClient(clientSettings(world));
  const describe = async () =>
    (
      await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['small-alarm', 'none'] }))
    ).MetricAlarms?.map((alarm) => alarm.StateValue);
  // As on AWS, an alarm is not evaluated before its first minute.
  expect(await describe()).toEqual(['INSUFFICIENT_DATA']);
  world.services.alarms.setState('small-alarm', 'ALARM');
  expect(await describe()).toEqual(['ALARM']);
});

test('Step Functions runs machines of the template and fails by name', async () => {
  const sfn = new SFNClient(clientSettings(world));
  const missing = new StartExecutionCommand({ stateMachineArn: `${world.outputs.MachineArn}x` });
  await expect(sfn.send(missing)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: String(world.outputs.MachineArn), input: '{"id":"sfn"}' }),
  );
  await world.clock.quiet();
  expect(await sfn.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"recorded":"sfn"}',
  });
});

test('STS and SQS respond in their own protocols', async () => {
  const call = async (service: string, headers: Record<string, string>, body: string) => {
    const request = {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { host: new URL(world.endpoint).host, ...headers },
      body: Buffer.from(body),
    };
    const signed = signRequest(request, {
      region: world.region,
      service,
      credentials: world.credentials,
      amzDate: '20260101T000000Z',
    });
    return (await fetch(world.endpoint, { method: 'POST', headers: signed, body })).text();
  };
  const identity = await call(
    'sts',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Action=GetCallerIdentity&Version=2011-06-15',
  );
  expect(identity).toContain('<Arn>arn:aws:iam::111111111111:user/local</Arn>');
  const QueueUrl = String(world.outputs.DeadLettersUrl);
  const sqs = async (operation: string, input: object) =>
    JSON.parse(
      await call(
        'sqs',
        { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
        JSON.stringify({ QueueUrl, ...input }),
      ),
    );
  await sqs('SendMessage', { MessageBody: 'hello' });
  const { Messages } = await sqs('ReceiveMessage', {});
  expect(Messages).toMatchObject([{ Body: 'hello' }]);
  expect(await sqs('ReceiveMessage', {})).toEqual({});
  await sqs('DeleteMessage', { ReceiptHandle: Messages[0].ReceiptHandle });
  const { Attributes } = await sqs('GetQueueAttributes', { AttributeNames: ['All'] });
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
  expect(await sqs('SendMessage', { QueueUrl: `${QueueUrl}x`, MessageBody: 'x' })).toMatchObject({
    __type: 'QueueDoesNotExist',
  });
});

describe('CloudWatch Logs', () => {
  const client = () => new AwsClient({ ...world.credentials, service: 'logs', region: world.region });
  const ask = async (operation: string, input: object) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
    };
    const answer = await client().fetch(world.endpoint, {
      ...{ method: 'POST', headers, body: JSON.stringify(input) },
    });
    return (await answer.json()) as Record<string, unknown> & { events?: { message: string }[] };
  };
  const group = { logGroupName: '/aws/lambda/logged' };

  test('refuses a group that is not there, an operation and a pattern that are not emulated', async () => {
    expect(await ask('FilterLogEvents', group)).toMatchObject({ __type: 'ResourceNotFoundException' });
    expect(await ask('PutLogEvents', group)).toMatchObject({ __type: 'UnknownOperationException' });
    world.services.logs.add(group.logGroupName);
    for (const filterPattern of ['{ $.outcome = "error" }', '[a, b]', '%x%', '-ERROR', 'one ?two'])
      expect(await ask('FilterLogEvents', { ...group, filterPattern })).toMatchObject({
        ...{ __type: 'InvalidParameterException', message: expect.stringContaining(filterPattern) },
      });
  });

  test('gives the lines of a group, by time, words and pages', async () => {
    world.services.logs.add(group.logGroupName);
    expect(await ask('FilterLogEvents', group)).toMatchObject({ events: [] });
    ['first line', 'second line', 'third'].forEach((message, index) => {
      world.services.logs.append(group.logGroupName, 'stream', 1000 + index, message);
    });
    const read = async (input: object = {}) =>
      (await ask('FilterLogEvents', { ...group, ...input })).events?.map(({ message }) => message);
    expect(await read()).toEqual(['first line', 'second line', 'third']);
    expect(await read({ startTime: 1001, endTime: 1001 })).toEqual(['second line']);
    expect(await read({ filterPattern: 'line "first li"' })).toEqual(['first line']);
    const { nextToken } = await ask('FilterLogEvents', { ...group, limit: 2 });
    expect(await read({ limit: 2, nextToken })).toEqual(['third']);
    expect(await ask('DescribeLogGroups', { logGroupNamePrefix: '/aws/lambda/log' })).toEqual({
      logGroups: [{ ...group, arn: expect.stringMatching(/:log-group:\/aws\/lambda\/logged:\*$/) }],
    });
  });
});
