import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf } from '../../lib/cli/local-cloud.ts';
import { ScalingIndex } from '../../lib/inventory/scaling-index.ts';
import type { Capsule } from '../../lib/model/change.ts';
import type { ScaledAsset } from '../../lib/model/scaling-state.ts';
import { baton } from '../cli/support.ts';
import { assemblyWith } from './assembly-with.ts';
import { speak } from './people.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** A service whose load asks for more than its policy has, in an environment where people approve that. */
let play: Playground;
let index: ScalingIndex;
beforeAll(async () => {
  play = await openPlayground({
    scaling: true,
    // By day: at night, the pack lets people decide about more than a fifth less.
    startMillis: Date.parse('2026-01-01T08:00:00Z'),
    assemblyDirectory: await assemblyWith({
      scaleEveryMinutes: 1,
      groups: { owners: ['user/ana', 'user/ben'] },
      environments: {
        dev: {
          policyPacks: [{ name: 'starter', mode: 'warn' }],
          governance: { packs: ['scaling'], levels: { 'service-owner': { groups: ['owners'] } } },
        },
      },
    }),
  });
  index = new ScalingIndex(play.deployment.inventory.table);
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const document = (tags = false) =>
  manifest(
    'sale',
    `Resources:
  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: sale } }
  Service:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, ServiceName: sale, TaskDefinition: sale, DesiredCount: 2, EnableECSManagedTags: ${tags} }
    Baton:
      scaling:
        min: 2
        max: 4
        metrics: [{ kind: target, metric: CPUUtilization, target: 50 }]
        behavior: { scaleDown: { stabilizationWindowSeconds: 120 } }
`,
  );

const minutes = (count: number) => play.world.clock.pass(count * 60_000);
const load = (perSecond: number) => {
  const values = Array.from({ length: 300 }, () => perSecond);
  play.world.services.loads.start({ resource: 'sale', trace: { intervalSeconds: 60, values }, scale: 1 });
};
const due = () => play.events.filter((event) => event['detail-type'] === 'Scaling Due').length;
const scaled = async (): Promise<ScaledAsset> => {
  const [found] = await index.all();
  if (found === undefined) throw new Error('no asset declares scaling');
  return found;
};
const capacity = async () => (await scaled()).item.capacities.DesiredCount;
const waiting = async () => {
  const { waiting: found } = (await scaled()).state;
  if (found === undefined) throw new Error('no change waits');
  return found;
};
async function decide(requestId: string, verb: 'approve' | 'reject') {
  const { capsuleHash } = await play.deployment.ledger.change(`CHG-${requestId}`);
  await speak(play, 'ben', `/changes/CHG-${requestId}/${verb}`, { capsuleHash, reason: 'the sale' });
  await play.world.clock.quiet();
}

it('does what is allowed first, and asks people for what is beyond the maximum', async () => {
  expect(await play.submit('sale-1', document())).toMatchObject({ status: 'Completed' });
  load(300);
  await minutes(5);
  expect(await capacity()).toBe(4);
  const { from, to, requestId } = await waiting();
  expect({ from, more: to > 4 }).toEqual({ from: 4, more: true });
  const { capsuleHash, status } = await play.deployment.ledger.change(`CHG-${requestId}`);
  const capsule = await play.deployment.documents.get<Capsule>(capsuleHash);
  expect({ status, type: capsule.type, scaling: capsule.scaling }).toMatchObject({
    ...{ status: 'AwaitingApproval', type: 'normal', scaling: { beyond: true } },
  });
  expect(capsule.approvals.map(({ level, because }) => [level, because.map(({ rule }) => rule)])).toEqual([
    ['service-owner', ['SCALING_BEYOND_BOUNDS']],
  ]);
  expect(capsule.header.reason).toContain(`the load asks for ${to}, beyond maximum: max`);
});

it('asks once: not again each minute while the request is open', async () => {
  const [before, open] = [due(), await waiting()];
  await minutes(10);
  expect([due(), await waiting()]).toEqual([before, open]);
  const run = (...line: string[]) => baton(['scaling', ...line], environmentOf(play.world));
  expect((await run('status')).stdout).toContain(`${open.to} waits for an approval (${open.requestId})`);
  expect(await run('replay', '--decision', open.requestId)).toMatchObject({
    ...{ status: 0, stdout: expect.stringContaining(`4 to ${open.to}, a normal change, decided at`) },
  });
});

it('nor for an hour after people refused', async () => {
  const { requestId } = await waiting();
  await decide(requestId, 'reject');
  expect(await play.ending(requestId)).toMatchObject({ status: 'Rejected' });
  const before = due();
  await minutes(50);
  expect([due(), await capacity()]).toEqual([before, 4]);
  expect((await scaled()).state).not.toHaveProperty('waiting');
  await minutes(15);
  expect((await waiting()).requestId).not.toBe(requestId);
});

it('continues with standard changes while it waits, and withdraws what is outdated then', async () => {
  const { requestId } = await waiting();
  load(60);
  await minutes(8);
  expect(await capacity()).toBeLessThan(4);
  expect(await play.ending(requestId)).toMatchObject({
    ...{ status: 'RolledBack', reason: expect.stringContaining('source/baton.scaling') },
  });
  expect((await scaled()).state.asked?.DesiredCount).toMatchObject({ outcome: 'RolledBack' });
});

describe('once people have approved it', () => {
  it('the capacity goes beyond the maximum, and stays there under load', async () => {
    load(300);
    await minutes(70);
    const { to, requestId } = await waiting();
    await decide(requestId, 'approve');
    await minutes(2);
    expect(await play.ending(requestId)).toMatchObject({ status: 'Completed' });
    expect(await capacity()).toBe(to);
    await minutes(10);
    expect(await capacity()).toBe(to);
    expect((await scaled()).item.approved).toEqual(['DesiredCount']);
  });

  it('a manifest leaves it as it is', async () => {
    const before = await capacity();
    expect(await play.submit('sale-2', document(true))).toMatchObject({ status: 'Completed' });
    expect(await capacity()).toBe(before);
  });

  it('it comes back with the load, and is within the bounds then', async () => {
    load(60);
    await minutes(20);
    expect(await capacity()).toBe(2);
    expect((await scaled()).item).not.toHaveProperty('approved');
  });
});

it('leaves a valid audit trail', async () => {
  expect((await verifyTrail(play)).findings).toEqual([]);
});
