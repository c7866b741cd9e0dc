/** The AWS JSON 1.0 protocol of the service: one row for each action. */
import * as z from 'zod';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { InvalidDefinition } from '../asl/errors.ts';
import type { StateMachine, StepFunctionsApi } from './api.ts';
import { describeExecution, listedExecution } from './describe.ts';
import { ApiError, checkName, noSuchResource, validation } from './errors.ts';
import type { Caller, WireAnswer } from './types.ts';

type Answer = { [field: string]: unknown };
type Action = (service: StepFunctionsApi, body: JsonObject) => Answer | Promise<Answer>;

const text = z.string();
const data = z.object({ includedData: z.enum(['ALL_DATA', 'METADATA_ONLY']).optional() });
const page = z.object({
  maxResults: z.number().int().min(0).max(1000).optional(),
  nextToken: text.optional(),
});
const start = z.object({
  stateMachineArn: text,
  name: text.optional(),
  input: text.optional(),
  traceHeader: text.optional(),
});
const settings = z.record(z.string(), z.json());

const ACTIONS: Record<string, Action> = {
  CreateStateMachine: action(
    z.object({
      name: text,
      definition: text,
      roleArn: text,
      type: z.enum(['STANDARD', 'EXPRESS']).optional(),
      loggingConfiguration: settings.optional(),
      tracingConfiguration: settings.optional(),
    }),
    (service, { loggingConfiguration, tracingConfiguration, type, ...request }) => {
      const { stateMachineArn, creationMillis } = service.createStateMachine({
        ...request,
        ...(type && { type }),
        ...(loggingConfiguration && { loggingConfiguration: loggingConfiguration as JsonObject }),
        ...(tracingConfiguration && { tracingConfiguration: tracingConfiguration as JsonObject }),
      });
      return { stateMachineArn, creationDate: creationMillis / 1000 };
    },
  ),
  DescribeStateMachine: action(z.object({ stateMachineArn: text }), (service, { stateMachineArn }) =>
    describeStateMachine(service.stateMachine(stateMachineArn)),
  ),
  DescribeStateMachineForExecution: action(z.object({ executionArn: text }), (service, { executionArn }) => {
    const execution = service.execution(executionArn);
    const own = execution.stateMachineArn.split('/')[0] ?? '';
    return { ...describeStateMachine(service.stateMachine(own)), mapRunArn: execution.mapRunArn };
  }),
  ListStateMachines: action(page, (service, request) => {
    const { items, nextToken } = paged([...service.stateMachines.values()], request, 100);
    return { stateMachines: items.map(listedStateMachine), nextToken };
  }),
  StartExecution: action(start, (service, request) => {
    if (request.name !== undefined) checkName(request.name);
    const { executionArn, startMillis } = service.startExecution(request);
    return { executionArn, startDate: startMillis / 1000 };
  }),
  StartSyncExecution: action(start, async (service, request) => {
    const {
      redriveCount: _,
      redriveStatus: __,
      redriveStatusReason: ___,
      ...rest
    } = describeExecution(await service.startSyncExecution(request));
    return { ...rest, billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 } };
  }),
  StopExecution: action(
    z.object({ executionArn: text, error: text.optional(), cause: text.optional() }),
    (service, { executionArn, error, cause }) => {
      const { stopMillis } = service.stopExecution(executionArn, error, cause);
      return { stopDate: (stopMillis ?? 0) / 1000 };
    },
  ),
  DescribeExecution: action(data.extend({ executionArn: text }), (service, { executionArn, includedData }) =>
    describeExecution(service.execution(executionArn), includedData !== 'METADATA_ONLY'),
  ),
  GetExecutionHistory: action(
    page.extend({
      executionArn: text,
      reverseOrder: z.boolean().optional(),
      includeExecutionData: z.boolean().optional(),
    }),
    (service, request) => {
      const all = service.history(request.executionArn, request.includeExecutionData ?? true);
      const { items, nextToken } = paged(request.reverseOrder === true ? all.reverse() : all, request, 100);
      return { events: items, nextToken };
    },
  ),
  ListExecutions: action(
    page.extend({
      stateMachineArn: text.optional(),
      mapRunArn: text.optional(),
      statusFilter: text.optional(),
    }),
    (service, request) => {
      const { stateMachineArn, mapRunArn, statusFilter } = request;
      if (stateMachineArn !== undefined) service.stateMachine(stateMachineArn);
      else if (mapRunArn === undefined) throw validation('a stateMachineArn or a mapRunArn is required');
      else if (!service.mapRuns.has(mapRunArn)) throw noSuchResource(mapRunArn);
      const found = [...service.executions.values()].filter(
        (execution) =>
          (stateMachineArn === undefined || execution.stateMachineArn === stateMachineArn) &&
          (mapRunArn === undefined || execution.mapRunArn === mapRunArn) &&
          (statusFilter === undefined || execution.status === statusFilter),
      );
      const { items, nextToken } = paged(found.reverse(), request, 100);
      return { executions: items.map(listedExecution), nextToken };
    },
  ),
  ListMapRuns: action(page.extend({ executionArn: text }), (service, request) => {
    const { executionArn, stateMachineArn } = service.execution(request.executionArn);
    const found = [...service.mapRuns.values()].filter((run) => run.executionArn === executionArn);
    const { items, nextToken } = paged(found, request, 100);
    const mapRuns = items.map((run) => {
      const { mapRunArn, startDate, stopDate } = run.describe();
      return { executionArn, mapRunArn, stateMachineArn, startDate, stopDate };
    });
    return { mapRuns, nextToken };
  }),
  DescribeMapRun: action(z.object({ mapRunArn: text }), (service, { mapRunArn }) => {
    const run = service.mapRuns.get(mapRunArn);
    if (run === undefined) throw noSuchResource(mapRunArn);
    return run.describe();
  }),
  SendTaskSuccess: action(z.object({ taskToken: text, output: text }), (service, { taskToken, output }) => {
    service.tokens.succeed(taskToken, output);
    return {};
  }),
  SendTaskFailure: action(
    z.object({ taskToken: text, error: text.optional(), cause: text.optional() }),
    (service, { taskToken, error, cause }) => {
      service.tokens.fail(taskToken, error, cause);
      return {};
    },
  ),
  SendTaskHeartbeat: action(z.object({ taskToken: text }), (service, { taskToken }) => {
    service.tokens.heartbeat(taskToken);
    return {};
  }),
  RedriveExecution: action(
    z.object({ executionArn: text, clientToken: text.min(1).max(64).optional() }),
    (service, { executionArn, clientToken }) => ({
      redriveDate: service.redriveExecution(executionArn, clientToken) / 1000,
    }),
  ),
};

/** Answers one request. API errors become status 400 with `__type` and `message`. */
export async function handleWire(
  service: StepFunctionsApi,
  target: string,
  body: string,
  _caller: Caller,
): Promise<WireAnswer> {
  try {
    const request = JSON.parse(body === '' ? '{}' : body) as JsonValue;
    const answer = await perform(
      service,
      target.slice(target.indexOf('.') + 1),
      isObject(request) ? request : {},
    );
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof InvalidDefinition || error instanceof SyntaxError))
      throw error;
    const name = error instanceof SyntaxError ? 'SerializationException' : error.name;
    return { status: 400, body: JSON.stringify({ __type: name, message: error.message }) };
  }
}

/**
 * Runs an action that a task calls as `aws-sdk:sfn:...`: with capitalized names in both directions, and dates in
 * seconds.
 */
export async function callForTask(
  service: StepFunctionsApi,
  name: string,
  parameters: JsonValue,
): Promise<JsonValue> {
  const request = recase(parameters, (key) => key.charAt(0).toLowerCase() + key.slice(1)) as JsonObject;
  for (const field of ['input', 'output']) {
    if (request[field] !== undefined && typeof request[field] !== 'string') {
      request[field] = JSON.stringify(
        (parameters as JsonObject)[field.charAt(0).toUpperCase() + field.slice(1)],
      );
    }
  }
  const answer = await perform(service, name.charAt(0).toUpperCase() + name.slice(1), request);
  const plain = JSON.parse(JSON.stringify(answer)) as JsonValue;
  return recase(plain, (key) => key.charAt(0).toUpperCase() + key.slice(1));
}

async function perform(service: StepFunctionsApi, name: string, request: JsonObject): Promise<Answer> {
  const found = ACTIONS[name];
  if (found === undefined)
    throw new ApiError('UnknownOperationException', `the action '${name}' is not supported`);
  return await found(service, request);
}

function action<S extends z.ZodType>(
  schema: S,
  carryOut: (service: StepFunctionsApi, request: z.infer<S>) => Answer | Promise<Answer>,
): Action {
  return (service, body) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw validation(z.prettifyError(parsed.error));
    return carryOut(service, parsed.data);
  };
}

function describeStateMachine(stateMachine: StateMachine): Answer {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = stateMachine;
  const configuration = { loggingConfiguration, tracingConfiguration };
  return { ...listedStateMachine(stateMachine), status: 'ACTIVE', definition, roleArn, ...configuration };
}

function listedStateMachine({ stateMachineArn, name, type, creationMillis }: StateMachine): Answer {
  return { stateMachineArn, name, type, creationDate: creationMillis / 1000 };
}

/** Returns a page, and as the token the position where the next one starts. */
function paged<T>(all: T[], { maxResults, nextToken }: z.infer<typeof page>, fallback: number) {
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(from)) throw new ApiError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const to = from + (maxResults || fallback);
  const more = to < all.length ? Buffer.from(String(to)).toString('base64url') : undefined;
  return { items: all.slice(from, to), nextToken: more };
}

function recase(value: JsonValue, change: (key: string) => string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => recase(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), recase(item, change)]));
}
