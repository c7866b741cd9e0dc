import { describe, expect, it } from 'vitest';
import type { LambdaCall, ServiceCall } from '../../../lib/local/step-functions/types.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { lambdaTask, machine, named, runMachine } from './run-machine.ts';

const task = (resource: string, more: JsonObject = {}) =>
  machine({ T: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, End: true, ...more } });

function apiError(name: string, message: string) {
  return Object.assign(named(name, message), { statusCode: 400, requestId: 'R' });
}

describe('error names and causes of a failing API', () => {
  it.each([
    [
      'aws-sdk:dynamodb:getItem',
      'ResourceNotFoundException',
      'DynamoDb.ResourceNotFoundException',
      '(Service: DynamoDb, Status Code: 400, Request ID: R)',
    ],
    [
      'aws-sdk:dynamodb:getItem',
      'ValidationException',
      'DynamoDb.DynamoDbException',
      '(Service: DynamoDb, Status Code: 400, Request ID: R)',
    ],
    [
      'aws-sdk:cloudcontrol:createResource',
      'ThrottlingException',
      'CloudControl.ThrottlingException',
      '(Service: CloudControl, Status Code: 400, Request ID: R)',
    ],
    [
      'aws-sdk:s3:getObject',
      'NoSuchKey',
      'S3.NoSuchKeyException',
      '(Service: S3, Status Code: 400, Request ID: R)',
    ],
    [
      'dynamodb:putItem',
      'ConditionalCheckFailedException',
      'DynamoDB.ConditionalCheckFailedException',
      '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R; Proxy: null)',
    ],
    [
      'dynamodb:putItem',
      'ValidationException',
      'DynamoDB.AmazonDynamoDBException',
      '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: R; Proxy: null)',
    ],
  ])('%s %s', async (resource, name, error, suffix) => {
    const ran = await runMachine(task(resource), {
      call: () => {
        throw apiError(name, 'It did not work');
      },
    });
    expect([ran.error, ran.cause]).toEqual([error, `It did not work ${suffix}`]);
    expect(ran.types.slice(2, 5)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskFailed']);
  });

  it('for a missing function', async () => {
    const ran = await runMachine(machine({ T: lambdaTask('gone') }));
    expect(ran.error).toBe('Lambda.ResourceNotFoundException');
    expect(ran.cause).toMatch(
      /^Function not found: .* \(Service: Lambda, Status Code: 404, Request ID: r\)$/,
    );
  });

  it('for an event that the bus rejected', async () => {
    const ran = await runMachine(task('events:putEvents', { Arguments: { Entries: [] } }), {
      call: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'X' }] }),
    });
    expect([ran.error, JSON.parse(ran.cause ?? '')]).toEqual([
      'EventBridge.FailedEntry',
      { FailedEntryCount: 1, Entries: [{ ErrorCode: 'X' }] },
    ]);
  });
});

describe('a failing handler', () => {
  it('reports its error type, and its result as the cause', async () => {
    const f = () => {
      throw named('TooBusy', 'come back later');
    };
    const ran = await runMachine(machine({ T: lambdaTask('f') }), { functions: { f } });
    expect([ran.error, JSON.parse(ran.cause ?? '')]).toEqual([
      'TooBusy',
      { errorType: 'TooBusy', errorMessage: 'come back later' },
    ]);
  });
});

describe('the input and result of a task', () => {
  it('lambda:invoke', async () => {
    const calls: LambdaCall[] = [];
    const ran = await runMachine(
      task('lambda:invoke', {
        Arguments: {
          FunctionName: 'f:live',
          Payload: { a: '{% $states.input.a %}' },
          InvocationType: 'Event',
        },
        Credentials: { RoleArn: "{% 'arn:' & $states.input.a %}" },
        Output: '{% $states.result.Payload %}',
      }),
      { input: { a: 1 }, functions: { live: (payload, call) => [payload, calls.push(call)] } },
    );
    expect(ran.output).toEqual([{ a: 1 }, 1]);
    expect(calls[0]).toMatchObject({
      functionArn: 'f:live',
      roleArn: 'arn:1',
      invocationType: 'Event',
      stateName: 'T',
    });
  });

  it.each([
    ['aws-sdk:ssm:getParameter', { Value: 1 }, { Value: 1 }],
    [
      'dynamodb:getItem',
      { Item: {} },
      { Item: {}, SdkHttpMetadata: expect.anything(), SdkResponseMetadata: expect.anything() },
    ],
  ])('%s', async (resource, answer, result) => {
    const calls: ServiceCall[] = [];
    const ran = await runMachine(task(resource, { Arguments: { Name: 'n' } }), {
      call: (call) => {
        calls.push(call);
        return answer;
      },
    });
    expect(ran.output).toEqual(result);
    expect(calls).toMatchObject([
      { parameters: { Name: 'n' }, roleArn: 'role', executionArn: expect.stringContaining('run') },
    ]);
  });

  it('is its own input without Arguments', async () => {
    const ran = await runMachine(machine({ T: lambdaTask('f') }), {
      input: { x: [1] },
      functions: { f: (payload) => payload },
    });
    expect(ran.output).toEqual({ x: [1] });
  });
});

describe('payload limits', () => {
  const big = (bytes: number) => `{% $pad('', ${bytes}, 'x') %}`;

  it.each([
    ['an output', machine({ P: { Type: 'Pass', Output: big(262_144), End: true } })],
    ['an argument', machine({ T: lambdaTask('f', { Arguments: big(262_144), End: true }) })],
    [
      'a character of several bytes',
      machine({ P: { Type: 'Pass', Output: "{% $pad('', 131072, 'é') %}", End: true } }),
    ],
  ])('%s too large fails, past every States.ALL', async (_, definition) => {
    const ran = await runMachine(definition, { functions: { f: () => 'x'.repeat(262_144) } });
    expect([ran.status, ran.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  });

  it.each([
    ['lambda:invoke', 'lambda', 'TaskFailed'],
    ['aws-sdk:ssm:getParameter', 'aws-sdk:ssm', 'TaskFailed'],
  ])('make an oversized result of %s a failure of the task', async (resource, who, type) => {
    const huge = 'x'.repeat(262_144);
    const ran = await runMachine(task(resource, { Arguments: { FunctionName: 'f' } }), {
      functions: { f: () => huge },
      call: () => huge,
    });
    expect(ran.cause).toBe(
      `The state/task '${who}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
    expect(ran.types.at(-2)).toBe(type);
  });

  it('let States.ALL catch a result that is too large', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Z' }];
    const definition = machine({ T: lambdaTask('f', { Catch, End: true }), Z: { Type: 'Pass', End: true } });
    const ran = await runMachine(definition, { functions: { f: () => 'x'.repeat(262_144) } });
    expect(ran.output).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });

  it('accept a payload of exactly 256 KiB', async () => {
    const ran = await runMachine(machine({ P: { Type: 'Pass', Output: big(262_142), End: true } }));
    expect(ran.status).toBe('SUCCEEDED');
  });

  it('end an execution at 25,000 events', async () => {
    const ran = await runMachine(machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }));
    expect([ran.status, ran.error]).toEqual(['FAILED', 'States.Runtime']);
    expect(ran.cause).toBe('The execution reached the maximum number of history events (25000).');
    expect([ran.events.length, ran.types.at(-1)]).toEqual([25_000, 'ExecutionFailed']);
  });
});
