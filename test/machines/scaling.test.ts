import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ScalingIndex } from '../../lib/inventory/scaling-index.ts';
import { hashOf, type JsonObject } from '../../lib/model/json.ts';
import type { StoredDecision } from '../../lib/model/scaling-decision.ts';
import type { ScaledAsset } from '../../lib/model/scaling-state.ts';
import { combine } from '../../lib/scaling/combine.ts';
import { assemblyWith } from './assembly-with.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** A service under load, whose capacity follows its metrics. */
let play: Playground;
let index: ScalingIndex;
beforeAll(async () => {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({ ...context.baton, scaleEveryMinutes: 1 }),
  });
  index = new ScalingIndex(play.deployment.inventory.table);
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const scope = 'busy';
const document = (scaling = true) =>
  manifest(
    scope,
    `Resources:
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: busy } }
  Service:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, ServiceName: busy, TaskDefinition: busy, DesiredCount: 2 }
${
  scaling
    ? `    Baton:
      scaling:
        min: 2
        max: 20
        metrics: [{ kind: target, metric: CPUUtilization, target: 50 }]
        behavior: { scaleDown: { stabilizationWindowSeconds: 120 } }
`
    : ''
}`,
  );

const minutes = (count: number) => play.world.clock.pass(count * 60_000);
const due = () => play.events.filter((event) => event['detail-type'] === 'Scaling Due').length;
const scaled = async (): Promise<ScaledAsset> => {
  const [found] = await index.all();
  if (found === undefined) throw new Error('no asset declares scaling');
  return found;
};
const capacity = async () => (await scaled()).item.capacities.DesiredCount;
const load = (perSecond: number, forMinutes: number) => {
  const values = Array.from({ length: forMinutes }, () => perSecond);
  play.world.services.loads.start({ resource: 'busy', trace: { intervalSeconds: 60, values }, scale: 1 });
};
const lastDecision = async (): Promise<StoredDecision> => {
  const { last = {} } = (await scaled()).state;
  return play.deployment.documents.get<StoredDecision>(last.DesiredCount?.decisionHash ?? '');
};

it('reads the policy from the index, where registration put it', async () => {
  expect(await play.submit('busy-1', document())).toMatchObject({ status: 'Completed' });
  expect((await scaled()).item).toMatchObject({
    ...{ logicalId: 'Service', scope: 'dev/busy', capacities: { DesiredCount: 2 } },
    sources: [{ namespace: 'AWS/ECS', dimensions: { ClusterName: 'busy', ServiceName: 'busy' } }],
  });
});

it('starts nothing and writes nothing without metrics', async () => {
  const before = await index.all();
  await minutes(5);
  expect([due(), await index.all()]).toEqual([0, before]);
});

it('scales out under load, once, and records the verified change', async () => {
  load(150, 30);
  await minutes(4);
  expect(await capacity()).toBe(4);
  const { state } = await scaled();
  expect(state.changes?.DesiredCount).toMatchObject([{ from: 2, to: 4 }]);
  expect(state.last?.DesiredCount).toMatchObject({ outcome: 'Completed', failures: 0 });
  expect(state).not.toHaveProperty('inFlight');
});

it('starts nothing and writes nothing while the load is served', async () => {
  await minutes(3);
  const [events, before] = [due(), await index.all()];
  await minutes(8);
  expect([due(), await index.all()]).toEqual([events, before]);
});

it('records the decision, which replays to the same answer, before the request', async () => {
  const record = await lastDecision();
  expect(record).toMatchObject({ to: 4, input: { current: 2 }, decision: { direction: 'out' } });
  expect(JSON.parse(JSON.stringify(combine(record.input)))).toEqual(record.decision);
  const requestId = (await scaled()).state.last?.DesiredCount?.requestId ?? '';
  const request = await play.deployment.ledger.request(requestId);
  expect(request).toMatchObject({ requester: 'baton.scaling', header: { action: 'scale' } });
  const entry = await play.deployment.ledger.entry(`CHG-${requestId}`, `CapacityDecided-${requestId}`);
  expect(entry).toMatchObject({ number: 1, detail: { from: 2, to: 4, decisionHash: hashOf(record) } });
});

it('scales in when the load goes, to what is left of it', async () => {
  load(60, 30);
  await minutes(8);
  expect(await capacity()).toBe(2);
  expect((await scaled()).state.changes?.DesiredCount?.at(-1)).toMatchObject({ to: 2 });
});

it('holds the capacity when the metrics stop', async () => {
  load(250, 6);
  await minutes(12);
  const reached = await capacity();
  expect(reached).toBeGreaterThan(2);
  const events = due();
  await minutes(30);
  expect([await capacity(), due()]).toEqual([reached, events]);
});

it('decides nothing while a change is in flight, and continues when its execution is dead', async () => {
  const { item } = await scaled();
  const { stateMachines } = play.deployment;
  const execution = (stateMachines['scale-asset'] ?? '').replace(':stateMachine:', ':execution:');
  const inFlight = {
    ...{ property: 'DesiredCount', from: item.capacities.DesiredCount ?? 0, to: 9 },
    ...{ since: new Date(play.world.clock.now()).toISOString(), requestId: 'busy-open' },
    executionArn: `${execution}:dead`,
  };
  // An open request, whose execution waits for a person.
  const held = { requestId: 'busy-open', executionArn: 'x', status: 'Admitted' as const, attempt: 0 };
  const at = inFlight.since;
  await play.deployment.ledger.admit({ ...held, requester: 'baton.scaling', createdAt: at, updatedAt: at });
  expect(await index.claim(item.assetId, inFlight, '0'.repeat(64))).toBe(true);
  expect(await index.claim(item.assetId, { ...inFlight, requestId: 'other' }, '0'.repeat(64))).toBe(false);
  const [events, size] = [due(), await capacity()];
  load(900, 30);
  await minutes(4);
  expect([due(), await capacity()]).toEqual([events, size]);
  await play.deployment.ledger.closeRequest('busy-open', { status: 'Failed' });
  await minutes(8);
  expect(await capacity()).toBeGreaterThan(size ?? 0);
  expect((await scaled()).state).not.toHaveProperty('inFlight');
});

describe('refuses a request in the name of scaling', () => {
  const detail: JsonObject = {
    requestId: 'busy-forged',
    header: { action: 'scale', environment: 'dev', service: scope, owner: 'tests', reason: 'more' },
    changes: [],
  };
  test('without a decision in the trail, started past the bus', async () => {
    const { item } = await scaled();
    const changes = [
      { asset: item.assetId, type: item.type, set: { DesiredCount: 20 }, remove: [], release: [] },
    ];
    const event = { id: '1', source: 'baton.scaling', account: item.account, region: item.region };
    await play.startByHand('govern-request', { ...event, detail: { ...detail, changes } });
    expect(await play.ending('busy-forged')).toMatchObject({
      ...{ status: 'Rejected', reason: expect.stringContaining('no decision for it') },
    });
  });
});

it('leaves a valid audit trail, and forgets assets that declare scaling no more', async () => {
  expect(await play.submit('busy-last', document(false))).toMatchObject({ status: 'Completed' });
  expect(await index.all()).toEqual([]);
  expect((await verifyTrail(play)).findings).toEqual([]);
});

it('ends a scale-out where the free addresses of the subnets end, and says so', async () => {
  const full = `Resources:
  Network: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Network, CidrBlock: 10.0.0.0/28 } }
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: full } }
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      ServiceName: full
      TaskDefinition: full
      DesiredCount: 6
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [!Ref Subnet] } }
    Baton:
      scaling: { min: 2, max: 40, metrics: [{ kind: target, metric: CPUUtilization, target: 50 }] }
`;
  expect(await play.submit('full-1', manifest('full', full))).toMatchObject({ status: 'Completed' });
  const values = Array.from({ length: 30 }, () => 2000);
  play.world.services.loads.start({ resource: 'full', trace: { intervalSeconds: 60, values }, scale: 1 });
  await minutes(4);
  // 16 addresses, of which 5 are reserved and 6 are taken.
  expect(await capacity()).toBe(11);
  const { input, decision } = await lastDecision();
  const name = `addresses of ${(await scaled()).item.subnets?.[0]}, of which 5 are free`;
  expect(input.limits).toEqual([{ name, max: 11 }]);
  expect(decision.bound.at(-1)).toMatchObject({ kind: 'limit', name, to: 11 });
  const events = due();
  await minutes(3);
  expect([await capacity(), due()]).toEqual([11, events]);
});
