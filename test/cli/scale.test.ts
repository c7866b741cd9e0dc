import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, type LocalCloud } from '../../lib/cli/local-cloud.ts';
import { baton } from './support.ts';
import { startWarmCloud } from './warm-cloud.ts';

const manifest = `environment: dev
service: shop
owner: payments
reason: a service to scale
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: shop } }
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      AttributeDefinitions: [{ AttributeName: Id, AttributeType: S }]
      KeySchema: [{ AttributeName: Id, KeyType: HASH }]
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: { MinSize: '1', MaxSize: '9', DesiredCapacity: '1' }
  Provider:
    Type: AWS::ECS::CapacityProvider
    Properties:
      Name: shop
      AutoScalingGroupProvider: { AutoScalingGroupArn: !Ref Group, ManagedScaling: { Status: DISABLED } }
  Carried:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: carried
      TaskDefinition: shop
      DesiredCount: 2
      CapacityProviderStrategy: [{ CapacityProvider: !Ref Provider }]
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: shop, TaskDefinition: shop, DesiredCount: 2 }
    Baton: { scaling: { min: 2, max: 40, metrics: [{ kind: target, metric: CPUUtilization, target: 50 }] } }
`;
const read = 'ProvisionedThroughput.ReadCapacityUnits';

describe('baton scale', () => {
  let cloud: LocalCloud;
  let file = '';
  const run = (...line: string[]) => baton(line, environmentOf(cloud.world));
  beforeAll(async () => {
    cloud = await startWarmCloud();
    file = join(mkdtempSync(join(tmpdir(), 'baton-')), 'shop.yaml');
    writeFileSync(file, manifest);
    const { status, stdout, stderr } = await run('submit', file);
    expect(status, stdout + stderr).toBe(0);
  });
  afterAll(() => cloud.world.stop());

  for (const [what, line, reason] of [
    [
      'an asset that does not exist',
      ['dev/shop/Nope', '--to', '3'],
      'the inventory holds no asset dev/shop/Nope',
    ],
    ['a type without a capacity', ['dev/shop/Topic', '--to', '3'], 'AWS::SNS::Topic, which has no capacity'],
    ['no number', ['dev/shop/Service', '--to', 'many'], 'expected a number of tasks, got "many"'],
    ['no capacity at all', ['dev/shop/Service'], '--to is missing'],
    ['more than the upper bound', ['dev/shop/Service', '--to', '41'], 'expected 2 to 40 tasks'],
    ['less than the lower bound', ['dev/shop/Service', '--to', '1'], 'expected 2 to 40 tasks'],
    ['part of a task', ['dev/shop/Service', '--to', '2.5'], 'expected a multiple of 1 tasks'],
    [
      'a service together with a group that can not be found',
      ['dev/shop/Service', '--to', '9', '--with-group'],
      'no capacity provider tells on which group Service runs',
    ],
    [
      'a table together with a group',
      ['dev/shop/Orders', '--property', read, '--to', '9', '--with-group'],
      'runs on nothing that could be scaled with it',
    ],
    [
      'one of several capacities without its name',
      ['dev/shop/Orders', '--to', '9'],
      `expected --property ${read} or`,
    ],
    [
      'another property',
      ['dev/shop/Service', '--to', '9', '--property', 'TaskDefinition'],
      'no capacity "TaskDefinition"',
    ],
  ] as const)
    it(`rejects ${what}, and submits nothing`, async () => {
      const { status, stdout, stderr } = await run('scale', ...line);
      expect(status).toBe(2);
      expect(stderr).toContain(reason);
      expect(stdout).not.toContain('Submitted');
    });

  it('shows the new capacity, and later plans keep it', async () => {
    const { status, stdout } = await run('scale', 'dev/shop/Service', '--to', '7', '--reason', 'sale');
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/Submitted the scaling of Service as /);
    expect(stdout).toMatch(/~ DesiredCount: 2 → 7/);
    const plan = await run('plan', file);
    expect(plan.stdout).toContain(
      "kept: DesiredCount stays 7, set by scaling; the manifest's 2 is only the initial value",
    );
    const shown = await run('inventory', 'show', 'dev/shop/Service');
    expect(shown.stdout).toMatch(
      /Scaled\n +DesiredCount +7 +by request .*; the manifest says 2, as the initial value/,
    );
  });

  it('scales the group first to more, and last to less', async () => {
    const order = (text: string) =>
      [...text.matchAll(/Submitted the scaling of (\w+) as /g)].map((match) => match[1]);
    const up = await run('scale', 'dev/shop/Carried', '--to', '7', '--with-group', '--per-instance', '3');
    expect(up.status, up.stdout + up.stderr).toBe(0);
    expect(order(up.stdout)).toEqual(['Group', 'Carried']);
    expect(up.stdout).toMatch(/~ DesiredCapacity: "?1"? → "?3"?/);
    const down = await run('scale', 'dev/shop/Carried', '--to', '1', '--with-group', '--per-instance', '3');
    expect(order(down.stdout)).toEqual(['Carried', 'Group']);
  });

  it('sets a capacity by its name', async () => {
    const { status, stdout } = await run('scale', 'dev/shop/Orders', '--property', read, '--to', '9');
    expect(status, stdout).toBe(0);
    expect(stdout).toContain(`~ ${read}: 5 → 9`);
  });
});
