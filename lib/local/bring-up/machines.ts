/** Creates state machines and connects them to the other services. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type Service, ServiceError } from '../gateway/wire.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { type Identity, sessionIdentity } from '../iam/identity.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { Random } from '../random.ts';
import type { StepFunctions } from '../step-functions/service.ts';
import type { TaskCaller, TaskIntegrations } from '../step-functions/types.ts';
import { objectAt, type Stack } from '../template/stack.ts';
import type { Role } from './roles.ts';

export function bringUpMachines(stack: Stack, stepFunctions: StepFunctions): void {
  for (const { name, properties } of stack.ofType('AWS::StepFunctions::StateMachine')) {
    const substitutions = objectAt(properties, 'DefinitionSubstitutions');
    const text = properties.DefinitionString ?? JSON.stringify(properties.Definition);
    stepFunctions.createStateMachine({
      name,
      roleArn: String(properties.RoleArn),
      type: properties.StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      definition: substituted(String(text), substitutions),
    });
  }
}

function substituted(definition: string, substitutions: JsonObject): string {
  return definition.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) =>
    substitutions[name] === undefined ? whole : String(substitutions[name]),
  );
}

export interface IntegrationOptions {
  lambda: LambdaService;
  authorizer: Authorizer;
  random: Random;
  roles: Map<string, Role>;
  /** Services by their names in ASL. */
  services: Record<string, Service>;
}

/** Tasks use the role of their machine. */
export function taskIntegrations(options: IntegrationOptions): TaskIntegrations {
  const { lambda, authorizer, random } = options;
  return {
    async invokeLambda(call) {
      const permissions = lambda.permissions('Invoke', { FunctionName: call.functionArn });
      authorizer.demand(callerOf(call, options.roles), permissions);
      const requestId = random.uuid();
      const payload = call.payload ?? '{}';
      if (call.invocationType === 'Event') {
        lambda.enqueue(call.functionArn, payload);
        return { statusCode: 202, payload: '', requestId };
      }
      if (call.invocationType === 'DryRun') return { statusCode: 204, payload: '', requestId };
      const result = await lambda.invoke(call.functionArn, payload, requestId);
      return { statusCode: 200, executedVersion: '$LATEST', requestId, ...result };
    },
    async callService(call) {
      const service = options.services[call.service];
      const operation = call.action.charAt(0).toUpperCase() + call.action.slice(1);
      if (service === undefined) {
        throw new ServiceError(
          'UnknownOperationException',
          `The local cloud has no service ${call.service}.`,
        );
      }
      const input = isObject(call.parameters) ? withTexts(call.service, call.parameters) : {};
      const caller = callerOf(call, options.roles);
      authorizer.demand(caller, service.permissions(operation, input));
      return service.call(operation, input, { caller, requestId: random.uuid() });
    },
  };
}

/** Step Functions converts objects to JSON text where the API expects text. */
function withTexts(service: string, parameters: JsonObject): JsonObject {
  const text = (value: JsonValue | undefined) => (isObject(value) ? JSON.stringify(value) : (value ?? null));
  if (service === 'events' || service === 'eventbridge') {
    const entries = Array.isArray(parameters.Entries) ? parameters.Entries.filter(isObject) : [];
    return { ...parameters, Entries: entries.map((entry) => ({ ...entry, Detail: text(entry.Detail) })) };
  }
  if (service === 'sqs') return { ...parameters, MessageBody: text(parameters.MessageBody) };
  return parameters;
}

function callerOf(call: TaskCaller, roles: Map<string, Role>): Identity {
  const role = roles.get(call.roleArn) ?? { arn: call.roleArn, policies: [] };
  return sessionIdentity(role, call.executionArn.split(':').at(-1) ?? 'execution');
}
