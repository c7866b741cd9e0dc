import { describe, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { PlanRefused } from '../../lib/planner/errors.ts';
import { checkPlan } from '../../lib/planner/index.ts';
import { planChange } from '../../lib/planner/plan-change.ts';
import { makeManifest } from '../bench/manifest.ts';
import { built, desire, lookup, network, outline } from './example.ts';

/** Plans and checks the plan: no example here may have an invalid plan. */
function plan(desired: DesiredState, assets: Asset[] = []) {
  const made = planChange({ requestId: 'request-1', desired, assets, lookup });
  expect(checkPlan(made, { desired, assets, lookup })).toEqual([]);
  return made;
}

/** Returns the network example with some properties changed. */
function changed(changes: Record<string, object>): DesiredState {
  return desire(
    ...network.map(
      ([name, type, properties, more]) =>
        [name, type, { ...properties, ...changes[name] }, more] as (typeof network)[number],
    ),
  );
}

describe('planChange rejects', () => {
  const fifo = (name: object, fifoTopic: boolean) =>
    desire(['Topic', 'AWS::SNS::Topic', { ...name, FifoTopic: fifoTopic }]);

  it('a replacement of a resource with an unchanged custom name, and says what to do', () => {
    const before = fifo({ TopicName: 'orders' }, false);
    const after = fifo({ TopicName: 'orders' }, true);
    expect(() => plan(after, built(before))).toThrow(PlanRefused);
    expect(() => plan(after, built(before))).toThrow(
      /FifoTopic replaces Topic .* change TopicName, or leave it out/,
    );
    expect(outline(plan(fifo({ TopicName: 'orders.fifo' }, true), built(before)))[0]).toBe('replace:Topic');
    expect(outline(plan(fifo({}, true), built(fifo({}, false))))[0]).toBe('replace:Topic');
  });

  it('a replacement under the same primary identifier', () => {
    const named = (engine: string) =>
      desire([
        'Database',
        'AWS::RDS::DBInstance',
        { DBInstanceIdentifier: 'main', Engine: engine, MasterUserPassword: '{{resolve:ssm-secure:p}}' },
      ]);
    expect(() => plan(named('mysql'), built(named('postgres')))).toThrow(/DBInstanceIdentifier stays "main"/);
  });

  it('a new resource with the identifier of a removed one', () => {
    const database = { DBInstanceIdentifier: 'main', MasterUserPassword: '{{resolve:ssm-secure:p}}' };
    const before = desire(['Old', 'AWS::RDS::DBInstance', database]);
    const after = desire(['New', 'AWS::RDS::DBInstance', database]);
    expect(() => plan(after, built(before, { Old: { identifier: 'main' } }))).toThrow(/Old still is/);
  });

  it('a cycle, named in full', () => {
    const circle = desire(
      ['A', 'AWS::EC2::VPC', {}, { dependsOn: ['B'] }],
      ['B', 'AWS::EC2::VPC', {}, { dependsOn: ['C'] }],
      ['C', 'AWS::EC2::VPC', {}, { dependsOn: ['A'] }],
    );
    expect(() => plan(circle)).toThrow('A → B → C → A');
  });

  it('a change of a resource with an unknown type, or in another account or region', () => {
    const odd = desire(['Odd', 'Other::Kind::Thing', { A: 1 }]);
    expect(() => plan(odd, built(odd))).toThrow(/Other::Kind::Thing is not known/);
    const vpc = desire(['Vpc', 'AWS::EC2::VPC', {}]);
    expect(() => plan(vpc, built(vpc, { Vpc: { region: 'us-east-1' } }))).toThrow(/us-east-1/);
  });
});

describe('planChange', () => {
  it('creates each resource after its dependencies', () => {
    expect(outline(plan(desire(...network)))).toEqual([
      'create:Vpc',
      'create:SubnetA < create:Vpc',
      'create:SubnetB < create:Vpc',
      'create:Database < create:SubnetA < create:SubnetB',
    ]);
  });

  it('finds nothing to do if everything is as desired, in any order of keys and tags', () => {
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const before = desire(['Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', Tags: tags }]);
    const after = desire(['Vpc', 'AWS::EC2::VPC', { Tags: tags.toReversed(), CidrBlock: '10.0.0.0/16' }]);
    const found = plan(after, built(before));
    expect(found.steps).toEqual([]);
    expect(found.unchanged.map((one) => one.resource)).toEqual(['Vpc']);
  });

  it('updates in place if possible, and lists each property by its path', () => {
    const found = plan(
      changed({ Database: { AllocatedStorage: '50', Port: '5433' } }),
      built(desire(...network)),
    );
    expect(outline(found)).toEqual(['update:Database']);
    expect(found.steps[0]?.changes).toEqual([
      { path: 'AllocatedStorage', before: '20', after: '50', replacement: 'no' },
      { path: 'Port', after: '5433', replacement: 'no' },
    ]);
  });

  it('replaces dependents of a replaced resource if necessary, and updates them otherwise', () => {
    const found = plan(changed({ Vpc: { CidrBlock: '10.1.0.0/16' } }), built(desire(...network)));
    expect(outline(found)).toEqual([
      'replace:Vpc',
      'replace:SubnetA < replace:Vpc',
      'replace:SubnetB < replace:Vpc',
      'update:Database < replace:SubnetA < replace:SubnetB',
      'delete:Vpc < delete:SubnetA < delete:SubnetB',
      'delete:SubnetA < update:Database',
      'delete:SubnetB < update:Database',
    ]);
  });

  it('replaces a resource that can only be created again', () => {
    const version = (name: string) => desire(['Version', 'AWS::Lambda::Version', { FunctionName: name }]);
    expect(outline(plan(version('b'), built(version('a'))))).toEqual([
      'replace:Version',
      'delete:Version < replace:Version',
    ]);
  });

  it('propagates attributes that an update changes, and no others', () => {
    const stack = (type: string, read: JsonObject) =>
      desire(
        ['Template', 'AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: type } }],
        [
          'Group',
          'AWS::AutoScaling::AutoScalingGroup',
          { MinSize: '1', LaunchTemplate: read },
          { dependsOn: ['Template'] },
        ],
      );
    const cases: { read: JsonObject; steps: number }[] = [
      { read: { Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] } }, steps: 2 },
      { read: { Version: { 'Fn::Sub': `\${Template.LatestVersionNumber}` } }, steps: 2 },
      { read: { LaunchTemplateId: { Ref: 'Template' } }, steps: 1 },
      { read: { LaunchTemplateName: { 'Fn::GetAtt': ['Template', 'LaunchTemplateName'] } }, steps: 1 },
    ];
    for (const { read, steps } of cases) {
      const found = plan(stack('t4g.large', read), built(stack('t4g.small', read)));
      expect(found.steps, JSON.stringify(read)).toHaveLength(steps);
    }
  });

  it('waits for a step behind unchanged resources', () => {
    const stack = (name: string, storage: string) =>
      desire(
        ['Topic', 'AWS::SNS::Topic', { DisplayName: name }],
        ['Vpc', 'AWS::EC2::VPC', {}, { dependsOn: ['Topic'] }],
        ['Table', 'AWS::EC2::VPC', { EnableDnsSupport: storage }, { dependsOn: ['Vpc'] }],
      );
    expect(outline(plan(stack('b', 'y'), built(stack('a', 'x'))))).toEqual([
      'update:Topic',
      'update:Table < update:Topic',
    ]);
  });

  it('records changed policies and DependsOn without changing a property', () => {
    const before = desire(['Vpc', 'AWS::EC2::VPC', {}]);
    const after = desire(['Vpc', 'AWS::EC2::VPC', {}, { deletionPolicy: 'Retain' }]);
    expect(plan(after, built(before)).steps[0]?.changes).toEqual([
      { path: 'DeletionPolicy', before: 'Delete', after: 'Retain', replacement: 'no' },
    ]);
  });

  it('deletes or retains removed resources after everything else, dependents first', () => {
    const assets = built(desire(...network), { SubnetA: { deletionPolicy: 'Retain' } });
    const found = plan(desire(['Topic', 'AWS::SNS::Topic', {}]), assets);
    expect(outline(found)).toEqual([
      'create:Topic',
      'delete:Vpc < delete:SubnetB < retain:SubnetA',
      'retain:SubnetA < delete:Database',
      'delete:SubnetB < delete:Database',
      'delete:Database < create:Topic',
    ]);
    expect(found.steps.at(-1)?.inverse).toEqual({
      operation: 'create',
      irreversible: 'AWS::RDS::DBInstance holds data, which a delete loses',
    });
  });

  it('keeps the old resource of a replacement if its policy says so; only people can take a snapshot', () => {
    for (const policy of ['Retain', 'Snapshot', 'RetainExceptOnCreate'] as const) {
      const stack = (engine: string) =>
        desire([
          'Database',
          'AWS::RDS::DBInstance',
          { Engine: engine, MasterUserPassword: '{{resolve:ssm-secure:p}}' },
          { updateReplacePolicy: policy },
        ]);
      expect(outline(plan(stack('mysql'), built(stack('postgres'))))).toEqual([
        'replace:Database',
        'retain:Database < replace:Database',
      ]);
    }
  });

  it('cleans up what an abandoned run left behind', () => {
    const desired = desire(['Topic', 'AWS::SNS::Topic', {}]);
    const [topic] = built(desired);
    if (topic === undefined) throw new Error('no topic');
    const old = { ...topic, id: 'old', identifier: 'topic-0', updatedAt: '2025-01-01T00:00:00Z' };
    const found = plan(desired, [old, topic]);
    expect(found.steps.map(({ id, identifier }) => [id, identifier])).toEqual([['delete:Topic', 'topic-0']]);
  });

  it('makes the same plan and hash from the same input', () => {
    const { desired } = makeManifest(200, 7);
    expect(plan(desired).hash).toBe(plan(structuredClone(desired)).hash);
  });

  it('is unchanged after storing and loading', () => {
    const found = plan(changed({ Vpc: { CidrBlock: '10.1.0.0/16' } }), built(desire(...network)));
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('keeps cleanup edges few if many resources are created and deleted', () => {
    const many = (prefix: string) =>
      desire(
        ...Array.from({ length: 300 }, (_, at): (typeof network)[number] => [
          `${prefix}${at}`,
          'AWS::SNS::Topic',
          {},
        ]),
      );
    const found = plan(many('New'), built(many('Old')));
    const edges = found.steps.reduce((sum, step) => sum + step.dependsOn.length, 0);
    expect(edges).toBeLessThan(1_000);
  });
});
