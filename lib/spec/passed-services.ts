import { permissionsFor } from './permissions.ts';

/**
 * Who assumes the roles that types of a namespace are given, where that is not `NAMESPACE.amazonaws.com` in lower case
 * ("AWS services that work with IAM" and each service's page on service roles, IAM User Guide). An empty list: a role
 * given to it could do what Baton does, or what it keeps others from doing, so none is passed.
 */
const principalsOf: Record<string, string[]> = {
  APS: ['aps', 'scraper.aps'],
  ApiGatewayV2: ['apigateway'],
  ApplicationAutoScaling: ['application-autoscaling'],
  Athena: ['athena', 'lakeformation'],
  AutoScaling: ['autoscaling', 'ec2'],
  Batch: ['batch', 'ecs-tasks', 'spotfleet', 'ec2'],
  BedrockAgentCore: ['bedrock-agentcore'],
  CertificateManager: ['acm'],
  CloudFormation: [],
  CloudTrail: [],
  Cognito: ['cognito-idp', 'cognito-identity', 'cognito-sync'],
  Config: [],
  ControlTower: [],
  EC2: ['ec2', 'vpc-flow-logs', 'spotfleet', 'vmie'],
  ECS: ['ecs', 'ecs-tasks', 'infrastructure.ecs'],
  EFS: ['elasticfilesystem'],
  EKS: ['eks', 'eks-fargate-pods', 'pods.eks', 'ec2'],
  EMR: ['elasticmapreduce', 'ec2'],
  Events: ['events', 'apidestinations.events'],
  GuardDuty: ['malware-protection-plan.guardduty'],
  IAM: ['ec2'],
  IoTCoreDeviceAdvisor: ['iotdeviceadvisor'],
  KinesisAnalyticsV2: ['kinesisanalytics'],
  KinesisFirehose: ['firehose'],
  Lambda: ['lambda', 'edgelambda'],
  MSK: ['kafka', 'kafkaconnect'],
  MWAA: ['airflow', 'airflow-env'],
  MediaPackageV2: ['mediapackage'],
  Neptune: ['rds', 'monitoring.rds'],
  Organizations: [],
  RDS: ['rds', 'monitoring.rds'],
  RedshiftServerless: ['redshift', 'redshift-serverless'],
  S3: ['s3', 'batchoperations.s3'],
  SMSVOICE: ['sms-voice'],
  SSM: ['ssm', 'ec2'],
  SSMQuickSetup: [],
  SSO: [],
  SecurityHub: [],
  SecurityLake: [],
  ServiceCatalog: [],
  StepFunctions: ['states'],
};

/**
 * The services that a role may be passed to, for `iam:PassedToService`: those of the types whose handlers pass one.
 *
 * @returns service principals, sorted
 */
export function passedServices(types: readonly string[]): string[] {
  const passing = types.filter((type) =>
    permissionsFor([type]).some((action) => action.toLowerCase() === 'iam:passrole'),
  );
  const namespaces = new Set(passing.map((type) => type.split('::')[1] ?? ''));
  const names = [...namespaces].flatMap((name) => principalsOf[name] ?? [name.toLowerCase()]);
  return [...new Set(names)].sort().map((name) => `${name}.amazonaws.com`);
}
