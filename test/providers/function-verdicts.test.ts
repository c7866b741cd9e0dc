import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { SignedFetch } from '../../lib/aws/signed-fetch.ts';
import type { VerdictQuestion } from '../../lib/model/verdict.ts';
import { FunctionVerdicts } from '../../lib/providers/function-verdicts.ts';

/** What counts as an answer of a function: a whole, timely and well-formed one, and nothing else. */
const question: VerdictQuestion = {
  ...{ version: 1, request: 'r-1', scope: 'dev/shop', asset: 'a-1', resource: 'Entry', side: 'Green' },
  ...{ stableSide: 'Blue', weight: 10, step: 0, steps: 2 },
  interval: { start: '2026-01-01T00:00:00.000Z', end: '2026-01-01T00:01:00.000Z' },
};

let server: Server;
let answer: (response: ServerResponse) => void;
let calls: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    calls.push({ path: request.url ?? '', headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.closeAllConnections());
beforeEach(() => {
  calls = [];
});

const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = (to: string) =>
  new SignedFetch({ region: 'us-east-1', endpoint: to, accessKeyId: 'A', secretAccessKey: 'B' });
const ask = (name = 'judge', to = endpoint()) => new FunctionVerdicts(client(to), 1_500).ask(name, question);
const says = (status: number, body: string, headers: Record<string, string> = {}) => {
  answer = (response) => response.writeHead(status, headers).end(body);
};
const pass = '{"verdict":"pass"}';

describe('is no answer', () => {
  test.each<[what: string, status: number, body: string, headers: Record<string, string>, why: RegExp]>([
    ['an error that says pass', 200, pass, { 'x-amz-function-error': 'Unhandled' }, /it failed/],
    ['an asynchronous invocation', 202, '', {}, /status 202/],
    ['a dry run', 204, '', {}, /status 204/],
    [
      'a missing function',
      404,
      '{}',
      { 'x-amzn-errortype': 'ResourceNotFoundException' },
      /ResourceNotFound/,
    ],
    ['a refusal', 403, pass, { 'x-amzn-errortype': 'AccessDeniedException' }, /AccessDeniedException/],
    ['throttling', 429, pass, { 'x-amzn-errortype': 'TooManyRequestsException' }, /TooManyRequests/],
    ['an error in words of someone else', 502, '<Code>pw: hunter2</Code>', {}, /^status 502$/],
    ['text', 200, 'pass', {}, /expected \{"verdict"/],
    ['a word', 200, '"pass"', {}, /expected/],
    ['null', 200, 'null', {}, /expected/],
    ['a list', 200, `[${pass}]`, {}, /expected/],
    ['an answer without a verdict', 200, '{"result":"pass"}', {}, /expected/],
    ['a verdict of its prototype', 200, '{"__proto__":{"verdict":"pass"}}', {}, /expected/],
    ['a word in capitals', 200, '{"verdict":"PASS"}', {}, /expected/],
    ['a list of verdicts', 200, '{"verdict":["pass"]}', {}, /expected/],
    ['true', 200, '{"verdict":true}', {}, /expected/],
    ['two answers', 200, `${pass}${pass}`, {}, /expected/],
    ['nothing', 200, '', {}, /expected/],
    ['6 MB', 200, `{"verdict":"pass","log":"${'x'.repeat(6_000_000)}"}`, {}, /more than 16 KB/],
  ])('%s', async (_what, status, body, headers, why) => {
    says(status, body, headers);
    expect(await ask()).toEqual({ verdict: null, why: expect.stringMatching(why) });
    expect(calls).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%s), which is not followed', async (status) => {
    answer = (response) => {
      if (calls.length > 1) response.end(pass);
      else response.writeHead(status, { location: `${endpoint()}/elsewhere` }).end();
    };
    expect(await ask()).toEqual({ verdict: null, why: `status ${status}` });
    expect(calls).toHaveLength(1);
  });

  test('one that comes too late, or whose end does', async () => {
    answer = (response) => void setTimeout(() => response.end(pass), 1_800);
    expect(await ask()).toEqual({ verdict: null, why: 'not within 1.5 s' });
    answer = (response) => response.writeHead(200).write(pass);
    expect(await ask()).toEqual({ verdict: null, why: 'not within 1.5 s' });
    expect(calls).toHaveLength(2);
  });

  test('a connection that is lost or refused', async () => {
    answer = (response) => response.destroy();
    expect(await ask()).toEqual({ verdict: null, why: 'the connection was lost' });
    expect(await ask('judge', 'http://127.0.0.1:1')).toEqual({
      verdict: null,
      why: 'the connection was lost',
    });
  });

  test.each([
    ['an ARN of another account', 'arn:aws:lambda:us-east-1:222222222222:function:judge'],
    ['a partial ARN', '222222222222:function:judge'],
    ['an alias', 'judge:live'],
    ['a version', 'judge:7'],
    ['a path', '../../2015-03-31/functions/other'],
    ['an encoded path', 'judge%2F..%2Fother'],
    ['a query', 'judge?Qualifier=live'],
    ['a blank', 'judge '],
    ['a line after it', 'judge\nX: y'],
    ['nothing', ''],
    ['a long name', 'x'.repeat(65)],
  ])('%s for a name, which is not called', async (_what, name) => {
    says(200, pass);
    expect(await ask(name)).toMatchObject({ verdict: null });
    expect(calls).toEqual([]);
  });
});

it.each(['pass', 'fail', 'inconclusive'])('asks once, and reads %s', async (verdict) => {
  says(200, JSON.stringify({ verdict, note: 'not kept' }));
  expect(await ask()).toEqual({ verdict });
  expect(calls).toEqual([
    {
      path: '/2015-03-31/functions/judge/invocations',
      headers: expect.objectContaining({ 'x-amz-invocation-type': 'RequestResponse' }),
      body: JSON.stringify(question),
    },
  ]);
});
