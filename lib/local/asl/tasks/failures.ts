/** Error names as tasks report them: the service as Step Functions spells it, a dot, and the API's error code. */
import { StateFailure } from '../errors.ts';
import type { Resource } from '../resource.ts';

const OPTIMIZED_PREFIXES: Record<string, string> = {
  lambda: 'Lambda',
  dynamodb: 'DynamoDB',
  events: 'EventBridge',
  sqs: 'SQS',
  sns: 'SNS',
  states: 'StepFunctions',
};

/** "Learning to use AWS service SDK integrations" (Developer Guide): the client names of the SDK for Java. */
const SDK_PREFIXES: Record<string, string> = {
  cloudcontrol: 'CloudControl',
  cloudformation: 'CloudFormation',
  cloudwatch: 'CloudWatch',
  cloudwatchlogs: 'CloudWatchLogs',
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
};

/** Optimized integrations other than Lambda's use version 1 of that SDK, which has other names and texts. */
const FIRST_SDK_NAMES: Record<string, string> = {
  dynamodb: 'AmazonDynamoDBv2',
  events: 'AmazonCloudWatchEvents',
  sqs: 'AmazonSQS',
  sns: 'AmazonSNS',
  states: 'AWSStepFunctions',
};

/** Errors that the clients don't model get the general error name of the service. */
const GENERAL_ERRORS: Record<string, string> = {
  DynamoDB: 'AmazonDynamoDB',
  Lambda: 'AWSLambda',
  SQS: 'AmazonSQS',
};

interface ApiError {
  name?: string;
  message?: string;
  statusCode?: number;
  requestId?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Returns the failure that a task's Retry and Catch see for a thrown error. */
export function failureOf(thrown: unknown, resource: Resource): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  const { name = 'Error', message = String(thrown), ...rest } = errorFields(thrown);
  if (name.startsWith('States.') || name.includes('.')) return new StateFailure(name, message);
  const statusCode = rest.statusCode ?? rest.$metadata?.httpStatusCode ?? 400;
  const requestId = rest.requestId ?? rest.$metadata?.requestId ?? '00000000-0000-0000-0000-000000000000';
  const service = prefix(resource);
  const error = `${service}.${errorCode(name, service)}`;
  const first = resource.sdk ? undefined : FIRST_SDK_NAMES[resource.service];
  const detail =
    first === undefined
      ? `(Service: ${service}, Status Code: ${statusCode}, Request ID: ${requestId})`
      : `(Service: ${first}; Status Code: ${statusCode}; Error Code: ${name}; Request ID: ${requestId}; Proxy: null)`;
  return new StateFailure(error, `${message} ${detail}`);
}

function errorCode(name: string, service: string): string {
  if (name === 'ValidationException') return `${GENERAL_ERRORS[service] ?? service}Exception`;
  return name.endsWith('Exception') ? name : `${name}Exception`;
}

function prefix({ sdk, service }: Resource): string {
  const named = sdk ? SDK_PREFIXES[service] : OPTIMIZED_PREFIXES[service];
  return named ?? service.charAt(0).toUpperCase() + service.slice(1);
}

function errorFields(thrown: unknown): ApiError {
  if (typeof thrown !== 'object' || thrown === null) return {};
  const { name, message, statusCode, requestId, $metadata } = thrown as ApiError;
  const fields: ApiError = {};
  if (name !== undefined) fields.name = name;
  if (message !== undefined) fields.message = message;
  if (statusCode !== undefined) fields.statusCode = statusCode;
  if (requestId !== undefined) fields.requestId = requestId;
  if ($metadata !== undefined) fields.$metadata = $metadata;
  return fields;
}
