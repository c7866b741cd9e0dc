/**
 * The resource types that the local cloud supports: how each is named, what Ref and GetAtt return, and its supported
 * properties. Properties in `used` have an effect. Properties in `accepted` have no effect here that a caller could
 * notice. Any other property in a template is rejected.
 * Source: CloudFormation Template Reference, "Return values" of each type.
 */
import { arn, type ResourceTypeRow } from './resource-type-row.ts';
import { dataResourceTypes } from './resource-types-data.ts';

/** A stack that the template brings up as a resource: nested.ts. */
export const nestedStackType = 'AWS::CloudFormation::Stack';

export const resourceTypes: Record<string, ResourceTypeRow> = {
  'AWS::CDK::Metadata': { used: [], accepted: ['Analytics'] },
  // The identifier at the end of a real ARN is another for each stack of the name.
  [nestedStackType]: {
    arn: arn('cloudformation', (name) => `stack/${name}/${name}`),
    ref: 'arn',
    used: ['TemplateURL', 'Parameters'],
    accepted: ['NotificationARNs', 'Tags', 'TimeoutInMinutes'],
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: arn('cloudwatch', (name) => `alarm:${name}`),
    attributes: { Arn: 'arn' },
    used: [
      'AlarmName',
      'AlarmDescription',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluateLowSampleCountPercentile',
      'EvaluationPeriods',
      'ExtendedStatistic',
      'MetricName',
      'Metrics',
      'Namespace',
      'Period',
      'Statistic',
      'Threshold',
      'TreatMissingData',
      'Unit',
    ],
    accepted: ['ActionsEnabled', 'AlarmActions', 'InsufficientDataActions', 'OKActions', 'Tags'],
  },
  'AWS::CloudWatch::CompositeAlarm': {
    nameProperty: 'AlarmName',
    arn: arn('cloudwatch', (name) => `alarm:${name}`),
    attributes: { Arn: 'arn' },
    used: ['AlarmName', 'AlarmDescription', 'AlarmRule'],
    accepted: ['ActionsEnabled', 'AlarmActions', 'InsufficientDataActions', 'OKActions', 'Tags'],
  },
  'AWS::CloudWatch::Dashboard': {
    nameProperty: 'DashboardName',
    // A dashboard has no region: it belongs to the account.
    arn: ({ account }, name) => `arn:aws:cloudwatch::${account}:dashboard/${name}`,
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
  ...dataResourceTypes,
};
