import { expect, test } from 'vitest';
import { identifierOf, livePropertiesOf } from '../../../lib/local/cloud-control/made-up.ts';
import { valueAt } from '../../../lib/local/cloud-control/paths.ts';
import { createRandom } from '../../../lib/local/random.ts';
import { ensureTypes, typeLookup } from '../../../lib/spec/index.ts';

const types = typeLookup(ensureTypes());
const maker = () => ({ account: '111111111111', region: 'us-east-1', random: createRandom(7), nowMillis: 0 });
const live = (type: string, desired: Record<string, string> = {}) => {
  const spec = types(type);
  if (spec === undefined) throw new Error(`no ${type}`);
  return livePropertiesOf(spec, desired, maker());
};

test('every provisionable type gets a complete identifier', () => {
  const provisionable = types
    .names()
    .flatMap((name) => types(name) ?? [])
    .filter((spec) => spec.provisionable);
  expect(provisionable.length).toBeGreaterThan(1000);
  const broken = provisionable.filter((spec) =>
    identifierOf(spec, livePropertiesOf(spec, {}, maker()))
      .split('|')
      .includes(''),
  );
  expect(broken.map((spec) => spec.type)).toEqual([]);
});

/** Type, desired properties, path, format. */
const forms: [string, Record<string, string>, string, RegExp][] = [
  ['AWS::EC2::VPC', {}, 'VpcId', /^vpc-0[0-9a-f]{16}$/],
  ['AWS::EC2::VPC', {}, 'DefaultSecurityGroup', /^sg-0[0-9a-f]{16}$/],
  ['AWS::EC2::Subnet', { VpcId: 'vpc-1' }, 'AvailabilityZone', /^us-east-1[a-f]$/],
  ['AWS::EC2::SecurityGroup', {}, 'GroupId', /^sg-0/],
  ['AWS::EC2::EIP', {}, 'AllocationId', /^eipalloc-0/],
  ['AWS::EC2::EIP', {}, 'PublicIp', /^\d+\.\d+\.\d+\.\d+$/],
  ['AWS::S3::Bucket', { BucketName: 'b' }, 'Arn', /^arn:aws:s3:::b$/],
  ['AWS::S3::Bucket', {}, 'BucketName', /^[a-z0-9-]{3,63}$/],
  ['AWS::IAM::Role', { RoleName: 'r' }, 'Arn', /^arn:aws:iam::111111111111:role\/r$/],
  [
    'AWS::Lambda::Function',
    { FunctionName: 'f' },
    'Arn',
    /^arn:aws:lambda:us-east-1:111111111111:function:f$/,
  ],
  [
    'AWS::SQS::Queue',
    { QueueName: 'q' },
    'QueueUrl',
    /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/111111111111\/q$/,
  ],
  ['AWS::SQS::Queue', { QueueName: 'q' }, 'Arn', /^arn:aws:sqs:us-east-1:111111111111:q$/],
  ['AWS::KMS::Key', {}, 'Arn', /^arn:aws:kms:us-east-1:111111111111:key\/[0-9a-f-]{36}$/],
  ['AWS::RDS::DBCluster', { DBClusterIdentifier: 'c' }, 'Endpoint.Address', /^c\..*\.rds\.amazonaws\.com$/],
  [
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    { Name: 'lb' },
    'LoadBalancerArn',
    /:loadbalancer\/app\/lb\/[0-9a-f]{16}$/,
  ],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: 'lb' }, 'DNSName', /^lb\..*\.amazonaws\.com$/],
  ['AWS::CloudFront::Distribution', {}, 'Id', /^E[A-Z0-9]{13}$/],
  ['AWS::Cognito::UserPool', {}, 'UserPoolId', /^us-east-1_/],
  ['AWS::DynamoDB::Table', { TableName: 't' }, 'Arn', /:table\/t$/],
];
test.each(forms)('%s %j has a plausible %s', (type, desired, path, form) => {
  expect(valueAt(live(type, desired), path)).toMatch(form);
});

test('each DNS entry of an endpoint is a hosted zone and a host, separated by a colon', () => {
  const entries = valueAt(live('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }), 'DnsEntries');
  expect(entries).toEqual([
    expect.stringMatching(/^Z[A-Z0-9]{13}:[^:]+\.amazonaws\.com$/),
    expect.stringMatching(/^Z[A-Z0-9]{13}:[^:]+\.amazonaws\.com$/),
  ]);
});

test('the same seed creates the same resource', () => {
  expect(live('AWS::EC2::Instance')).toEqual(live('AWS::EC2::Instance'));
});
