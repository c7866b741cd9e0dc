import { describe, expect, test } from 'vitest';
import { type Invocation, logLine } from '../../lib/runtime/log-line.ts';

const arn = 'arn:aws:states:us-east-1:111111111111:execution:baton-apply-plan:req-1-run-0a1b2c3d';
const invocation: Invocation = {
  function: 'close-run',
  awsRequestId: '7d1f',
  coldStart: true,
  endedMillis: 1_800_000_000_000,
  durationMillis: 12.4,
  event: { runId: 'req-1-run-0a1b2c3d', from: { state: 'CloseRun', execution: arn, retries: 2 } },
};
const line = (more: Partial<Invocation>) => JSON.parse(logLine({ ...invocation, ...more }));

describe('a log line contains', () => {
  test('the function, its subject, its caller, and the outcome', () => {
    expect(line({ answer: { status: 'Failed', scope: 'dev/shop' }, counts: { Runs: 1 } })).toMatchObject({
      ...{ level: 'INFO', function: 'close-run', awsRequestId: '7d1f', coldStart: true, outcome: 'ok' },
      ...{ state: 'CloseRun', execution: arn, retries: 2 },
      ...{ runId: 'req-1-run-0a1b2c3d', scope: 'dev/shop', status: 'Failed' },
      ...{ Duration: 12, Errors: 0, Runs: 1 },
    });
  });

  test('the name of an error, and nothing of its message', () => {
    const error = Object.assign(new Error('hunter2'), { name: 'RunFenced', detail: 'hunter2' });
    const text = logLine({ ...invocation, failure: { error } });
    expect(JSON.parse(text)).toMatchObject({
      level: 'ERROR',
      outcome: 'error',
      error: 'RunFenced',
      Errors: 1,
    });
    expect(text).not.toContain('hunter2');
  });

  test("a placeholder if the error's name has an unusual format", () => {
    const named = Object.assign(new Error(''), { name: 'password: hunter2' });
    expect(line({ failure: { error: named } }).error).toBe('Error');
    expect(line({ failure: { error: 'hunter2' } }).error).toBe('string');
  });
});

describe('a log line contains no value', () => {
  const hidden = 'hunter2 !';
  const fields = ['requestId', 'runId', 'changeId', 'planHash', 'index', 'ticks', 'status', 'scope'];
  const events: [what: string, event: unknown, answer?: unknown][] = [
    ['of a document', { event: { detail: { requestId: 'r', document: hidden, parameters: { p: hidden } } } }],
    ['in place of an id', Object.fromEntries(fields.map((field) => [field, hidden]))],
    ['in place of an id, as an object', Object.fromEntries(fields.map((f) => [f, { hidden }]))],
    ['of an answer', {}, { ...Object.fromEntries(fields.map((field) => [field, hidden])), reason: hidden }],
    ['of its caller', { from: { state: hidden, execution: hidden, retries: hidden } }],
    ['of a failure that a state passes on', { failure: { Error: hidden, Cause: hidden } }],
    [
      'of a call to the front door',
      { rawPath: hidden, body: hidden, requestContext: { authorizer: hidden } },
    ],
    ['if the input is not an object', hidden, hidden],
  ];
  for (const [what, event, answer] of events)
    test(what, () => {
      expect(logLine({ ...invocation, event, answer })).not.toContain('hunter2');
    });

  test('and the id of a request from any place in the input', () => {
    const ids = [
      { requestId: 'r-1' },
      { request: { requestId: 'r-1' } },
      { detail: { requestId: 'r-1' } },
      { event: { detail: { requestId: 'r-1' } } },
    ].map((event) => line({ event }).requestId);
    expect(ids).toEqual(['r-1', 'r-1', 'r-1', 'r-1']);
  });
});

describe('a line reports metrics in the embedded metric format', () => {
  const directives = (more: Partial<Invocation>) =>
    Object.fromEntries(
      (
        line(more)._aws.CloudWatchMetrics as {
          Namespace: string;
          Dimensions: string[][];
          Metrics: { Name: string; Unit: string }[];
        }[]
      ).map(({ Namespace, Dimensions, Metrics: [metric] }) => {
        expect(Namespace).toBe('Baton');
        return [metric?.Name, [metric?.Unit, ...Dimensions.map((set) => set.join('+'))]];
      }),
    );

  test('with the end time, its unit and its dimensions', () => {
    expect(line({})._aws.Timestamp).toBe(1_800_000_000_000);
    expect(directives({ answer: { status: 'Failed' }, counts: { Runs: 1, PumpLag: 3 } })).toEqual({
      Duration: ['Milliseconds', 'function'],
      Errors: ['Count', ''],
      AccessDenied: ['Count', ''],
      Runs: ['Count', '', 'status'],
      PumpLag: ['Seconds', ''],
    });
  });

  test('errors by their name', () => {
    expect(directives({ failure: { error: new TypeError('') } }).Errors).toEqual([
      'Count',
      '',
      'function+error',
    ]);
  });

  test('without a dimension for which the line has no field', () => {
    expect(directives({ counts: { Runs: 1 } }).Runs).toEqual(['Count', '']);
  });

  test("denials by IAM, by an error's name or its code, and what a handler counts", () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const coded = Object.assign(new Error('no'), { name: 'ServiceError', code: 'AccessDenied' });
    expect(line({ failure: { error: denied } }).AccessDenied).toBe(1);
    expect(line({ failure: { error: coded } }).AccessDenied).toBe(1);
    expect(line({ failure: { error: new Error('AccessDenied') } }).AccessDenied).toBe(0);
    expect(line({ counts: { AccessDenied: 2 } }).AccessDenied).toBe(2);
  });
});
