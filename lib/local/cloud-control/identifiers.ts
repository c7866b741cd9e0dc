/**
 * The formats of identifiers and ARNs that services generate.
 * Sources: Service Authorization Reference (ARN formats of each service's resource types); Amazon EC2 User Guide,
 * "Resource IDs".
 */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Random } from '../random.ts';

/** Prefixes of identifiers with 17 hexadecimal digits, by type. */
const prefixes: Record<string, string> = {
  'AWS::EC2::CustomerGateway': 'cgw',
  'AWS::EC2::DHCPOptions': 'dopt',
  'AWS::EC2::EIPAssociation': 'eipassoc',
  'AWS::EC2::EgressOnlyInternetGateway': 'eigw',
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::Instance': 'i',
  'AWS::EC2::InternetGateway': 'igw',
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::NatGateway': 'nat',
  'AWS::EC2::NetworkAcl': 'acl',
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::PrefixList': 'pl',
  'AWS::EC2::RouteTable': 'rtb',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::SecurityGroupEgress': 'sgr',
  'AWS::EC2::SecurityGroupIngress': 'sgr',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::SubnetCidrBlock': 'subnet-cidr-assoc',
  'AWS::EC2::SubnetNetworkAclAssociation': 'aclassoc',
  'AWS::EC2::SubnetRouteTableAssociation': 'rtbassoc',
  'AWS::EC2::TransitGateway': 'tgw',
  'AWS::EC2::TransitGatewayAttachment': 'tgw-attach',
  'AWS::EC2::TransitGatewayRouteTable': 'tgw-rtb',
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::VPCCidrBlock': 'vpc-cidr-assoc',
  'AWS::EC2::VPCEndpoint': 'vpce',
  'AWS::EC2::VPCPeeringConnection': 'pcx',
  'AWS::EC2::VPNConnection': 'vpn',
  'AWS::EC2::VPNGateway': 'vgw',
  'AWS::EC2::Volume': 'vol',
  'AWS::EFS::AccessPoint': 'fsap',
  'AWS::EFS::FileSystem': 'fs',
  'AWS::EFS::MountTarget': 'fsmt',
  'AWS::FSx::FileSystem': 'fs',
  'AWS::FSx::Volume': 'fsvol',
  'AWS::SSM::Association': 'assoc',
};
/** The same prefixes by property name, for references to other resources. */
const prefixesByName: Record<string, string> = {
  AllocationId: 'eipalloc',
  AssociationId: 'assoc',
  DefaultNetworkAcl: 'acl',
  DefaultSecurityGroup: 'sg',
  GroupId: 'sg',
  InstanceId: 'i',
  NetworkInterfaceId: 'eni',
  PrimaryNetworkInterfaceId: 'eni',
  SecurityGroupId: 'sg',
  SubnetId: 'subnet',
  VpcId: 'vpc',
};

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

type Form = (random: Random, region: string) => string;
const forms: Record<string, Form> = {
  'AWS::ApiGateway::RestApi': (random) => random.text(10, LOWER),
  'AWS::ApiGatewayV2::Api': (random) => random.text(10, LOWER),
  'AWS::CloudFront::Distribution': (random) => `E${random.text(13, UPPER)}`,
  'AWS::Cognito::IdentityPool': (random, region) => `${region}:${random.uuid()}`,
  'AWS::Cognito::UserPool': (random, region) => `${region}_${random.text(9, LETTERS)}`,
  'AWS::Cognito::UserPoolClient': (random) => random.text(26, LOWER),
  'AWS::ElastiCache::ReplicationGroup': (random) => `rg-${random.text(12, LOWER)}`,
  'AWS::KMS::Key': (random) => random.uuid(),
  'AWS::Route53::HostedZone': (random) => `Z${random.text(20, UPPER)}`,
};

/** Generates an identifier in the service's format for a new resource, for the named property. */
export function madeUpIdentifier(type: string, property: string, random: Random, region: string): string {
  const own = prefixesByName[property] === 'eipalloc' ? 'eipalloc' : prefixes[type];
  if (own !== undefined) return `${own}-0${random.text(16)}`;
  const form = forms[type];
  if (form !== undefined) return form(random, region);
  const other = prefixesByName[property];
  if (other !== undefined) return `${other}-0${random.text(16)}`;
  if (/Id$/.test(property)) return random.text(10, LOWER);
  const resource = (type.split('::').at(-1) ?? 'resource').toLowerCase();
  return `${resource.slice(0, 24)}-${random.text(12, LOWER)}`;
}

export interface ArnFacts {
  type: string;
  /** The property or attribute that holds the ARN. */
  property: string;
  /** The name of the resource in its ARN. */
  name: string;
  /** Properties of the resource. Some ARNs contain the name of the parent. */
  properties: JsonObject;
  account: string;
  region: string;
  random: Random;
}

const services: Record<string, string> = {
  ApplicationAutoScaling: 'autoscaling',
  CertificateManager: 'acm',
  ElasticLoadBalancing: 'elasticloadbalancing',
  ElasticLoadBalancingV2: 'elasticloadbalancing',
  EFS: 'elasticfilesystem',
  KinesisFirehose: 'firehose',
  OpenSearchService: 'es',
  Elasticsearch: 'es',
  StepFunctions: 'states',
  MSK: 'kafka',
  Cognito: 'cognito-idp',
  CodeStarConnections: 'codestar-connections',
};

/** The part of an ARN after the account, by type. The usual format is `resource/name`. */
const resources: Record<string, (name: string, random: Random, properties: JsonObject) => string> = {
  'AWS::AutoScaling::AutoScalingGroup': (name, random) =>
    `autoScalingGroup:${random.uuid()}:autoScalingGroupName/${name}`,
  'AWS::CertificateManager::Certificate': (_name, random) => `certificate/${random.uuid()}`,
  'AWS::CloudWatch::Alarm': (name) => `alarm:${name}`,
  'AWS::CloudWatch::CompositeAlarm': (name) => `alarm:${name}`,
  'AWS::EC2::VPC': (name) => `vpc/${name}`,
  'AWS::ECS::Service': (name, _random, properties) =>
    `service/${lastPart(properties.Cluster ?? 'default')}/${name}`,
  'AWS::ECS::TaskDefinition': (name) => `task-definition/${name}:1`,
  'AWS::EFS::FileSystem': (name) => `file-system/${name}`,
  'AWS::ElasticLoadBalancingV2::Listener': (name, random) =>
    `listener/app/${name}/${random.text(16)}/${random.text(16)}`,
  'AWS::ElasticLoadBalancingV2::ListenerRule': (name, random) =>
    `listener-rule/app/${name}/${random.text(16)}/${random.text(16)}/${random.text(16)}`,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (name, random) =>
    `loadbalancer/app/${name}/${random.text(16)}`,
  'AWS::ElasticLoadBalancingV2::TargetGroup': (name, random) => `targetgroup/${name}/${random.text(16)}`,
  'AWS::Events::EventBus': (name) => `event-bus/${name}`,
  'AWS::KMS::Key': (name) => `key/${name}`,
  'AWS::Kinesis::Stream': (name) => `stream/${name}`,
  'AWS::KinesisFirehose::DeliveryStream': (name) => `deliverystream/${name}`,
  'AWS::Lambda::Function': (name) => `function:${name}`,
  'AWS::Lambda::LayerVersion': (name) => `layer:${name}:1`,
  'AWS::Logs::LogGroup': (name) => `log-group:${name}:*`,
  'AWS::RDS::DBCluster': (name) => `cluster:${name}`,
  'AWS::RDS::DBInstance': (name) => `db:${name}`,
  'AWS::RDS::DBSubnetGroup': (name) => `subgrp:${name}`,
  'AWS::SNS::Topic': (name) => name,
  'AWS::SQS::Queue': (name) => name,
  'AWS::SecretsManager::Secret': (name, random) => `secret:${name}-${random.text(6, LETTERS)}`,
  'AWS::StepFunctions::Activity': (name) => `activity:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `stateMachine:${name}`,
};
const regionless = new Set(['iam', 'cloudfront', 'route53', 'globalaccelerator', 'organizations']);

export function madeUpArn({ type, property, name, properties, account, region, random }: ArnFacts): string {
  const [, namespace = '', resource = ''] = type.split('::');
  const service = services[namespace] ?? namespace.toLowerCase();
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name}`;
  const place = regionless.has(service) ? `:${account}` : `${region}:${account}`;
  // The ARN of a related resource, such as a secret that the service created.
  if (/Secret/.test(property) && !type.includes('Secret')) {
    return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${random.text(6, LETTERS)}`;
  }
  if (service === 'iam')
    return `arn:aws:iam::${account}:${kebab(resource).replace('managed-', '')}${iamPath(properties)}${name}`;
  const ending = resources[type]?.(name, random, properties) ?? `${kebab(resource)}/${name}`;
  return `arn:aws:${service}:${place}:${ending}`;
}

function iamPath({ Path }: JsonObject): string {
  return typeof Path === 'string' ? Path : '/';
}

/** Returns a name, or the name in an ARN. */
function lastPart(nameOrArn: JsonValue): string {
  return String(nameOrArn).split('/').at(-1) ?? '';
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
