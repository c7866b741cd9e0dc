import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../../../lib/local/world.ts';
import { smallWorld } from '../small-world.ts';

let world: World;
beforeAll(async () => {
  world = await smallWorld({ realMillisPerSecond: 50 });
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const invoke = async (event: object, name = 'probe') => {
  const { payload, functionError } = await world.services.lambda.invoke(name, JSON.stringify(event));
  return { functionError, answer: JSON.parse(payload) };
};

describe('reports', () => {
  test('an error of the handler by name', async () => {
    const { functionError, answer } = await invoke({ fail: 'no good' });
    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'no good',
      trace: expect.arrayContaining([expect.stringContaining('probe.mjs')]),
    });
  });
  test('a handler that hangs', async () => {
    const { answer } = await invoke({ hang: true });
    expect(answer).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 3\.00 seconds$/),
    });
  });
  test('a response larger than six megabytes, and rejects such a request', async () => {
    expect((await invoke({ large: 6_300_000 })).answer.errorType).toBe('Function.ResponseSizeTooLarge');
    await expect(invoke({ text: 'x'.repeat(6_300_000) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
  });
  test('a missing function', async () => {
    await expect(invoke({}, 'none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test("functions of one asset share neither module nor environment, and don't see the environment of the process", async () => {
  const before = { ...process.env };
  const [first, twin] = await Promise.all([invoke({}), invoke({}, 'probe-twin')]);
  expect(first.answer).toMatchObject({ atImport: 'probe', atCall: 'probe', calls: 1 });
  expect(twin.answer).toMatchObject({ atImport: 'probe-twin', atCall: 'probe-twin', calls: 1 });
  expect(first.answer.leaked).toBeUndefined();
  expect((await invoke({})).answer.calls).toBe(2);
  expect({ ...process.env }).toEqual(before);
});

test('output of a handler goes to its log group', async () => {
  await invoke({ fail: 'printed' });
  expect(world.services.logs.events('/aws/lambda/probe').at(-1)?.message).toContain(
    '"errorMessage":"printed"',
  );
});

test("work that is scheduled after an invocation does not run in the function's environment", async () => {
  const seen = Promise.withResolvers<string | undefined>();
  world.clock.setTimer(world.clock.now() + 1000, () => seen.resolve(process.env.AWS_LAMBDA_FUNCTION_NAME), {
    kind: 'execution',
  });
  await invoke({});
  expect(await seen.promise).toBeUndefined();
});

describe('over HTTP, as Lambda', () => {
  const own = 'arn:aws:lambda:us-east-1:111111111111:function:probe';
  const only = (Resource: string) =>
    world.as({
      user: `only-${Resource.split(':').length}-${Resource.length}`,
      policies: [
        { Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [Resource] }] },
      ],
    });
  const call = async (name: string, who = only(own), query = '') => {
    const { endpoint, region } = world;
    const client = new AwsClient({ ...who, region, service: 'lambda', retries: 0 });
    const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations${query}`;
    const answer = await client.fetch(url, { method: 'POST', body: '{}' });
    return answer.headers.get('x-amzn-errortype') ?? answer.status;
  };

  // "Versioning, aliases, and resource policies", Lambda Developer Guide.
  test('permission for a function is none for its versions and aliases, nor the other way round', async () => {
    expect(await call('probe')).toBe(200);
    expect(await call(own)).toBe(200);
    expect(await call(`${own}:$LATEST`)).toBe('AccessDeniedException');
    expect(await call('probe', only(own), '?Qualifier=$LATEST')).toBe('AccessDeniedException');
    expect(await call('probe', only(`${own}:$LATEST`))).toBe('AccessDeniedException');
    expect(await call('probe:$LATEST', only(`${own}:*`))).toBe(200);
  });

  test.each([
    ['a version that is not there', `${own}:7`],
    ['another account', own.replace('111111111111', '222222222222')],
    ['another region', own.replace('us-east-1', 'eu-west-1')],
    ['another function', 'none'],
  ])('does not find %s', async (_what, name) => {
    expect(await call(name, only('*'))).toBe('ResourceNotFoundException');
  });
});
