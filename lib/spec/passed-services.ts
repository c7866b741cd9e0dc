import { permissionsFor } from './permissions.ts';

/**
 * The service principals that assume the roles of resource types in a namespace, unless it is the lowercase
 * `NAMESPACE.amazonaws.com` ("AWS services that work with IAM" and each service's page on service roles, IAM User
 * Guide). Empty: no role may be passed, because such a role could do what Baton does, or what Baton prevents others
 * from doing.
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
 * Returns the services that a role may be passed to, for `iam:PassedToService`: those of types whose handlers pass a
 * role.
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
