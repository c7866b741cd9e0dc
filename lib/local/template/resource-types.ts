/**
 * The resource types the local cloud brings up: how each is named, what Ref and
 * GetAtt give, and which properties it knows. A row's `used` properties have an
 * effect; `accepted` ones have none here and none that a caller could notice.
 * Whatever else a template sets is refused.
 * Source: CloudFormation Template Reference, "Return values" of each type.
 */
import type { JsonValue } from '../../model/json.ts';

export interface Place {
  account: string;
  region: string;
  stackName: string;
  /** Base URL of the gateway; function URLs start with it. */
  endpoint: string;
}

export interface ResourceTypeRow {
  /** Property that names the resource; a name is made up where a template gives none. */
  nameProperty?: string;
  /** Made-up names: `lower` for buckets, `uuid` for keys; else `STACK-LOGICALID-HASH`. */
  nameForm?: 'lower' | 'uuid';
  /** ARN by name, for types that have one. */
  arn?(place: Place, name: string, properties: Record<string, JsonValue>): string;
  /** What Ref gives; the name where it isn't said. */
  ref?: 'arn' | 'url';
  url?(place: Place, name: string): string;
  attributes?: Record<string, 'arn' | 'name' | 'url' | ((place: Place, name: string) => string)>;
  used: string[];
  accepted?: string[];
}

const arn = (service: string, resource: (name: string) => string) => (place: Place, name: string) =>
  `arn:aws:${service}:${place.region}:${place.account}:${resource(name)}`;

export const resourceTypes: Record<string, ResourceTypeRow> = {
  'AWS::CDK::Metadata': { used: [], accepted: ['Analytics'] },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: arn('cloudwatch', (name) => `alarm:${name}`),
    attributes: { Arn: 'arn' },
    used: ['AlarmName', 'AlarmDescription', 'MetricName', 'Namespace', 'Dimensions', 'Metrics', 'Threshold'],
    accepted: [
      'ActionsEnabled',
      'AlarmActions',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'EvaluationPeriods',
      'InsufficientDataActions',
      'OKActions',
      'Period',
      'Statistic',
      'ExtendedStatistic',
      'Tags',
      'TreatMissingData',
      'Unit',
    ],
  },
  'AWS::CloudWatch::Dashboard': {
    nameProperty: 'DashboardName',
    used: [],
    accepted: ['DashboardName', 'DashboardBody'],
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    arn: arn('dynamodb', (name) => `table/${name}`),
    attributes: {
      Arn: 'arn',
      StreamArn: (place, name) => `${arn('dynamodb', (n) => `table/${n}`)(place, name)}/stream/local`,
    },
    used: [
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'BillingMode',
      'ProvisionedThroughput',
      'SSESpecification',
      'TimeToLiveSpecification',
      'PointInTimeRecoverySpecification',
    ],
    accepted: [
      'DeletionProtectionEnabled',
      'StreamSpecification',
      'Tags',
      'ContributorInsightsSpecification',
      'TableClass',
      'OnDemandThroughput',
    ],
  },
  'AWS::DynamoDB::GlobalTable': {
    nameProperty: 'TableName',
    arn: arn('dynamodb', (name) => `table/${name}`),
    attributes: { Arn: 'arn' },
    used: [
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'BillingMode',
      'SSESpecification',
      'TimeToLiveSpecification',
      'Replicas',
    ],
    accepted: [
      'StreamSpecification',
      'WriteProvisionedThroughputSettings',
      'WriteOnDemandThroughputSettings',
    ],
  },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    arn: arn('events', (name) => `event-bus/${name}`),
    attributes: { Arn: 'arn', Name: 'name' },
    used: ['Name', 'Policy', 'DeadLetterConfig'],
    accepted: ['Description', 'Tags', 'KmsKeyIdentifier', 'LogConfig'],
  },
  'AWS::Events::EventBusPolicy': {
    used: ['EventBusName', 'StatementId', 'Statement', 'Action', 'Principal', 'Condition'],
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    arn: (place, name, properties) => {
      const bus = String(properties.EventBusName ?? 'default')
        .split('/')
        .at(-1);
      const path = bus === 'default' ? name : `${bus}/${name}`;
      return `arn:aws:events:${place.region}:${place.account}:rule/${path}`;
    },
    attributes: { Arn: 'arn' },
    used: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets', 'RoleArn'],
    accepted: ['Description', 'Tags'],
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: (place, name) => `arn:aws:iam::${place.account}:policy/${name}`,
    ref: 'arn',
    attributes: { PolicyArn: 'arn' },
    used: ['ManagedPolicyName', 'PolicyDocument', 'Roles', 'Users', 'Groups'],
    accepted: ['Description', 'Path'],
  },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName', used: ['PolicyName', 'PolicyDocument', 'Roles'] },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (place, name, properties) =>
      `arn:aws:iam::${place.account}:role${String(properties.Path ?? '/')}${name}`,
    attributes: {
      Arn: 'arn',
      RoleId: (_place, name) =>
        `AROA${name
          .toUpperCase()
          .replace(/[^A-Z0-9]/g, '')
          .slice(-17)}`,
    },
    used: [
      'RoleName',
      'AssumeRolePolicyDocument',
      'Policies',
      'ManagedPolicyArns',
      'PermissionsBoundary',
      'Path',
    ],
    accepted: ['Description', 'MaxSessionDuration', 'Tags'],
  },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', used: ['AliasName', 'TargetKeyId'] },
  'AWS::KMS::Key': {
    nameForm: 'uuid',
    arn: arn('kms', (name) => `key/${name}`),
    attributes: { Arn: 'arn', KeyId: 'name' },
    used: ['KeyPolicy', 'KeySpec', 'KeyUsage'],
    accepted: [
      'Description',
      'EnableKeyRotation',
      'Enabled',
      'MultiRegion',
      'PendingWindowInDays',
      'RotationPeriodInDays',
      'Tags',
    ],
  },
  'AWS::Lambda::EventInvokeConfig': {
    used: [
      'FunctionName',
      'Qualifier',
      'MaximumEventAgeInSeconds',
      'MaximumRetryAttempts',
      'DestinationConfig',
    ],
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: arn('lambda', (name) => `function:${name}`),
    attributes: { Arn: 'arn' },
    used: [
      'FunctionName',
      'Code',
      'Handler',
      'Role',
      'Environment',
      'Timeout',
      'MemorySize',
      'Runtime',
      'PackageType',
      'ReservedConcurrentExecutions',
      'DeadLetterConfig',
      'LoggingConfig',
    ],
    accepted: [
      'Architectures',
      'Description',
      'EphemeralStorage',
      'KmsKeyArn',
      'Tags',
      'TracingConfig',
      'RecursiveLoop',
      'RuntimeManagementConfig',
    ],
  },
  'AWS::Lambda::Permission': {
    used: [
      'Action',
      'FunctionName',
      'Principal',
      'SourceArn',
      'SourceAccount',
      'FunctionUrlAuthType',
      'InvokedViaFunctionUrl',
      'PrincipalOrgID',
    ],
  },
  'AWS::Lambda::Url': {
    arn: arn('lambda', (name) => `function-url:${name}`),
    url: (place, name) => `${place.endpoint}/function-url/${name}/`,
    attributes: { FunctionUrl: 'url', FunctionArn: 'name' },
    used: ['TargetFunctionArn', 'AuthType', 'InvokeMode'],
    accepted: ['Cors'],
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: arn('logs', (name) => `log-group:${name}:*`),
    attributes: { Arn: 'arn' },
    used: ['LogGroupName'],
    accepted: [
      'DataProtectionPolicy',
      'DeletionProtectionEnabled',
      'KmsKeyId',
      'LogGroupClass',
      'RetentionInDays',
      'Tags',
    ],
  },
  'AWS::Logs::ResourcePolicy': { nameProperty: 'PolicyName', used: ['PolicyName', 'PolicyDocument'] },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    nameForm: 'lower',
    arn: (_place, name) => `arn:aws:s3:::${name}`,
    attributes: {
      Arn: 'arn',
      DomainName: (_place, name) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: (place, name) => `${name}.s3.${place.region}.amazonaws.com`,
    },
    used: ['BucketName', 'VersioningConfiguration', 'BucketEncryption', 'ObjectLockEnabled'],
    accepted: [
      'AccessControl',
      'LifecycleConfiguration',
      'LoggingConfiguration',
      'ObjectLockConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'Tags',
    ],
  },
  'AWS::S3::BucketPolicy': { used: ['Bucket', 'PolicyDocument'] },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    arn: arn('secretsmanager', (name) => `secret:${name}-local0`),
    ref: 'arn',
    attributes: { Id: 'arn' },
    used: ['Name', 'SecretString', 'GenerateSecretString'],
    accepted: ['Description', 'KmsKeyId', 'Tags'],
  },
  'AWS::SNS::Subscription': {
    used: [],
    accepted: ['TopicArn', 'Protocol', 'Endpoint', 'FilterPolicy', 'RawMessageDelivery'],
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    arn: arn('sns', (name) => name),
    ref: 'arn',
    attributes: { TopicArn: 'arn', TopicName: 'name' },
    used: ['TopicName'],
    accepted: ['DisplayName', 'KmsMasterKeyId', 'Subscription', 'Tags'],
  },
  'AWS::SNS::TopicPolicy': { used: [], accepted: ['PolicyDocument', 'Topics'] },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: arn('sqs', (name) => name),
    ref: 'url',
    url: (place, name) => `${place.endpoint}/${place.account}/${name}`,
    attributes: { Arn: 'arn', QueueName: 'name', QueueUrl: 'url' },
    used: [
      'QueueName',
      'KmsMasterKeyId',
      'VisibilityTimeout',
      'MessageRetentionPeriod',
      'RedrivePolicy',
      'MaximumMessageSize',
    ],
    accepted: [
      'KmsDataKeyReusePeriodSeconds',
      'RedriveAllowPolicy',
      'SqsManagedSseEnabled',
      'Tags',
      'ReceiveMessageWaitTimeSeconds',
    ],
  },
  'AWS::SQS::QueuePolicy': { used: ['Queues', 'PolicyDocument'] },
  'AWS::SSM::Parameter': {
    nameProperty: 'Name',
    used: ['Name', 'Type', 'Value'],
    accepted: ['AllowedPattern', 'DataType', 'Description', 'Tags', 'Tier'],
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    arn: arn('states', (name) => `stateMachine:${name}`),
    ref: 'arn',
    attributes: { Arn: 'arn', Name: 'name' },
    used: [
      'StateMachineName',
      'StateMachineType',
      'DefinitionString',
      'Definition',
      'DefinitionSubstitutions',
      'RoleArn',
    ],
    accepted: ['EncryptionConfiguration', 'LoggingConfiguration', 'Tags', 'TracingConfiguration'],
  },
};
