import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';

/**
 * A requester in no group tries to send a secret, or something that only Baton's functions can reach, to their own
 * listener.
 */
const canary = 'canary-of-production-0451';
let play: Playground;
let port: number;
const heard: string[] = [];
const listener = createServer((request, answer) => {
  heard.push(`${request.headers.host} ${request.url}`);
  if (request.url?.startsWith('/away')) answer.writeHead(302, { location: '/secret' });
  answer.end('well');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  port = (listener.address() as AddressInfo).port;
  play = await openPlayground();
  const { secrets, ssm } = play.world.services;
  for (const name of ['prod/payments/db', 'dev/payments/db', 'shared', 'dev/thief/db'])
    secrets.add(name, canary);
  ssm.add('/prod/payments/key', { type: 'SecureString', value: canary });
  ssm.add('/dev/thief/key', { type: 'SecureString', value: canary });
});
afterAll(async () => {
  await play.close();
  listener.close();
});
beforeEach(() => heard.splice(0));

const request = (environment: string, scope: string, resources: string) =>
  `baton: v1\nenvironment: ${environment}\nservice: ${scope}\nowner: thief\nreason: a look\nResources:\n${resources}`;
const note = (value: string, more = '') =>
  `  Note: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: ${value} }${more} }\n`;
const checked = (check: string) => note('plain', `, Baton: { health: [${check}] }`);
let asked = 0;

/** Submits a request through the front door, waits, and returns the result. */
async function ask(document: string): Promise<{ status: string | undefined; reasons: string }> {
  asked += 1;
  const requestId = `theft-${asked}`;
  await speak(play, 'zed', '/requests', { requestId, file: 'x.yaml', document });
  await play.world.clock.quiet();
  const found = await play.deployment.ledger.findRequest(requestId);
  const problems = (found?.problems ?? []).map(({ code, message }) => `${code} ${message}`);
  return { status: found?.status, reasons: [found?.reason, ...problems].join('\n') };
}

function nothingGot(): void {
  expect(heard).toEqual([]);
  expect(JSON.stringify(play.world.services.cloudControl.store.list())).not.toContain(canary);
}

const secret = (name: string) => `'{{resolve:secretsmanager:${name}}}'`;
const url = (text: string) => `{ kind: http, url: '${text}', timeoutSeconds: 30 }`;

describe("rejects another team's secret, or a secret in a property that shows it", () => {
  const documents: [what: string, code: string, resources: string][] = [
    ['in a parameter', 'SecretMisplaced', note(secret('prod/payments/db'))],
    ['its own secret, in a parameter', 'SecretMisplaced', note(secret('dev/thief/db'))],
    ['in pieces', 'SecretMisplaced', note(`!Join ['', ['{{resolve:', 'secretsmanager:dev/thief/db}}']]`)],
    ['as a plain parameter', 'ReferenceNotReadable', note(`'{{resolve:ssm:/prod/payments/key}}'`)],
    ['its own encrypted parameter as a plain one', 'SecureString', note(`'{{resolve:ssm:/dev/thief/key}}'`)],
    [
      'in its own login password',
      'ReferenceNotReadable',
      `  Me: { Type: AWS::IAM::User, Properties: { LoginProfile: { Password: ${secret('prod/payments/db')} } } }`,
    ],
    [
      'copied under another name',
      'ReferenceNotReadable',
      `  Copy: { Type: AWS::SecretsManager::Secret, Properties: { SecretString: ${secret('dev/payments/db')} } }`,
    ],
  ];
  for (const environment of ['dev', 'prod'])
    for (const [what, code, resources] of documents.filter(
      // In prod, an approval is needed before the call is made.
      ([, code]) => environment === 'dev' || code !== 'SecureString',
    ))
      test(`${what}, in ${environment}`, async () => {
        const { status, reasons } = await ask(request(environment, 'thief', resources));
        expect(status).not.toBe('Completed');
        expect(reasons).toContain(code);
        nothingGot();
      });

  test('in parts, of which another resource supplies one', async () => {
    const value = "!Join ['', ['{{', !GetAtt Queue.QueueName, ':secretsmanager:dev/thief/db}}']]";
    const queue = '  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: resolve } }\n';
    const { status, reasons } = await ask(request('dev', 'thief', `${queue}${note(value)}`));
    expect(status).toBe('RolledBack');
    expect(reasons).toContain('ReferenceRefused');
    nothingGot();
  });
});

describe('a health check with side effects or an internal target', () => {
  const checks: [what: string, check: () => string][] = [
    ['to a listener', () => url(`http://127.0.0.1:${port}/`)],
    ['with a value in the path', () => url(`http://127.0.0.1:${port}/\${Note.Value}`)],
    ['by a decimal address', () => url(`http://2130706433:${port}/`)],
    ['by an octal address', () => url(`http://0177.0.0.1:${port}/`)],
    ['by a mapped address', () => url(`http://[::ffff:127.0.0.1]:${port}/`)],
    ['to localhost', () => url(`http://localhost:${port}/`)],
    ['to a host in a parameter', () => url(`http://\${Note.Value}:${port}/`)],
    ['to the instance metadata', () => url('http://169.254.169.254/latest/meta-data/')],
    ['to the Lambda runtime', () => url('http://127.0.0.1:9001/2018-06-01/runtime/invocation/next')],
    ['with a user name', () => url(`http://a@127.0.0.1:${port}/`)],
    ['by a socket', () => `{ kind: tcp, host: 127.0.0.1, port: ${port}, timeoutSeconds: 30 }`],
  ];
  for (const [what, check] of checks)
    test(what, async () => {
      const { status, reasons } = await ask(request('dev', 'thief', checked(check())));
      expect(status).toBe('Rejected');
      expect(reasons).toMatch(/HealthHost/);
      nothingGot();
    });

  const balanced = (path: string) => `  Front:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: { Subnets: [subnet-a, subnet-b] }
    Baton: { health: [{ kind: http, url: 'http://\${Front.DNSName}${path}', timeoutSeconds: 30 }] }
`;
  /** Points the host name of the load balancer to an address once it has one. */
  const leads = (to: (host: string) => void) =>
    play.when('pump-run', 'Pump', 2, () => {
      for (const { properties } of play.world.services.cloudControl.store.list(
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
      ))
        to(String(properties.DNSName));
    });

  for (const addresses of [
    ['127.0.0.1'],
    ['203.0.113.1', '127.0.0.1'],
    ['169.254.169.254'],
    ['::ffff:7f00:1'],
  ])
    test(`is rejected for its own host if its name resolves to ${addresses}`, async () => {
      leads((host) => play.world.services.hosts.point(host, ...addresses));
      const { status, reasons } = await ask(request('dev', `front-${asked}`, balanced(`:${port}/`)));
      expect(status).toBe('RolledBack');
      expect(reasons).toContain('HealthCheckRefused');
      expect(heard).toEqual([]);
    });

  test('of its own host is called once and follows no redirect', async () => {
    leads((host) => play.world.services.hosts.serve(host, port));
    expect((await ask(request('dev', 'redirected', balanced('/away')))).status).toBe('RolledBack');
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.every((line) => line.endsWith(' /away'))).toBe(true);
  });
});
