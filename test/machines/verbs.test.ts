import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { assetChain, changeChain } from '../../lib/ledger/keys.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { Capsule } from '../../lib/model/change.ts';
import { story } from '../sample.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** A service that is restarted, and resources that must stay healthy for a while. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  expect(play.world.authorizer.denials).toEqual([]);
  await play.close();
});

const scope = 'acted';
const bake = 300;
const document = (more = '', count = 2) =>
  manifest(
    scope,
    `Resources:
  Cluster:
    Type: AWS::ECS::Cluster
    Properties: { ClusterName: acted }
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: acted
      Cluster: !Ref Cluster
      TaskDefinition: "arn:aws:ecs:eu-west-1:111111111111:task-definition/acted:1"
      DesiredCount: ${count}
      Monitoring: { MetricConfigurations: [{ MetricNames: [CPUUtilization], ResolutionSeconds: 60 }] }
    Baton: { health: { kind: property, path: DesiredCount, equals: ${count} }, bake: 5m }
  Name:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Value: !GetAtt Service.Name }
${more}`,
  );

const asset = async (logicalId = 'Service', of = scope): Promise<Asset> => {
  const found = (await play.assets(of)).find((one) => one.logicalId === logicalId && one.status === 'Active');
  if (found === undefined) throw new Error(`${of} has no ${logicalId}`);
  return found;
};
async function act(requestId: string, verb: string, ...names: string[]) {
  const verbs = await Promise.all(names.map(async (name) => ({ asset: (await asset(name)).id, verb })));
  const header = { environment: 'dev', service: scope, owner: 'tests', reason: 'it hangs' };
  await play.deployment.putEvent('Infrastructure Request', { requestId, header, verbs });
  await play.world.clock.quiet();
  return play.ending(requestId);
}
/** The restarts in the cloud, which starts a deployment if the nonce has changed. */
const restarts = () => {
  const nonces = play.calls.map(({ properties }) => JSON.stringify(properties?.ForceNewDeployment ?? null));
  return [...new Set(nonces)].filter((text) => text !== 'null');
};
const journal = async (requestId: string) => {
  const { runId = '' } = await play.deployment.ledger.request(requestId);
  return play.deployment.ledger.steps(runId);
};

describe('a manifest with a bake time', () => {
  it('completes when its checks have held, and its dependents start afterwards', async () => {
    expect(await play.submit('acted-1', document())).toEqual({
      status: 'Completed',
      reason: '4 of 4 steps are done.',
    });
    const made = (type: string) => play.calls.find((call) => call.type === type)?.atSeconds ?? 0;
    const waited = made('AWS::SSM::Parameter') - made('AWS::ECS::Service');
    expect(waited).toBeGreaterThanOrEqual(bake);
    expect(waited).toBeLessThan(bake + 120);
    expect(await asset()).toMatchObject({ bakeSeconds: bake, verifiedAt: expect.any(String), version: 2 });
    expect(await play.findings(scope, 'acted-1')).toEqual([]);
  });

  it('plans nothing without changes', async () => {
    expect(await play.submit('acted-2', document())).toEqual({
      ...{ status: 'Completed', reason: 'Everything is already as requested.' },
    });
  });
});

describe('a restart', () => {
  it('is one update with a nonce, and is verified', async () => {
    const [before, calls] = [await asset(), play.calls.length];
    expect(await act('acted-3', 'restart', 'Service')).toEqual({
      status: 'Completed',
      reason: '2 of 2 steps are done.',
    });
    expect(play.calls.slice(calls)).toMatchObject([
      {
        ...{ kind: 'UPDATE', type: 'AWS::ECS::Service', identifier: before.identifier },
        properties: {
          ForceNewDeployment: {
            EnableForceNewDeployment: true,
            ForceNewDeploymentNonce: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
          // Hidden properties are sent with each update, because a handler would remove them otherwise.
          Monitoring: before.applied.Monitoring,
        },
      },
    ]);
    const [acted, verified] = await journal('acted-3');
    expect(acted).toMatchObject({ status: 'Succeeded' });
    expect(verified).toMatchObject({
      status: 'Succeeded',
      note: expect.stringMatching(/^healthy for 3\d\d s$/),
    });
  });

  it('leaves its nonce in no asset, version or entry of the audit trail', async () => {
    const [nonce = ''] = /[0-9a-f]{32}/.exec(restarts()[0] ?? '') ?? [];
    expect(nonce).toHaveLength(32);
    const { id, version, ...now } = await asset();
    const { inventory, ledger } = play.deployment;
    const versions = await Promise.all(
      Array.from({ length: version }, (_, at) => inventory.version(id, at + 1)),
    );
    const kept = JSON.stringify([
      now,
      versions,
      await readChain(ledger.table, assetChain(id)),
      await readChain(ledger.table, changeChain('CHG-acted-3')),
    ]);
    expect(kept).not.toContain(nonce);
    expect(kept).not.toContain('ForceNewDeployment');
  });

  it('is not drift: the manifest plans nothing afterwards, and changing it does not restart again', async () => {
    const count = restarts().length;
    expect(await play.submit('acted-4', document())).toMatchObject({
      reason: 'Everything is already as requested.',
    });
    expect(await play.submit('acted-5', document('', 3))).toMatchObject({ status: 'Completed' });
    expect(restarts()).toHaveLength(count);
  });

  it('shows an approver its possible harm, and why nothing rolls it back', async () => {
    const { capsuleHash } = await play.deployment.ledger.change('CHG-acted-3');
    const { steps, risk, rehearsal } = await play.deployment.documents.get<Capsule>(capsuleHash);
    expect(steps).toMatchObject([
      {
        operation: 'act',
        act: { verb: 'restart', harm: 'none', precondition: expect.any(String), witness: expect.any(String) },
        nothingToUndo: expect.stringMatching(/same task definition/),
      },
      { operation: 'verify', bakeSeconds: bake, health: [{ kind: 'property' }] },
    ]);
    const sent = play.calls.find(
      ({ properties }) => properties?.ForceNewDeployment !== undefined,
    )?.properties;
    const nonce = '(made from the client token of the step)';
    expect(steps[0]?.act?.sends).toEqual({
      ForceNewDeployment: { ...(sent?.ForceNewDeployment as object), ForceNewDeploymentNonce: nonce },
    });
    expect({ level: risk.level, rehearsal: rehearsal.outcome }).toEqual({
      level: 'low',
      rehearsal: 'passed',
    });
  });

  story('with failing checks fails its request, and there is nothing to roll back', async () => {
    const { store } = play.world.services.cloudControl;
    const { type, identifier } = await asset();
    const set = (DesiredCount: number) => {
      const found = store.get(type, identifier);
      if (found !== undefined) store.put({ ...found, properties: { ...found.properties, DesiredCount } });
    };
    play.when('pump-run', 'Pump', 8, () => set(0));
    const ending = await act('acted-6', 'restart', 'Service');
    set(3);
    expect(ending).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringMatching(/verify:Service failed: Unhealthy: .* s into the bake time of 300 s/),
    });
    expect(await play.findings(scope, 'acted-6')).toEqual([]);
  });

  it('that the provider fails is not retried, because it may have taken effect', async () => {
    const count = restarts().length;
    play.faults(({ operation }) =>
      operation === 'UPDATE'
        ? { errorCode: 'ServiceInternalError', message: 'oops', effect: true }
        : undefined,
    );
    expect(await act('acted-7', 'restart', 'Service')).toMatchObject({
      ...{
        status: 'RolledBack',
        reason: expect.stringMatching(/act:Service:restart failed: ServiceInternalError/),
      },
    });
    play.faults(() => undefined);
    expect(restarts()).toHaveLength(count + 1);
  });

  it('with lost responses happens once', async () => {
    const count = restarts().length;
    let lost = 3;
    play.faults(({ operation }) => {
      if (operation !== 'UPDATE' || lost-- <= 0) return undefined;
      return { errorCode: 'ServiceInternalErrorException', message: 'no answer', at: 'call', effect: true };
    });
    expect(await act('acted-8', 'restart', 'Service')).toMatchObject({ status: 'Completed' });
    play.faults(() => undefined);
    expect(restarts()).toHaveLength(count + 1);
  });

  it('is rejected if the type does not have the verb', async () => {
    expect(await act('acted-9', 'restart', 'Cluster')).toMatchObject({
      ...{
        status: 'Rejected',
        reason: expect.stringMatching(/AWS::ECS::Cluster, which has no verb "restart"/),
      },
    });
  });
});

it('leaves a valid audit trail', async () => {
  const { findings } = await verifyTrail(play);
  expect(findings).toEqual([]);
});
