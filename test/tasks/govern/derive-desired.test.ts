import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Asset } from '../../../lib/model/asset.ts';
import { placeIdentities } from '../../../lib/model/identities.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { DesiredState } from '../../../lib/model/request.ts';
import { settingsSchema } from '../../../lib/model/settings.ts';
import type { AssetChange } from '../../../lib/model/wish.ts';
import { checkPlan, planChange } from '../../../lib/planner/index.ts';
import { type DeriveServices, deriveDesired } from '../../../lib/tasks/govern/derive-desired.ts';
import { built } from '../../planner/example.ts';
import { lookup, normalized } from '../../request/normalize-text.ts';

/** A scope as its manifest declares it, and the result of changing single assets of it. */
const settings = settingsSchema.parse({ environments: { dev: { policyPacks: [{ name: 'starter' }] } } });

async function derived(state: DesiredState, assets: Asset[], changes: AssetChange[]): Promise<DesiredState> {
  const { scope } = state;
  const exported = Object.values(state.outputs).flatMap(({ exportName: name }) =>
    name === undefined ? [] : [{ name, value: 'x', scope, requestId: 'manifest' }],
  );
  const services = {
    ...{ settings, lookup },
    inventory: { exports: async () => exported },
    ledger: { findRequest: async () => ({ desiredHash: 'hash' }) },
    documents: { get: async () => state },
  } as unknown as DeriveServices;
  const header = { ...state.header, action: 'configure' as const };
  const asked: DesiredState = {
    ...state,
    header,
    wish: { kind: 'changes', changes },
    resources: [],
    outputs: {},
  };
  return deriveDesired(services, 'request-1', asked, assets);
}

const change = (asset: Asset, set: JsonObject): AssetChange => ({
  ...{ asset: asset.id, type: asset.type, set, remove: [], release: [] },
});

describe('a scope created from an example', () => {
  const folder = join(import.meta.dirname, '../../../examples');
  const files = readdirSync(folder).filter((file) => /\.(ya?ml|json)$/.test(file));
  test.each(files)('is unchanged by its current values: %s', async (file) => {
    const state = placeIdentities(normalized(readFileSync(join(folder, file), 'utf8')));
    const assets = built(state);
    const changes = assets.flatMap((asset) => {
      const [name, value] = Object.entries(asset.desired).find(([, one]) => typeof one !== 'object') ?? [];
      return name === undefined || value === undefined ? [] : [change(asset, { [name]: value })];
    });
    const desired = await derived(state, assets, changes.slice(0, 3));
    const plan = planChange({ requestId: 'request-1', desired, assets, lookup });
    expect(plan.steps).toEqual([]);
    expect(checkPlan(plan, { desired, assets, lookup })).toEqual([]);
  });
});

const pair = `
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: t } }
Outputs:
  Url: { Value: !GetAtt Queue.Arn, Export: { Name: url } }
  Topic: { Value: !Ref Topic, Export: { Name: topic } }
`;

it('configures the rest of a scope whose exports read a retired asset', async () => {
  const state = normalized(pair);
  const left = built(state).filter(({ logicalId }) => logicalId === 'Topic');
  const desired = await derived(
    state,
    left,
    left.map((asset) => change(asset, { DisplayName: 'x' })),
  );
  expect(desired.resources).toMatchObject([{ logicalId: 'Topic', properties: { DisplayName: 'x' } }]);
  expect(Object.keys(desired.outputs)).toEqual(['Topic']);
});

it.each<[what: string, set: JsonObject]>([
  ['null', { DisplayName: null }],
  ['an SSM parameter', { DisplayName: '{{resolve:ssm:/name}}' }],
  ['a list as a map', { DisplayName: ['x'] }],
  ['a map as a list', { Tags: { a: 'b' } }],
  ['a number as a key', { '0': 'x' }],
  ['a value nested a hundred levels deep', { [`Tags${'.x'.repeat(99)}`]: 'x' }],
  ['a non-ASCII name', { 'Dïsplay🎈': 'x' }],
])('refuses %s with a problem', async (_what, set) => {
  const state = normalized(pair);
  const assets = built(state);
  const topic = assets.filter(({ logicalId }) => logicalId === 'Topic');
  await expect(
    derived(
      state,
      assets,
      topic.map((asset) => change(asset, set)),
    ),
  ).rejects.toMatchObject({
    problems: expect.anything(),
  });
});

test('the update policy of a manifest also applies to a configuration', async () => {
  const state = normalized(`baton: v1
environment: dev
service: fleet
owner: tests
reason: an update policy
Resources:
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: { MinSize: "1", MaxSize: "2", LaunchTemplate: { LaunchTemplateId: lt-1, Version: "1" }, AvailabilityZones: [a] }
    UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1 } }
`);
  const { updatePolicy } = state.resources[0] ?? {};
  const assets = built(state).map((asset) => ({ ...asset, updatePolicy }));
  const [fleet] = assets as [Asset];
  const plan = async (set: JsonObject) =>
    planChange({
      requestId: 'r',
      desired: await derived(state, assets, [change(fleet, set)]),
      assets,
      lookup,
    });
  await expect(plan({ 'LaunchTemplate.Version': '2' })).rejects.toThrow(
    /CloudFormation stack roll its instances/,
  );
  expect((await plan({ MaxSize: '3' })).steps).toMatchObject([{ operation: 'update', updatePolicy }]);
});
