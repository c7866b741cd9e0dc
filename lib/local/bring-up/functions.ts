/** Creates Lambda functions from their assets. */
import { statSync } from 'node:fs';
import { InvalidInput } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Credentials } from '../iam/identity.ts';
import { type FunctionDefinition, type FunctionDependencies, LambdaFunction } from '../lambda/function.ts';
import { functionName, type LambdaService } from '../lambda/service.ts';
import type { Assembly } from '../template/assembly.ts';
import { objectAt, type Stack, type StackResource } from '../template/stack.ts';

export interface FunctionOptions extends FunctionDependencies {
  assembly: Assembly;
  /** Returns the access keys of the function's role. */
  credentialsFor(roleArn: string, functionName: string): Credentials;
}

export function bringUpFunctions(stack: Stack, lambda: LambdaService, options: FunctionOptions): void {
  const configs = stack.ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties);
  for (const resource of stack.ofType('AWS::Lambda::Function')) {
    const definition = definitionOf(resource, stack, options);
    const config = configs.find((one) => functionName(String(one.FunctionName)) === resource.name);
    const deadLetter = objectAt(resource.properties, 'DeadLetterConfig').TargetArn;
    const onFailure = config && objectAt(objectAt(config, 'DestinationConfig'), 'OnFailure').Destination;
    const onFailureArn = onFailure ?? deadLetter;
    lambda.add(new LambdaFunction(definition, options), {
      maximumRetryAttempts: Number(config?.MaximumRetryAttempts ?? 2),
      maximumEventAgeSeconds: Number(config?.MaximumEventAgeInSeconds ?? 21_600),
      ...(onFailureArn === undefined ? {} : { onFailureArn: String(onFailureArn) }),
    });
  }
}

function definitionOf(resource: StackResource, stack: Stack, options: FunctionOptions): FunctionDefinition {
  const { name, arn = '', properties } = resource;
  const handler = String(properties.Handler);
  const memoryMegabytes = Number(properties.MemorySize ?? 128);
  const logGroupName = String(objectAt(properties, 'LoggingConfig').LogGroup ?? `/aws/lambda/${name}`);
  const roleArn = String(properties.Role);
  const concurrency = properties.ReservedConcurrentExecutions;
  const credentials = options.credentialsFor(roleArn, name);
  return {
    name,
    arn,
    roleArn,
    handler,
    memoryMegabytes,
    logGroupName,
    assetDirectory: assetDirectory(resource, options.assembly),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    ...(concurrency === undefined ? {} : { reservedConcurrency: Number(concurrency) }),
    environment: {
      ...runtimeEnvironment({ name, handler, memoryMegabytes, logGroupName }, stack, credentials),
      ...(objectAt(objectAt(properties, 'Environment'), 'Variables') as Record<string, string>),
    },
  };
}

/** Source: Lambda Developer Guide, "Defined runtime environment variables". */
function runtimeEnvironment(
  facts: { name: string; handler: string; memoryMegabytes: number; logGroupName: string },
  stack: Stack,
  credentials: Credentials,
): Record<string, string> {
  return {
    _HANDLER: facts.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
    AWS_DEFAULT_REGION: stack.place.region,
    AWS_REGION: stack.place.region,
    AWS_ENDPOINT_URL: stack.place.endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: facts.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: `${facts.name}/[$LATEST]local`,
    LAMBDA_TASK_ROOT: '/var/task',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/bin:/bin',
    TZ: ':UTC',
  };
}

function assetDirectory(resource: StackResource, assembly: Assembly): string {
  const code = objectAt(resource.properties, 'Code');
  const runtime = String(resource.properties.Runtime ?? '');
  const path = assembly.assetPath(String(code.S3Key));
  if (!runtime.startsWith('nodejs'))
    throw refusal(resource, 'Runtime', `only Node.js runs locally, not "${runtime}"`);
  if (path === undefined)
    throw refusal(resource, 'Code', `no asset of the assembly is behind ${describe(code)}`);
  if (!statSync(path).isDirectory())
    throw refusal(resource, 'Code', 'the asset must be a folder, not an archive');
  return path;
}

function describe(code: JsonObject): string {
  return JSON.stringify(code).slice(0, 200);
}

function refusal(resource: StackResource, property: string, message: string): InvalidInput {
  const path = `Resources.${resource.logicalId}.Properties.${property}`;
  return new InvalidInput([{ path, message, code: 'UnknownProperty' }]);
}
