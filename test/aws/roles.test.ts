import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Roles } from '../../lib/aws/roles.ts';
import { SignedFetch } from '../../lib/aws/signed-fetch.ts';

let server: Server;
let answer = { status: 200, body: '' };
const bodies: string[] = [];
let roles: Roles;
const keys = { accessKeyId: 'id', secretAccessKey: 'secret' };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    bodies.push(body);
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  roles = new Roles(new SignedFetch({ region: 'eu-central-1', endpoint, ...keys }));
});
afterAll(() => void server.close());

describe('Roles', () => {
  for (const status of [403, 404])
    test(`treats a role with response ${status} as unknown`, async () => {
      answer = { status, body: '<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>' };
      expect(await roles.find('Deploy')).toBeUndefined();
    });

  test('encodes the name of the role', async () => {
    answer = { status: 404, body: '' };
    await roles.find('a&Action=DeleteRole');
    expect(bodies.at(-1)).toContain('RoleName=a%26Action%3DDeleteRole');
  });

  test('returns the data of IAM', async () => {
    const trust = '{"Statement":[{"Principal":{"Service":"x.amazonaws.com"}}]}';
    const members = `<Path>/</Path><Arn>arn:aws:iam::1:role/Deploy</Arn><RoleId>AROA1</RoleId><AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument>`;
    answer = { status: 200, body: `<GetRoleResponse><Role>${members}</Role></GetRoleResponse>` };
    expect(await roles.find('Deploy')).toEqual({ arn: 'arn:aws:iam::1:role/Deploy', id: 'AROA1', trust });
  });
});

describe('IAM has one endpoint for each partition', () => {
  const rows: [region: string, url: string, signedFor: string][] = [
    ['eu-central-1', 'https://iam.amazonaws.com/', 'us-east-1'],
    ['us-gov-east-1', 'https://iam.us-gov.amazonaws.com/', 'us-gov-west-1'],
    ['cn-northwest-1', 'https://iam.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
  ];
  for (const [region, url, signedFor] of rows)
    test(region, async () => {
      const seen: Request[] = [];
      vi.stubGlobal('fetch', async (request: Request) => {
        seen.push(request);
        return new Response('', { status: 404 });
      });
      await new Roles(new SignedFetch({ region, ...keys })).find('Deploy');
      vi.unstubAllGlobals();
      expect(seen[0]?.url).toBe(url);
      expect(seen[0]?.headers.get('authorization')).toContain(`/${signedFor}/iam/aws4_request`);
    });
});
