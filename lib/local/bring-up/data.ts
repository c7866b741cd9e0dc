/** Creates the data stores of the template: tables, buckets, keys, queues, parameters, secrets, alarms. */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { alarmType, compositeType } from '../cloudwatch/alarms/definition.ts';
import type { CloudWatchService } from '../cloudwatch/service.ts';
import type { ParameterService } from '../config/parameters.ts';
import type { SecretService } from '../config/secrets.ts';
import type { DynamoDbService } from '../dynamodb/service.ts';
import type { KmsService } from '../keys/kms.ts';
import type { LogStore } from '../messaging/logs.ts';
import type { SqsService } from '../messaging/sqs.ts';
import type { Random } from '../random.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { objectAt, objectsAt, type Stack, type StackResource } from '../template/stack.ts';

export interface DataServices {
  dynamodb: DynamoDbService;
  objects: ObjectStore;
  kms: KmsService;
  sqs: SqsService;
  ssm: ParameterService;
  secrets: SecretService;
  alarms: CloudWatchService;
  logs: LogStore;
}

export async function bringUpData(stack: Stack, services: DataServices, random: Random): Promise<void> {
  for (const { name, arn = '', properties } of stack.ofType('AWS::KMS::Key')) {
    const keySpec = String(properties.KeySpec ?? 'SYMMETRIC_DEFAULT');
    const keyUsage = String(properties.KeyUsage ?? 'ENCRYPT_DECRYPT');
    services.kms.add({ keyId: name, arn, keySpec, keyUsage });
  }
  for (const { name, properties } of stack.ofType('AWS::KMS::Alias')) {
    services.kms.addAlias(name, String(properties.TargetKeyId));
  }
  const tables = [...stack.ofType('AWS::DynamoDB::Table'), ...stack.ofType('AWS::DynamoDB::GlobalTable')];
  for (const table of tables) await bringUpTable(table, services.dynamodb, stack);
  for (const bucket of stack.ofType('AWS::S3::Bucket')) bringUpBucket(bucket, services.objects, stack);
  for (const queue of stack.ofType('AWS::SQS::Queue')) bringUpQueue(queue, services.sqs, stack);
  for (const { name, properties } of stack.ofType('AWS::SSM::Parameter')) {
    services.ssm.add(name, { type: String(properties.Type), value: String(properties.Value) });
  }
  for (const { name, properties } of stack.ofType('AWS::SecretsManager::Secret')) {
    services.secrets.add(name, String(properties.SecretString ?? generatedSecret(properties, random)));
  }
  for (const type of [alarmType, compositeType]) {
    for (const { name, properties } of stack.ofType(type)) services.alarms.add(type, name, properties);
  }
  for (const { name } of stack.ofType('AWS::Logs::LogGroup')) services.logs.add(name);
}

async function bringUpTable(table: StackResource, dynamodb: DynamoDbService, stack: Stack): Promise<void> {
  const { name, properties } = table;
  const definition: JsonObject = { TableName: name };
  const taken = [
    'AttributeDefinitions',
    'KeySchema',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'BillingMode',
    'ProvisionedThroughput',
  ];
  for (const part of taken) if (properties[part] !== undefined) definition[part] = properties[part];
  if (definition.ProvisionedThroughput === undefined) definition.BillingMode = 'PAY_PER_REQUEST';
  const [replica = {}] = objectsAt(properties, 'Replicas');
  const recovery = objectAt(properties, 'PointInTimeRecoverySpecification');
  const timeToLive = objectAt(properties, 'TimeToLiveSpecification');
  const encryption = objectAt(properties, 'SSESpecification');
  const replicaEncryption = objectAt(replica, 'SSESpecification');
  const keyId = encryption.KMSMasterKeyId ?? replicaEncryption.KMSMasterKeyId;
  await dynamodb.ensureTable(definition, {
    pointInTimeRecovery: recovery.PointInTimeRecoveryEnabled === true,
    ...(timeToLive.AttributeName === undefined
      ? {}
      : { timeToLiveAttribute: String(timeToLive.AttributeName) }),
    ...keyArn(stack, keyId),
  });
}

function bringUpBucket(bucket: StackResource, objects: ObjectStore, stack: Stack): void {
  const versioning = objectAt(bucket.properties, 'VersioningConfiguration');
  const [rule = {}] = objectsAt(
    objectAt(bucket.properties, 'BucketEncryption'),
    'ServerSideEncryptionConfiguration',
  );
  const encryption = objectAt(rule, 'ServerSideEncryptionByDefault');
  const versioned = versioning.Status === 'Enabled';
  const key = keyArn(stack, encryption.KMSMasterKeyID);
  objects.add({ name: bucket.name, versioned, ...key });
}

function bringUpQueue(queue: StackResource, sqs: SqsService, stack: Stack): void {
  const { name, arn = '', properties } = queue;
  sqs.add({
    name,
    arn,
    url: `${stack.place.endpoint}/${stack.place.account}/${name}`,
    visibilityTimeoutSeconds: Number(properties.VisibilityTimeout ?? 30),
    messageRetentionSeconds: Number(properties.MessageRetentionPeriod ?? 345_600),
    maximumMessageBytes: Number(properties.MaximumMessageSize ?? 1024 * 1024),
    ...keyArn(stack, properties.KmsMasterKeyId),
  });
}

/** Returns the ARN of a key in the template, by id, ARN or alias. AWS's own keys need no permissions. */
function keyArn(stack: Stack, keyId: JsonValue | undefined): { kmsKeyArn?: string } {
  if (keyId === undefined) return {};
  const alias = stack.ofType('AWS::KMS::Alias').find(({ name }) => name === keyId);
  const id = String(alias?.properties.TargetKeyId ?? keyId)
    .split('/')
    .at(-1);
  const key = stack.ofType('AWS::KMS::Key').find(({ name }) => name === id);
  return key?.arn === undefined ? {} : { kmsKeyArn: key.arn };
}

function generatedSecret(properties: JsonObject, random: Random): string {
  const settings = objectAt(properties, 'GenerateSecretString');
  const password = random.text(
    Number(settings.PasswordLength ?? 32),
    'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789',
  );
  if (settings.GenerateStringKey === undefined) return password;
  const template = JSON.parse(String(settings.SecretStringTemplate ?? '{}')) as JsonObject;
  return JSON.stringify({ ...template, [String(settings.GenerateStringKey)]: password });
}
