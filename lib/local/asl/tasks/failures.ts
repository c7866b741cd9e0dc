/** Error names as tasks report them: the service as Step Functions spells it, a dot, the API's error code. */
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

/** "Learning to use AWS service SDK integrations" (Developer Guide): the SDK for Java's client names. */
const SDK_PREFIXES: Record<string, string> = {
  cloudcontrol: 'CloudControl',
  cloudformation: 'CloudFormation',
  cloudwatch: 'CloudWatch',
  cloudwatchlogs: 'CloudWatchLogs',
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
};

interface ApiError {
  name?: string;
  message?: string;
  statusCode?: number;
  requestId?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** What a task's Retry and Catch see of whatever was thrown while it was carried out. */
export function failureOf(thrown: unknown, resource: Resource): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  const { name = 'Error', message = String(thrown), ...rest } = errorFields(thrown);
  if (name.startsWith('States.') || name.includes('.')) return new StateFailure(name, message);
  const statusCode = rest.statusCode ?? rest.$metadata?.httpStatusCode ?? 400;
  const requestId = rest.requestId ?? rest.$metadata?.requestId ?? '00000000-0000-0000-0000-000000000000';
  const code = name.endsWith('Exception') ? name : `${name}Exception`;
  const service = prefix(resource);
  const detail = `(Service: ${service}, Status Code: ${statusCode}, Request ID: ${requestId})`;
  return new StateFailure(`${service}.${code}`, `${message} ${detail}`);
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
