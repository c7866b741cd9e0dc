import { CloudWatchClient, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListExecutionsCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { environmentOf } from '../../lib/cli/local-cloud.ts';
import { ScalingIndex } from '../../lib/inventory/scaling-index.ts';
import { Locks } from '../../lib/ledger/lock.ts';
import { hashOf, type JsonObject } from '../../lib/model/json.ts';
import type { StoredDecision } from '../../lib/model/scaling-decision.ts';
import type { ScaledAsset } from '../../lib/model/scaling-state.ts';
import { combine } from '../../lib/scaling/combine.ts';
import { baton } from '../cli/support.ts';
import { clientSettings } from '../local/small-world.ts';
import { story } from '../sample.ts';
import { loggedBy } from './log-lines.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** A service under load, whose capacity follows its metrics. */
let play: Playground;
let index: ScalingIndex;
beforeAll(async () => {
  play = await openPlayground({ scaling: true });
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
const scaled = async (of = scope): Promise<ScaledAsset> => {
  const found = (await index.all()).find(({ item }) => item.service === of);
  if (found === undefined) throw new Error('no asset declares scaling');
  return found;
};
const capacity = async (of = scope) => (await scaled(of)).item.capacities.DesiredCount;
const load = (perSecond: number, forMinutes: number, resource = 'busy') => {
  const values = Array.from({ length: forMinutes }, () => perSecond);
  play.world.services.loads.start({ resource, trace: { intervalSeconds: 60, values }, scale: 1 });
};
/** The lines that handlers logged, one for each call, without schedules that concern no scaling. */
const callsOfFunctions = () =>
  loggedBy(play.world).lines.filter(
    (line) =>
      !['find-requests', 'seal-ledger', 'review-changes'].includes(String(line.function)) &&
      (line.function !== 'evaluate-scaling' || Number(line.ScalingDue) > 0),
  );
const lastDecision = async (of = scope): Promise<StoredDecision> => {
  const { last = {} } = (await scaled(of)).state;
  return play.deployment.documents.get<StoredDecision>(last.DesiredCount?.decisionHash ?? '');
};

it('evaluates each minute in an assembly with the settings of cdk.json, and nothing comes of it while it is idle', async () => {
  const evaluations = () => loggedBy(play.world).lines.filter((line) => 'ScalingPolicies' in line).length;
  const [before, events] = [evaluations(), play.events.length];
  await minutes(60);
  expect(evaluations() - before).toBeGreaterThanOrEqual(59);
  expect(play.events.slice(events).filter(({ source }) => source === 'baton')).toEqual([]);
  const { 'scale-asset': stateMachineArn = '' } = play.deployment.stateMachines;
  const { executions } = await play.deployment.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn }),
  );
  expect(executions).toEqual([]);
});

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
  const before = { calls: play.calls.length, lines: callsOfFunctions().length };
  const written = { states: 0, calls: Number.NaN };
  let states = 0;
  play.disturb({
    onStateEntered: ({ stateMachineName }) => {
      if (stateMachineName === 'baton-settle-run') return;
      if (Number.isNaN(written.calls) && play.calls.length > before.calls)
        Object.assign(written, { states, calls: callsOfFunctions().length - before.lines });
      states += 1;
    },
  });
  load(150, 30);
  const loadedAt = play.world.clock.now();
  await minutes(4);
  play.disturb({});
  expect(await capacity()).toBe(4);
  const { state } = await scaled();
  expect(state.changes?.DesiredCount).toMatchObject([{ from: 2, to: 4 }]);
  expect(state.last?.DesiredCount).toMatchObject({ outcome: 'Completed', failures: 0 });
  expect(state).not.toHaveProperty('inFlight');
  // From the sample that breaches, which is complete a minute after the load began, to the capacity that is written: at
  // most one interval and 5 s, 16 calls of functions and 30 states.
  const writtenAt = (play.calls.at(-1)?.atSeconds ?? 0) * 1000;
  expect(writtenAt - (loadedAt + 60_000)).toBeLessThanOrEqual(65_000);
  expect(written.calls).toBeLessThanOrEqual(16);
  expect(written.states).toBeLessThanOrEqual(30);
  expect({ ...written, all: states }).toEqual({ calls: 14, states: 26, all: 42 });
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

describe('on the command line', () => {
  const run = (...line: string[]) => baton(['scaling', ...line], environmentOf(play.world));
  const json = async (...line: string[]) => JSON.parse((await run(...line, '--json')).stdout);

  it('a decision that no record leads to is a difference, and an unknown one is refused', async () => {
    const record = await lastDecision();
    const other = await play.deployment.documents.put({
      ...record,
      decision: { ...record.decision, desired: 5 },
    });
    const { status, stdout } = await run('replay', '--decision', other);
    expect({ status, stdout }).toEqual({
      ...{
        status: 1,
        stdout: expect.stringContaining('decision.desired: the record has 5, decided again 4'),
      },
    });
    const noDecision = await play.deployment.documents.put({ version: 1, input: {} });
    for (const [id, problem] of [
      ['scale-nothing', 'the trail has no decision of scaling for it'],
      ['busy-1', 'the trail has no decision of scaling for it'],
      ['f'.repeat(64), 'There is no document'],
      [noDecision, 'the document is no decision of version 1'],
    ] as const)
      expect(await run('replay', '--decision', id)).toMatchObject({
        ...{ status: 2, stderr: expect.stringContaining(problem) },
      });
    expect((await run('replay', 'trace.csv', '--decision', other)).stderr).toContain('either a TRACE or');
  });

  it('a decision replays by its hash, its request and its change, with its limits', async () => {
    const { decisionHash = '', requestId = '' } = (await scaled()).state.last?.DesiredCount ?? {};
    for (const id of [decisionHash, requestId, `CHG-${requestId}`])
      expect(await json('replay', '--decision', id)).toMatchObject({
        ...{
          decisionHash,
          same: true,
          differences: [],
          from: 2,
          to: 4,
          metric: 'CPUUtilization',
          rejected: [],
        },
      });
    expect((await run('replay', '--decision', requestId)).stdout).toMatch(
      /^DesiredCount of \S+: 2 to 4, a standard change, decided at .*\n {2}2 to 4\n {2}CPUUtilization at \S+ \(target 50\) asks for 4\n/,
    );
  });

  it('the status shows each capacity with its last decision, and says why', async () => {
    const { stdout } = await run('status', 'dev/busy/Service');
    expect(stdout).toMatch(
      /^dev\/busy\/Service +DesiredCount +4 +2 to 20 +2 to 4 at \S+ +Completed \(scale-\w+\)/m,
    );
    expect(stdout).not.toContain('asks for');
    expect((await run('status', '--why')).stdout).toContain('CPUUtilization at ');
    const { capacities } = await json('status');
    expect(capacities).toMatchObject([{ capacity: 4, min: 2, max: 20, unit: 'tasks', last: { to: 4 } }]);
    expect(await run('status', 'dev/busy/Nope')).toMatchObject({
      ...{ status: 2, stderr: expect.stringContaining('the inventory holds no asset dev/busy/Nope') },
    });
  });
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

describe('while another request has the lock of its scope', () => {
  /** Holds the lock of the whole scope, as a long change of it does, until it is released. */
  async function held() {
    const locks = new Locks(play.deployment.ledger.table);
    const own = { requestId: 'busy-long', planHash: 'long', token: 'none' };
    expect((await locks.enter('dev/busy', own)).held).toBe(true);
    return async () => {
      for (const { token } of await locks.leave('dev/busy', own.requestId))
        await play.deployment.stepFunctions.send(
          new SendTaskSuccessCommand({ taskToken: token, output: '{"reason":"LockAcquired"}' }),
        );
    };
  }
  const inFlight = async () => (await scaled()).state.inFlight?.requestId ?? '';

  story(
    'a request that is open for 30 minutes is canceled in the name of scaling, and decided again',
    async () => {
      load(100, 300);
      const release = await held();
      await minutes(10);
      const requestId = await inFlight();
      expect(await play.ending(requestId)).toMatchObject({ status: 'Approved' });
      await minutes(31);
      const ended = await play.deployment.ledger.request(requestId);
      expect(ended).toMatchObject({ status: 'RolledBack', cancelRequestedBy: 'source/baton.scaling' });
      const [size = 0, before] = [await capacity(), due()];
      await release();
      await minutes(20);
      expect(await capacity()).toBeLessThan(size);
      expect(due()).toBeGreaterThan(before);
    },
  );

  story('a decision waits; if a person has scaled meanwhile, it is refused, and made again', async () => {
    await minutes(30);
    const from = (await capacity()) ?? 0;
    const release = await held();
    const { item } = await scaled();
    const header = {
      action: 'scale' as const,
      environment: 'dev',
      service: scope,
      owner: 'tests',
      reason: 'sale',
    };
    const set = { DesiredCount: from + 1 };
    await play.deployment.putEvent('Infrastructure Request', {
      ...{ requestId: 'busy-person', header, changes: [{ asset: item.assetId, type: item.type, set }] },
    });
    load(600, 300);
    await minutes(6);
    const requestId = await inFlight();
    expect((await lastDecision()).input.current).toBe(from);
    await release();
    await minutes(1);
    expect(await play.ending('busy-person')).toMatchObject({ status: 'Completed' });
    expect(await play.ending(requestId)).toMatchObject({
      ...{ status: 'Rejected', reason: expect.stringContaining('on which the change was decided') },
    });
    await minutes(10);
    expect((await lastDecision()).input.current).toBeGreaterThan(from);
    expect(await capacity()).toBeGreaterThan(from + 1);
  });
});

describe('an alarm that changes its state', () => {
  it('can be told of by CloudWatch only', async () => {
    const forged = {
      ...{ Source: 'aws.cloudwatch', DetailType: 'CloudWatch Alarm State Change' },
      Detail: '{"alarmName":"deep"}',
    };
    const answer = await new EventBridgeClient(clientSettings(play.world)).send(
      new PutEventsCommand({ Entries: [forged] }),
    );
    expect(answer).toMatchObject({
      ...{ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSource' }] },
    });
  });
});

story('scales many at once within the rate budget of the provider, and none fails', async () => {
  const names = Array.from({ length: 8 }, (_, at) => `fleet-${at}`);
  const resources = names.map(
    (name) => `  ${name.replace('-', '')}:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, ServiceName: ${name}, TaskDefinition: fleet, DesiredCount: 2 }
    Baton: { scaling: { min: 2, max: 20, metrics: [{ kind: target, metric: CPUUtilization, target: 50 }] } }`,
  );
  const fleet = manifest(
    'fleet',
    `Resources:\n  Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: fleet } }\n${resources.join('\n')}\n`,
  );
  expect(await play.submit('fleet-1', fleet)).toMatchObject({ status: 'Completed' });
  const before = play.calls.length;
  for (const name of names) load(150, 30, name);
  await minutes(4);
  const states = (await index.all()).filter(({ item }) => item.service === 'fleet');
  for (const { item, state } of states) {
    expect(item.capacities.DesiredCount).toBe(4);
    expect(state.last?.DesiredCount).toMatchObject({ outcome: 'Completed', failures: 0 });
  }
  const times = play.calls
    .slice(before)
    .flatMap(({ identifier, atSeconds }) => (identifier?.includes('fleet-') ? [atSeconds] : []));
  expect(times).toHaveLength(8);
  // The bucket holds 5 calls and gains 5 a second.
  for (const time of times)
    expect(times.filter((one) => one >= time && one < time + 1).length).toBeLessThanOrEqual(10);
  expect(loggedBy(play.world).text).not.toContain('Throttling');
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
  expect((await index.all()).map(({ item }) => item.service)).not.toContain(scope);
  expect((await verifyTrail(play)).findings).toEqual([]);
});

story('ends a scale-out where the free addresses of the subnets end, and says so', async () => {
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
  expect(await capacity('full')).toBe(11);
  const { input, decision } = await lastDecision('full');
  const name = `addresses of ${(await scaled('full')).item.subnets?.[0]}, of which 5 are free`;
  expect(input.limits).toEqual([{ name, max: 11 }]);
  expect(decision.bound.at(-1)).toMatchObject({ kind: 'limit', name, to: 11 });
  const events = due();
  await minutes(3);
  expect([await capacity('full'), due()]).toEqual([11, events]);
});

story(
  'leaves a capacity alone that native auto scaling has moved, and replaces it at its live size',
  async () => {
    const body = (name: string, count: number, version: string) =>
      manifest(
        'native',
        `Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: ${name}, TaskDefinition: native, DesiredCount: ${count}, PlatformVersion: ${version} }
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: ecs
      ScalableDimension: ecs:service:DesiredCount
      ResourceId: !Sub service/default/\${Service.Name}
      MinCapacity: 2
      MaxCapacity: 20
`,
      );
    const { store } = play.world.services.cloudControl;
    const live = () =>
      store.list('AWS::ECS::Service').find(({ properties }) => /^native/.test(`${properties.ServiceName}`));
    expect(await play.submit('native-1', body('native-a', 3, '1.3.0'))).toMatchObject({
      status: 'Completed',
    });
    const found = live();
    if (found === undefined) throw new Error('there is no service');
    store.put({ ...found, properties: { ...found.properties, DesiredCount: 7 } });
    expect(await play.submit('native-2', body('native-a', 4, '1.4.0'))).toMatchObject({
      status: 'Completed',
    });
    expect(live()?.properties).toMatchObject({ DesiredCount: 7, PlatformVersion: '1.4.0' });
    store.put({ ...found, properties: { ...live()?.properties, DesiredCount: 9 } });
    expect(await play.submit('native-3', body('native-b', 4, '1.4.0'))).toMatchObject({
      status: 'Completed',
    });
    expect(live()?.properties).toMatchObject({ ServiceName: 'native-b', DesiredCount: 9 });
  },
);

it('evaluates the policy that refers to an alarm at once when the alarm changes its state, between two minutes', async () => {
  const body = `Resources:
  Worker:
    Type: AWS::ECS::Service
    Properties: { ServiceName: worker, TaskDefinition: worker, DesiredCount: 2 }
    Baton: { scaling: { min: 2, max: 9, metrics: [{ kind: step, alarm: !Ref Deep, steps: [{ lower: 0, adjustment: 3 }] }] } }
  Deep:
    Type: AWS::CloudWatch::Alarm
    Properties:
      { AlarmName: deep, Namespace: Shop, MetricName: Depth, Statistic: Maximum, Period: 60, EvaluationPeriods: 30,
        Threshold: 100, ComparisonOperator: GreaterThanThreshold }
`;
  expect(await play.submit('worker-1', manifest('worker', body))).toMatchObject({ status: 'Completed' });
  const cloudwatch = new CloudWatchClient(clientSettings(play.world));
  const put = () =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Depth', Value: 500, Timestamp: new Date(play.world.clock.now()) }],
      }),
    );
  for (let minute = 0; minute < 3; minute += 1) {
    await put();
    await minutes(1);
  }
  await put();
  await play.world.clock.pass(90_000 - (play.world.clock.now() % 60_000));
  const [at, before] = [play.world.clock.now(), due()];
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'deep', StateValue: 'ALARM', StateReason: 'deep' }),
  );
  await play.world.clock.pass(10_000);
  expect(due()).toBe(before + 1);
  expect(play.calls.at(-1)).toMatchObject({ kind: 'UPDATE', type: 'AWS::ECS::Service' });
  expect((play.calls.at(-1)?.atSeconds ?? 0) * 1000 - at).toBeLessThanOrEqual(5_000);
});
