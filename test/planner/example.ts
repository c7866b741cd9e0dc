import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { hashOf } from '../../lib/model/json.ts';
import type { HashedPlan, Plan } from '../../lib/model/plan.ts';
import type { DesiredResource, DesiredState } from '../../lib/model/request.ts';
import type { PropertySpec, TypeLookup, TypeSpec } from '../../lib/model/spec.ts';
import { neededBy } from '../bench/graphs.ts';

/** Types reduced to what the planner reads. */
const types: Record<string, Partial<TypeSpec> & { in: string[]; required?: string[] }> = {
  'AWS::EC2::VPC': {
    in: ['CidrBlock', 'Tags', 'EnableDnsSupport'],
    createOnly: ['CidrBlock'],
    primaryIdentifier: ['VpcId'],
    readOnly: ['VpcId', 'DefaultSecurityGroup'],
    tags: { property: 'Tags', form: 'list' },
    ref: 'VpcId',
  },
  'AWS::EC2::Subnet': {
    in: ['VpcId', 'CidrBlock', 'Tags'],
    createOnly: ['VpcId', 'CidrBlock'],
    primaryIdentifier: ['SubnetId'],
    readOnly: ['SubnetId'],
    ref: 'SubnetId',
  },
  'AWS::EC2::LaunchTemplate': {
    in: ['LaunchTemplateName', 'LaunchTemplateData'],
    createOnly: ['LaunchTemplateName'],
    primaryIdentifier: ['LaunchTemplateId'],
    readOnly: ['LaunchTemplateId', 'LatestVersionNumber'],
    ref: 'LaunchTemplateId',
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    in: ['MinSize', 'MaxSize', 'LaunchTemplate', 'VPCZoneIdentifier'],
    primaryIdentifier: ['AutoScalingGroupName'],
    ref: 'AutoScalingGroupName',
  },
  'AWS::RDS::DBInstance': {
    in: ['DBInstanceIdentifier', 'Engine', 'AllocatedStorage', 'MasterUserPassword', 'SubnetIds', 'Port'],
    required: ['MasterUserPassword'],
    createOnly: ['DBInstanceIdentifier', 'Engine'],
    writeOnly: ['MasterUserPassword'],
    sensitive: ['MasterUserPassword'],
    primaryIdentifier: ['DBInstanceIdentifier'],
    readOnly: ['Endpoint.Address', 'Endpoint.Port'],
    holdsData: true,
    ref: 'DBInstanceIdentifier',
  },
  'AWS::SNS::Topic': {
    in: ['TopicName', 'DisplayName', 'FifoTopic'],
    createOnly: ['TopicName', 'FifoTopic'],
    primaryIdentifier: ['TopicArn'],
    readOnly: ['TopicArn'],
    ref: 'TopicArn',
  },
  'AWS::Lambda::Version': { in: ['FunctionName'], primaryIdentifier: ['FunctionArn'], updatable: false },
};

export const lookup: TypeLookup = (type) => {
  const known = types[type];
  if (known === undefined) return undefined;
  const { in: names, required = [], ...rest } = known;
  const createOnly = rest.createOnly ?? [];
  const property = (name: string): PropertySpec => ({
    types: [{ kind: 'json' }],
    required: required.includes(name),
    replacement: createOnly.includes(name) ? 'yes' : 'no',
  });
  return {
    type,
    properties: Object.fromEntries(names.map((name) => [name, property(name)])),
    definitions: {},
    attributes: {},
    primaryIdentifier: [],
    readOnly: [],
    writeOnly: [],
    createOnly: [],
    sensitive: [],
    provisionable: true,
    updatable: true,
    holdsData: false,
    ref: 'identifier',
    ...rest,
  };
};

type Short = [logicalId: string, type: string, properties: JsonObject, more?: Partial<DesiredResource>];

/** Returns a request for resources. Their dependencies are derived from their properties. */
export function desire(...resources: Short[]): DesiredState {
  return {
    header: {
      baton: 'v1',
      action: 'provision',
      environment: 'test',
      service: 'shop',
      owner: 'team',
      reason: 'an example',
      onFailure: 'undo',
    },
    wish: { kind: 'resources' },
    scope: 'test/shop',
    account: '111111111111',
    region: 'eu-west-1',
    partition: 'aws',
    resources: resources.map(([logicalId, type, properties, more = {}]) => ({
      logicalId,
      type,
      properties,
      deletionPolicy: 'Delete',
      updateReplacePolicy: 'Delete',
      ...more,
      dependsOn: neededBy({ logicalId, type, properties, dependsOn: more.dependsOn ?? [] }),
    })),
    outputs: {},
    imports: [],
  };
}

/** Returns the inventory after a request was applied. */
export function built(desired: DesiredState, more: Partial<Record<string, Partial<Asset>>> = {}): Asset[] {
  return desired.resources.map((resource) => ({
    id: hashOf(`${desired.scope} ${resource.logicalId} ${resource.type}`),
    version: 1,
    provider: 'cloud-control',
    account: desired.account,
    region: desired.region,
    type: resource.type,
    identifier: `${resource.logicalId.toLowerCase()}-1`,
    logicalId: resource.logicalId,
    scope: desired.scope,
    environment: desired.header.environment,
    service: desired.header.service,
    owner: desired.header.owner,
    status: 'Active',
    desired: resource.properties,
    applied: resource.properties,
    attributes: { ...resource.properties, Made: true },
    dependsOn: resource.dependsOn,
    dependsOnAssets: [],
    deletionPolicy: resource.deletionPolicy,
    updateReplacePolicy: resource.updateReplacePolicy,
    requestId: 'request-0',
    changeId: 'change-0',
    runId: 'run-0',
    updatedAt: '2026-01-01T00:00:00Z',
    ...more[resource.logicalId],
  }));
}

/** A VPC, two subnets in it, and a database in those. */
export const network: Short[] = [
  ['Vpc', 'AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }],
  ['SubnetA', 'AWS::EC2::Subnet', { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' }],
  ['SubnetB', 'AWS::EC2::Subnet', { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.2.0/24' }],
  [
    'Database',
    'AWS::RDS::DBInstance',
    {
      Engine: 'postgres',
      AllocatedStorage: '20',
      MasterUserPassword: '{{resolve:secretsmanager:db}}',
      SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }],
    },
  ],
];

/** Returns a plan as short text: `create:Subnet < create:Vpc` for each step. */
export function outline(plan: Plan): string[] {
  return plan.steps.map(({ id, dependsOn }) => [id, ...dependsOn.toSorted()].join(' < '));
}

/** Returns the plan with its hash recomputed after a test has modified it. */
export function rehashed(plan: HashedPlan): HashedPlan {
  const { hash: _, ...rest } = plan;
  return { ...rest, hash: hashOf(rest) };
}
