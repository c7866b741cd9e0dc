import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** The capacity of a service that a manifest hands over to scaling. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const scope = 'elastic';
interface Said {
  count?: number;
  name?: string;
  tags?: boolean;
  scaling?: string | null;
}
const bounds = (min: number, max: number) =>
  `{ min: ${min}, max: ${max}, metrics: [{ kind: target, metric: CPUUtilization, target: 50 }] }`;
const document = ({ count = 2, name = 'elastic', tags = false, scaling = bounds(2, 40) }: Said = {}) =>
  manifest(
    scope,
    `Resources:
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: elastic } }
  Service:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, ServiceName: ${name}, TaskDefinition: elastic, DesiredCount: ${count}, EnableECSManagedTags: ${tags} }
${scaling === null ? '' : `    Baton: { scaling: ${scaling} }`}`,
  );

const service = async (): Promise<Asset> => {
  const found = (await play.assets(scope)).find(
    ({ logicalId, status }) => logicalId === 'Service' && status === 'Active',
  );
  if (found === undefined) throw new Error('there is no service');
  return found;
};
const live = async (): Promise<JsonValue | undefined> => {
  const { type, identifier } = await service();
  return play.world.services.cloudControl.store.get(type, identifier)?.properties.DesiredCount;
};
const planOf = async (requestId: string) => {
  const { planHash = '' } = await play.deployment.ledger.request(requestId);
  return play.deployment.documents.get<{ steps: JsonObject[]; unchanged: JsonObject[] }>(planHash);
};

async function scale(requestId: string, set: JsonObject) {
  const { id, type } = await service();
  const header = {
    action: 'scale' as const,
    environment: 'dev',
    service: scope,
    owner: 'tests',
    reason: 'load',
  };
  await play.deployment.putEvent('Infrastructure Request', {
    ...{ requestId, header, changes: [{ asset: id, type, set }] },
  });
  await play.world.clock.quiet();
  return play.ending(requestId);
}

it('starts at the value of its manifest', async () => {
  expect(await play.submit('elastic-1', document())).toMatchObject({ status: 'Completed' });
  expect(await live()).toBe(2);
  expect(await service()).toMatchObject({ scaling: { min: 2, max: 40 }, owners: [{ owner: 'scaling' }] });
});

it('is scaled, by one call that sends nothing else', async () => {
  const before = play.calls.length;
  expect(await scale('elastic-2', { DesiredCount: 7 })).toMatchObject({ status: 'Completed' });
  expect(play.calls.slice(before).map(({ kind, type }) => `${kind} ${type}`)).toEqual([
    'UPDATE AWS::ECS::Service',
  ]);
  expect(await live()).toBe(7);
  expect((await service()).owners).toMatchObject([{ owner: 'scaling', requestId: 'elastic-2', manifest: 2 }]);
});

it('is governed as scaling within its bounds', async () => {
  const { capsuleHash } = await play.deployment.ledger.change('CHG-elastic-2');
  expect(await play.deployment.documents.get(capsuleHash)).toMatchObject({
    ...{ type: 'standard', dayPoints: expect.any(Number), scaling: { dayScales: 1 } },
    risk: { level: 'low', exposed: [] },
  });
});

it('stays when a manifest is submitted again, and the plan says so', async () => {
  const before = play.calls.length;
  expect(await play.submit('elastic-3', document())).toMatchObject({ status: 'Completed' });
  expect(play.calls.length).toBe(before);
  const kept = [{ path: 'DesiredCount', owner: 'scaling', manifest: 2, value: 7 }];
  expect((await planOf('elastic-3')).unchanged).toContainEqual(
    expect.objectContaining({ kept: [expect.objectContaining(kept[0])] }),
  );
  expect(await play.submit('elastic-4', document({ count: 3, tags: true }))).toMatchObject({
    status: 'Completed',
  });
  expect(await live()).toBe(7);
  expect((await planOf('elastic-4')).steps).toMatchObject([{ kept: [{ manifest: 3, value: 7 }] }]);
});

it('starts a replacement at the current size', async () => {
  expect(await play.submit('elastic-5', document({ name: 'renamed' }))).toMatchObject({
    status: 'Completed',
  });
  expect((await service()).desired).toMatchObject({ ServiceName: 'renamed', DesiredCount: 7 });
  expect(await live()).toBe(7);
});

describe('refuses, and does nothing', () => {
  const cases: [what: string, set: JsonObject, reason: RegExp][] = [
    ['a capacity above the bounds', { DesiredCount: 41 }, /expected 2 to 40 tasks/],
    ['a capacity below the bounds', { DesiredCount: 1 }, /expected 2 to 40 tasks/],
    ['another property', { EnableECSManagedTags: true }, /sets only DesiredCount/],
    ['text', { DesiredCount: 'many' }, /expected a number of tasks/],
  ];
  test.each(cases.map((one, index) => [...one, index] as const))('%s', async (_what, set, reason, index) => {
    const before = play.calls.length;
    expect(await scale(`elastic-refused-${index}`, set)).toMatchObject({
      ...{ status: 'Rejected', reason: expect.stringMatching(reason) },
    });
    expect(play.calls.length).toBe(before);
  });

  it('a configuration of the capacity that scaling owns', async () => {
    const { id, type } = await service();
    await play.deployment.putEvent('Infrastructure Request', {
      requestId: 'elastic-configured',
      header: { environment: 'dev', service: scope, owner: 'tests', reason: 'more' },
      changes: [{ asset: id, type, set: { DesiredCount: 99 } }],
    });
    await play.world.clock.quiet();
    expect(await play.ending('elastic-configured')).toMatchObject({
      ...{ status: 'Rejected', reason: expect.stringMatching(/owned by scaling/) },
    });
  });
});

it('rolls back to the capacity before after a failure, and scales the next time', async () => {
  const { owners } = await service();
  let failures = 1;
  play.faults(({ type, operation }) => {
    if (type !== 'AWS::ECS::Service' || operation !== 'UPDATE' || failures-- <= 0) return undefined;
    return { errorCode: 'InvalidRequest', message: 'not now', effect: true };
  });
  expect(await scale('elastic-6', { DesiredCount: 12 })).toMatchObject({ status: 'RolledBack' });
  play.faults(() => undefined);
  expect(await live()).toBe(7);
  expect(await service()).toMatchObject({ desired: { DesiredCount: 7 }, owners, scaling: { max: 40 } });
  expect(await scale('elastic-7', { DesiredCount: 12 })).toMatchObject({ status: 'Completed' });
  expect(await live()).toBe(12);
});

it('takes new bounds over without a call', async () => {
  const before = play.calls.length;
  const wider = { name: 'renamed', scaling: bounds(2, 50) };
  expect(await play.submit('elastic-wider', document(wider))).toMatchObject({ status: 'Completed' });
  expect(await service()).toMatchObject({ scaling: { max: 50 }, desired: { DesiredCount: 12 } });
  expect(play.calls.length).toBe(before);
});

it('moves into new bounds, and says so', async () => {
  const tight = { name: 'renamed', scaling: bounds(2, 5) };
  expect(await play.submit('elastic-8', document(tight))).toMatchObject({ status: 'Completed' });
  expect(await live()).toBe(5);
  expect((await planOf('elastic-8')).steps).toMatchObject([{ kept: [{ value: 5, from: 12 }] }]);
});

it('is handed back to a manifest that declares scaling no more', async () => {
  const without = { name: 'renamed', count: 3, scaling: null };
  expect(await play.submit('elastic-9', document(without))).toMatchObject({ status: 'Completed' });
  expect(await live()).toBe(3);
  expect(await service()).not.toHaveProperty('scaling');
  expect((await service()).owners ?? []).toEqual([]);
});

it('leaves a valid audit trail', async () => {
  expect((await verifyTrail(play)).findings).toEqual([]);
});
