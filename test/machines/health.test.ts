import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, openPlayground, type Playground } from './playground.ts';

let play: Playground;
const servers: Server[] = [];
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  await play.close();
  for (const server of servers) server.close();
});

/** Listens on a free port until the tests are over. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The port that answers for the load balancer of a scope, once it exists. */
let port: number | undefined;
const whenMade = () => {
  const { hosts, cloudControl } = play.world.services;
  for (const { properties } of cloudControl.store.list('AWS::ElasticLoadBalancingV2::LoadBalancer'))
    if (port !== undefined) hosts.serve(String(properties.DNSName), port);
};

/** Returns a port without a listener. */
async function deafPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const checked = (scope: string, check: string) =>
  manifest(
    scope,
    `Resources:
  Front:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: { Name: ${scope}-front, Subnets: [subnet-a, subnet-b] }
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: ${scope}-queue }
    Baton: { health: [${check}] }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: ${scope}-topic, DisplayName: !GetAtt Queue.QueueName }
`,
  );

const rolledBack = {
  status: 'RolledBack',
  reason: expect.stringMatching(/create:Queue failed: Unhealthy: Health check .* did not pass within/),
};

describe('a health check that never passes fails its step, and what was created is rolled back', () => {
  const cases: [kind: string, check: () => string][] = [
    ['property', () => '{ kind: property, path: VisibilityTimeout, equals: 77, timeoutSeconds: 60 }'],
    ['http', () => '{ kind: http, url: "http://${Front.DNSName}/", timeoutSeconds: 60 }'],
    ['tcp', () => '{ kind: tcp, host: "${Front.DNSName}", port: 80, timeoutSeconds: 60 }'],
    ['alarm', () => '{ kind: alarm, name: nobody-set-it, timeoutSeconds: 60 }'],
  ];
  for (const [kind, check] of cases)
    it(kind, async () => {
      const scope = `never-${kind}`;
      port = await deafPort();
      play.when('pump-run', 'Pump', 4, whenMade);
      expect(await play.submit(`${scope}-r`, checked(scope, check()))).toMatchObject(rolledBack);
      expect(await play.live(scope)).toEqual([]);
      expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
    });

  it('http with another status', async () => {
    port = await listening(createHttpServer((_, answer) => answer.writeHead(503).end('not yet')));
    play.when('pump-run', 'Pump', 4, whenMade);
    const check = '{ kind: http, url: "http://${Front.DNSName}/", timeoutSeconds: 60 }';
    expect(await play.submit('wrong-r', checked('wrong', check))).toMatchObject(rolledBack);
  });
});

describe('a health check that passes starts dependents, and not before', () => {
  it('property, some time after the resource is created', async () => {
    const { store } = play.world.services.cloudControl;
    let at = 0;
    play.when('pump-run', 'Pump', 5, () => {
      at = play.world.clock.now() / 1000;
      for (const queue of store.list('AWS::SQS::Queue'))
        if (queue.properties.QueueName === 'later-queue')
          store.put({ ...queue, properties: { ...queue.properties, DelaySeconds: 7 } });
    });
    const check = '{ kind: property, path: DelaySeconds, equals: 7 }';
    expect(await play.submit('later-r', checked('later', check))).toMatchObject({ status: 'Completed' });
    const topic = play.calls.find(({ properties }) => properties?.TopicName === 'later-topic');
    expect(at).toBeGreaterThan(0);
    expect(topic?.atSeconds).toBeGreaterThanOrEqual(at);
  });

  it('http with an attribute of the resource in the path', async () => {
    const asked: string[] = [];
    const server = createHttpServer((request, answer) => {
      asked.push(request.url ?? '');
      answer.end('well');
    });
    port = await listening(server);
    play.when('pump-run', 'Pump', 4, whenMade);
    const check = '{ kind: http, url: "http://${Front.DNSName}:8080/${Queue.QueueName}" }';
    expect(await play.submit('page-r', checked('page', check))).toMatchObject({ status: 'Completed' });
    expect(asked).toContain('/page-queue');
  });

  it('tcp', async () => {
    port = await listening(createServer((socket) => socket.end()));
    play.when('pump-run', 'Pump', 4, whenMade);
    const check = '{ kind: tcp, host: "${Front.DNSName}", port: 5432 }';
    expect(await play.submit('port-r', checked('port', check))).toMatchObject({ status: 'Completed' });
  });

  it('alarm, once its state is OK', async () => {
    const { alarms } = play.world.services;
    alarms.setState('story-alarm', 'ALARM');
    play.when('pump-run', 'Pump', 5, () => alarms.setState('story-alarm', 'OK'));
    const check = '{ kind: alarm, name: story-alarm }';
    expect(await play.submit('alarm-r', checked('alarm', check))).toMatchObject({ status: 'Completed' });
  });
});
