/** Connects Step Functions to the gateway and IAM. */
import { isObject, type JsonObject } from '../../model/json.ts';
import { type Permission, type Service, ServiceError } from '../gateway/wire.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { sessionIdentity } from '../iam/identity.ts';
import type { StepFunctions } from '../step-functions/service.ts';
import type { Hooks, TaskVisit } from '../step-functions/types.ts';
import type { Role } from './roles.ts';

/** Responses are already in wire format. This class adds the permissions that a call needs. */
export class StepFunctionsApi implements Service {
  private readonly stepFunctions: StepFunctions;
  private readonly machineOfToken: (token: string) => string | undefined;

  constructor(stepFunctions: StepFunctions, machineOfToken: (token: string) => string | undefined) {
    this.stepFunctions = stepFunctions;
    this.machineOfToken = machineOfToken;
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    const answer = await this.stepFunctions.handle(`AWSStepFunctions.${operation}`, JSON.stringify(input));
    const body = JSON.parse(answer.body || '{}') as JsonObject;
    if (answer.status === 200) return body;
    const { __type, message, ...fields } = body;
    const code =
      String(__type ?? 'InternalFailure')
        .split('#')
        .at(-1) ?? 'InternalFailure';
    throw new ServiceError(code, String(message ?? ''), { statusCode: answer.status, fields });
  }

  /** Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Step Functions". */
  permissions(operation: string, input: JsonObject): Permission[] {
    const action = `states:${operation}`;
    const named = input.stateMachineArn ?? input.executionArn ?? input.mapRunArn;
    const ofToken = typeof input.taskToken === 'string' ? this.machineOfToken(input.taskToken) : undefined;
    return [{ action, resource: String(named ?? ofToken ?? '*') }];
  }
}

/**
 * Observes tasks for what the service itself doesn't report: the owner of each token, and whether a machine's role may
 * start the nested machine.
 */
export class TaskWatch {
  private readonly machines = new Map<string, string>();
  private readonly authorizer: Authorizer;
  private readonly roleOf: (executionArn: string) => Role | undefined;

  constructor(authorizer: Authorizer, roleOf: (executionArn: string) => Role | undefined) {
    this.authorizer = authorizer;
    this.roleOf = roleOf;
  }

  machineOfToken(token: string): string | undefined {
    return this.machines.get(token);
  }

  /** Returns the caller's hooks, preceded by the observer. */
  around(hooks: Hooks): Hooks {
    return {
      ...hooks,
      interceptTask: async (visit, proceed) => {
        this.noteToken(visit);
        const watched = async () => {
          this.demandStart(visit);
          return proceed();
        };
        return hooks.interceptTask ? hooks.interceptTask(visit, watched) : watched();
      },
    };
  }

  private noteToken(visit: TaskVisit): void {
    if (!visit.resource.endsWith('.waitForTaskToken')) return;
    const machine = visit.executionArn
      .split(':')
      .slice(0, -1)
      .join(':')
      .replace(':execution:', ':stateMachine:');
    for (const [token] of JSON.stringify(visit.parameters).matchAll(/\bAQ[A-Za-z0-9_-]{40,}/g)) {
      this.machines.set(token, machine);
    }
  }

  private demandStart(visit: TaskVisit): void {
    if (!/:states:::states:startExecution/.test(visit.resource)) return;
    const machine = isObject(visit.parameters) ? visit.parameters.StateMachineArn : undefined;
    const role = this.roleOf(visit.executionArn);
    if (typeof machine !== 'string' || role === undefined) return;
    const permission = { action: 'states:StartExecution', resource: machine };
    this.authorizer.demand(sessionIdentity(role, 'execution'), [permission]);
  }
}
