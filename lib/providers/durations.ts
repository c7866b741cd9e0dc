import { operations } from '../model/operations.ts';
import type { Step } from '../model/plan.ts';
import type { ProviderCall } from '../model/run.ts';

/** Median seconds of creating a resource, by type or type prefix. The longest match is used. */
const createSeconds: Readonly<Record<string, number>> = {
  'AWS::': 12,
  'AWS::ApiGateway::': 6,
  'AWS::AutoScaling::AutoScalingGroup': 60,
  'AWS::CertificateManager::Certificate': 120,
  'AWS::CloudFront::Distribution': 240,
  'AWS::CloudWatch::': 4,
  'AWS::DirectoryService::': 900,
  'AWS::DocDB::': 480,
  'AWS::DynamoDB::': 20,
  'AWS::EC2::': 8,
  'AWS::EC2::Instance': 30,
  'AWS::EC2::NatGateway': 100,
  'AWS::EC2::TransitGateway': 120,
  'AWS::EC2::VPCEndpoint': 60,
  'AWS::ECS::': 10,
  'AWS::ECS::Service': 120,
  'AWS::EFS::FileSystem': 30,
  'AWS::EKS::Cluster': 540,
  'AWS::EKS::Nodegroup': 180,
  'AWS::ElastiCache::': 360,
  'AWS::ElasticLoadBalancingV2::': 8,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 150,
  'AWS::IAM::': 14,
  'AWS::KMS::': 12,
  'AWS::Lambda::': 10,
  'AWS::Logs::': 4,
  'AWS::MSK::Cluster': 900,
  'AWS::OpenSearchService::Domain': 780,
  'AWS::RDS::DBCluster': 120,
  'AWS::RDS::DBInstance': 420,
  'AWS::Redshift::Cluster': 240,
  'AWS::Route53::': 30,
  'AWS::S3::': 12,
  'AWS::SNS::': 6,
  'AWS::SQS::': 30,
};

/** Spread of the logarithm of durations within one type. */
const sigma = 0.3;
const shareOfCreate: Readonly<Record<ProviderCall, number>> = { create: 1, update: 0.5, delete: 0.6 };

/**
 * Returns the expected duration of a step without history: a rough table for choosing poll times. A wrong value costs
 * polls but doesn't affect correctness.
 */
export function expectedDuration(step: Pick<Step, 'type' | 'operation'>): {
  medianSeconds: number;
  sigma: number;
} {
  const prefixes = Object.keys(createSeconds).filter((prefix) => step.type.startsWith(prefix));
  const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), 'AWS::');
  const { sends } = operations[step.operation];
  const share = sends === undefined ? 0 : shareOfCreate[sends];
  return { medianSeconds: (createSeconds[longest] ?? 12) * share, sigma };
}
