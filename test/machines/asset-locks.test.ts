import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { everyCase, story } from '../sample.ts';
import { manifest, openPlayground, operationSeconds, type Playground } from './playground.ts';

/** Requests for single assets lock these; a manifest locks its whole scope. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
  expect(await play.submit('shared-begin', document())).toMatchObject({ status: 'Completed' });
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const scope = 'shared';
const names = ['One', 'Two', 'Three'];
const document = (more = '') =>
  manifest(
    scope,
    `Resources:
${names.map((name) => `  ${name}: { Type: AWS::SQS::Queue, Properties: { QueueName: shared-${name}, DelaySeconds: 1 } }`).join('\n')}
  Reads:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Value: !GetAtt One.QueueName }
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: shared, TaskDefinition: "shared:1" }
${more}`,
  );

const asset = async (logicalId: string): Promise<Asset> => {
  const found = (await play.assets(scope)).find(
    (one) => one.logicalId === logicalId && one.status === 'Active',
  );
  if (found === undefined) throw new Error(`there is no ${logicalId}`);
  return found;
};
const header = { environment: 'dev', service: scope, owner: 'tests', reason: 'tuning' };
const put = (requestId: string, detail: JsonObject) =>
  play.deployment.putEvent('Infrastructure Request', { requestId, header, ...detail });
const configuration = async (logicalId: string, set: JsonObject): Promise<JsonObject> => {
  const { id, type } = await asset(logicalId);
  return { changes: [{ asset: id, type, set }] };
};
const restart = async (): Promise<JsonObject> => ({
  verbs: [{ asset: (await asset('Service')).id, verb: 'restart' }],
});
const endings = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await play.ending(id)).status));
const callsOf = (logicalId: string, from: number) =>
  play.calls.slice(from).filter(({ identifier }) => identifier?.includes(logicalId));

describe('configurations of different assets', () => {
  const at = (name: string, from: number) => callsOf(`shared-${name}`, from)[0]?.atSeconds ?? 0;

  it('run at the same time', async () => {
    const from = play.calls.length;
    for (const name of ['One', 'Two'])
      await put(`pair-${name}`, await configuration(name, { DelaySeconds: 4 }));
    await play.world.clock.quiet();
    expect(await endings(['pair-One', 'pair-Two'])).toEqual(['Completed', 'Completed']);
    expect(Math.abs(at('One', from) - at('Two', from))).toBeLessThan(operationSeconds);
    expect(await play.findings(scope, 'shared-begin', 'pair-One', 'pair-Two')).toEqual([]);
  });

  it('do not run at the same time as a manifest, and keep the order of arrival', async () => {
    const from = play.calls.length;
    for (const name of ['One', 'Two'])
      await put(`all-${name}`, await configuration(name, { DelaySeconds: 5 }));
    await play.put(
      'all-topic',
      document('  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: shared-topic } }'),
    );
    await put('all-Three', await configuration('Three', { DelaySeconds: 5 }));
    await play.world.clock.quiet();
    const ids = ['all-One', 'all-Two', 'all-topic', 'all-Three'];
    expect(await endings(ids)).toEqual(ids.map(() => 'Completed'));
    const topic = play.calls.slice(from).find(({ type }) => type === 'AWS::SNS::Topic')?.atSeconds ?? 0;
    for (const name of names)
      expect(Math.abs(topic - at(name, from))).toBeGreaterThanOrEqual(operationSeconds);
    expect(await play.findings(scope, ...ids)).toEqual([]);
  });

  it('of one asset run one after the other', async () => {
    const from = play.calls.length;
    await put('same-1', await configuration('One', { DelaySeconds: 6 }));
    await put('same-2', await configuration('One', { VisibilityTimeout: 60 }));
    await play.world.clock.quiet();
    expect(await endings(['same-1', 'same-2'])).toEqual(['Completed', 'Completed']);
    const [first, second] = callsOf('shared-One', from).map(({ atSeconds }) => atSeconds);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(operationSeconds);
    expect((await asset('One')).desired).toMatchObject({ DelaySeconds: 6, VisibilityTimeout: 60 });
  });

  it('also lock the assets that read a replaced asset', async () => {
    const reads = (await asset('Reads')).id;
    const [before, detail] = [
      (await asset('One')).id,
      await configuration('One', { QueueName: 'shared-One-new' }),
    ];
    await put('replace-1', detail);
    await play.world.clock.quiet();
    expect(await play.ending('replace-1')).toMatchObject({ status: 'Completed' });
    const { touches = [] } = await play.deployment.ledger.request('replace-1');
    expect(touches.toSorted()).toEqual([before, reads].toSorted());
  });
});

/** `npm run test:long` runs 30. */
const crowd = everyCase ? 30 : 10;

story(`${crowd} concurrent requests of every kind end with the expected status in any order`, async () => {
  const from = play.calls.length;
  const kinds: ((at: number) => Promise<JsonObject>)[] = [
    (at) => configuration('Two', { DelaySeconds: 10 + at }),
    () => restart(),
    (at) => configuration('Three', { DelaySeconds: 10 + at }),
    async () => ({ document: document(), header: {} }),
    (at) => configuration('Two', { VisibilityTimeout: 100 + at }),
    () => restart(),
  ];
  const details = await Promise.all(
    Array.from({ length: crowd }, (_, at) => kinds[(at * 7 + 3) % kinds.length]?.(at)),
  );
  const ids = details.map((_, at) => `crowd-${at}`);
  for (const [at, detail] of details.entries()) await put(ids[at] ?? '', detail ?? {});
  await play.world.clock.quiet();
  const requests = await Promise.all(ids.map((id) => play.deployment.ledger.request(id)));
  expect(requests.map(({ status, reason }) => [status, reason])).toEqual(
    ids.map(() => ['Completed', expect.any(String)]),
  );
  const restarts = details.filter((detail) => detail?.verbs !== undefined).length;
  const nonces = play.calls
    .slice(from)
    .map(({ properties }) => JSON.stringify(properties?.ForceNewDeployment));
  expect(new Set(nonces.filter(Boolean)).size).toBe(restarts);
  expect(await play.findings(scope, ...ids)).toEqual([]);
});
