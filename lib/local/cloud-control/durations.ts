/**
 * The duration of operations by type, with a lognormal distribution: the median of a create in seconds, and the spread.
 * AWS publishes no table. The numbers are rounded from what the event logs of small CloudFormation stacks commonly
 * show: a call that returns at once costs the handler's first callback (about 5 s), eventual consistency (IAM) about 15
 * s more, and starting machines takes minutes. They make runs plausible; tests must not rely on them.
 */
import type { Random } from '../random.ts';

interface Duration {
  /** The longest matching prefix of the type name is used. */
  prefix: string;
  medianSeconds: number;
  sigma: number;
}

const durations: Duration[] = [
  { prefix: 'AWS::', medianSeconds: 10, sigma: 0.4 },
  { prefix: 'AWS::ACMPCA::', medianSeconds: 30, sigma: 0.4 },
  { prefix: 'AWS::AmazonMQ::Broker', medianSeconds: 800, sigma: 0.25 },
  { prefix: 'AWS::AutoScaling::AutoScalingGroup', medianSeconds: 60, sigma: 0.4 },
  { prefix: 'AWS::CertificateManager::Certificate', medianSeconds: 150, sigma: 0.5 },
  { prefix: 'AWS::CloudFront::Distribution', medianSeconds: 240, sigma: 0.3 },
  { prefix: 'AWS::CloudWatch::', medianSeconds: 4, sigma: 0.3 },
  { prefix: 'AWS::DirectoryService::', medianSeconds: 1200, sigma: 0.25 },
  { prefix: 'AWS::DocDB::DBInstance', medianSeconds: 400, sigma: 0.25 },
  { prefix: 'AWS::DynamoDB::', medianSeconds: 20, sigma: 0.4 },
  { prefix: 'AWS::EC2::', medianSeconds: 6, sigma: 0.4 },
  { prefix: 'AWS::EC2::Instance', medianSeconds: 25, sigma: 0.3 },
  { prefix: 'AWS::EC2::InternetGateway', medianSeconds: 16, sigma: 0.2 },
  { prefix: 'AWS::EC2::NatGateway', medianSeconds: 100, sigma: 0.25 },
  { prefix: 'AWS::EC2::TransitGateway', medianSeconds: 150, sigma: 0.3 },
  { prefix: 'AWS::EC2::VPC', medianSeconds: 14, sigma: 0.3 },
  { prefix: 'AWS::EC2::VPCEndpoint', medianSeconds: 60, sigma: 0.4 },
  { prefix: 'AWS::ECS::', medianSeconds: 6, sigma: 0.4 },
  { prefix: 'AWS::ECS::Service', medianSeconds: 120, sigma: 0.4 },
  { prefix: 'AWS::EFS::FileSystem', medianSeconds: 15, sigma: 0.3 },
  { prefix: 'AWS::EFS::MountTarget', medianSeconds: 90, sigma: 0.25 },
  { prefix: 'AWS::EKS::Cluster', medianSeconds: 540, sigma: 0.2 },
  { prefix: 'AWS::EKS::Nodegroup', medianSeconds: 150, sigma: 0.3 },
  { prefix: 'AWS::ElastiCache::', medianSeconds: 400, sigma: 0.3 },
  { prefix: 'AWS::ElastiCache::SubnetGroup', medianSeconds: 8, sigma: 0.3 },
  { prefix: 'AWS::ElastiCache::ParameterGroup', medianSeconds: 8, sigma: 0.3 },
  { prefix: 'AWS::ElasticLoadBalancingV2::', medianSeconds: 6, sigma: 0.4 },
  { prefix: 'AWS::ElasticLoadBalancingV2::LoadBalancer', medianSeconds: 150, sigma: 0.2 },
  { prefix: 'AWS::IAM::', medianSeconds: 18, sigma: 0.25 },
  { prefix: 'AWS::IAM::InstanceProfile', medianSeconds: 120, sigma: 0.15 },
  { prefix: 'AWS::KMS::Key', medianSeconds: 25, sigma: 0.6 },
  { prefix: 'AWS::Lambda::', medianSeconds: 6, sigma: 0.4 },
  { prefix: 'AWS::Logs::', medianSeconds: 4, sigma: 0.3 },
  { prefix: 'AWS::MSK::', medianSeconds: 1200, sigma: 0.25 },
  { prefix: 'AWS::Neptune::DBInstance', medianSeconds: 500, sigma: 0.25 },
  { prefix: 'AWS::OpenSearchService::Domain', medianSeconds: 900, sigma: 0.3 },
  { prefix: 'AWS::RDS::', medianSeconds: 8, sigma: 0.3 },
  { prefix: 'AWS::RDS::DBCluster', medianSeconds: 90, sigma: 0.3 },
  { prefix: 'AWS::RDS::DBInstance', medianSeconds: 420, sigma: 0.3 },
  { prefix: 'AWS::Redshift::Cluster', medianSeconds: 200, sigma: 0.3 },
  { prefix: 'AWS::Route53::', medianSeconds: 40, sigma: 0.2 },
  { prefix: 'AWS::S3::Bucket', medianSeconds: 18, sigma: 0.3 },
  { prefix: 'AWS::S3::BucketPolicy', medianSeconds: 4, sigma: 0.3 },
  { prefix: 'AWS::SNS::', medianSeconds: 8, sigma: 0.3 },
  { prefix: 'AWS::SQS::Queue', medianSeconds: 60, sigma: 0.1 },
  { prefix: 'AWS::SecretsManager::', medianSeconds: 6, sigma: 0.3 },
];

const shareOfCreate: Record<OperationKind, number> = { CREATE: 1, UPDATE: 0.6, DELETE: 0.7 };
const SHORTEST_MILLIS = 1000;

export type OperationKind = 'CREATE' | 'UPDATE' | 'DELETE';

/** Returns the median and spread of an operation, for simulations without a cloud. */
export function durationModel(
  type: string,
  operation: OperationKind,
): { medianSeconds: number; sigma: number } {
  const fitting = durations.filter(({ prefix }) =>
    prefix.endsWith('::') ? type.startsWith(prefix) : type === prefix,
  );
  const best = fitting.reduce(
    (longest, row) => (row.prefix.length > longest.prefix.length ? row : longest),
    durations[0] ?? { prefix: '', medianSeconds: 10, sigma: 0.4 },
  );
  return { medianSeconds: best.medianSeconds * shareOfCreate[operation], sigma: best.sigma };
}

/** Draws a duration in milliseconds. */
export function drawDuration(type: string, operation: OperationKind, random: Random): number {
  const { medianSeconds, sigma } = durationModel(type, operation);
  return Math.max(SHORTEST_MILLIS, Math.round(1000 * medianSeconds * Math.exp(sigma * random.normal())));
}
