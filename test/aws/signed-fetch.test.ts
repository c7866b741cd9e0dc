import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError, SignedFetch } from '../../lib/aws/signed-fetch.ts';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

let server: Server;
let answers: Answer[] = [];
/** Connections that close before an answer. */
let closing = 0;
const asked: { url: string; headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
let aws: SignedFetch;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (closing > 0) {
      closing -= 1;
      request.destroy();
      return;
    }
    let body = '';
    for await (const part of request) body += part;
    asked.push({ url: request.url ?? '', headers: request.headers, body });
    const { status, headers, body: text } = answers.shift() ?? { status: 200, body: '{}' };
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  aws = new SignedFetch({ region: 'eu-central-1', endpoint, accessKeyId: 'id', secretAccessKey: 'secret' });
});
afterAll(() => void server.close());

const get = (path = '/bucket/key') => aws.text({ service: 's3', method: 'GET', path });

it('is sent again if its connection closes, and fails if that one closes, too', async () => {
  closing = 1;
  answers = [{ status: 200, body: 'here' }];
  expect(await get()).toBe('here');
  closing = 2;
  await expect(get()).rejects.toThrow('fetch failed');
});

describe('an unsuccessful response is a ServiceError with the service’s own code', () => {
  const cases: [what: string, answer: Answer, code: string, message: string][] = [
    [
      'XML of S3',
      {
        status: 404,
        body: '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>Not there.</Message></Error>',
      },
      'NoSuchKey',
      'Not there.',
    ],
    [
      'JSON with the shape’s full name',
      { status: 400, body: '{"__type":"com.amazonaws.ssm#ParameterNotFound","message":"none"}' },
      'ParameterNotFound',
      'none',
    ],
    ['JSON with a capital Message', { status: 400, body: '{"__type":"X","Message":"loud"}' }, 'X', 'loud'],
    [
      'a header, with a place behind a colon',
      { status: 400, headers: { 'x-amzn-errortype': 'ValidationException:http://internal/' }, body: '{}' },
      'ValidationException',
      '{}',
    ],
    ['an unknown format', { status: 418, body: 'teapot' }, 'Http418', 'teapot'],
    ['no body at all', { status: 403, body: '' }, 'Http403', ''],
  ];
  for (const [what, answer, code, message] of cases)
    it(what, async () => {
      answers = [answer];
      const error = await get().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code, statusCode: answer.status, message: `${code}: ${message}` });
    });
});

describe('a call', () => {
  it('is retried if the service is busy', async () => {
    const before = asked.length;
    answers = [
      { status: 503, body: 'busy' },
      { status: 500, body: 'busy' },
      { status: 200, body: 'well' },
    ];
    expect(await get()).toBe('well');
    expect(asked.length - before).toBe(3);
  });

  it('is signed for its service and region', async () => {
    await get();
    expect(asked.at(-1)?.headers.authorization).toMatch(
      /Credential=id\/\d{8}\/eu-central-1\/s3\/aws4_request/,
    );
  });

  it('names its operation and contains its input', async () => {
    answers = [{ status: 200, body: '{"Parameter":{"Value":"v"}}' }];
    expect(await aws.json('ssm', 'AmazonSSM.GetParameter', { Name: 'n' })).toEqual({
      Parameter: { Value: 'v' },
    });
    expect(asked.at(-1)).toMatchObject({
      body: '{"Name":"n"}',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' },
    });
  });
});
