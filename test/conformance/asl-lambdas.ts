/** The functions of the recorded cases, by their described behavior. */
import { randomUUID } from 'node:crypto';
import type { LambdaAnswer, LambdaCall, TaskIntegrations } from '../../lib/local/step-functions/types.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

type Functions = { [name: string]: { behaviour: JsonObject } };

const BEHAVIOURS: Record<string, (behaviour: JsonObject, payload: string) => Partial<LambdaAnswer>> = {
  identity: (_, payload) => ({ payload }),
  raise: ({ errorType, errorMessage }) => ({
    functionError: 'Unhandled',
    payload: JSON.stringify({ errorMessage, errorType, requestId: randomUUID(), stackTrace: [] }),
  }),
  'const-bytes': ({ value }) => ({ payload: String(value) }),
};

/** Every function returns its value, in addition to its described behavior. */
const returnValue = ({ value }: JsonObject) => ({ payload: JSON.stringify(value ?? null) });

/** Returns integrations with only these functions. */
export function trivialLambdas(functions: Functions): TaskIntegrations {
  return {
    async invokeLambda(call) {
      const { behaviour } = find(functions, call);
      const respond = BEHAVIOURS[String(behaviour.kind)] ?? returnValue;
      return { statusCode: 200, payload: 'null', ...respond(behaviour, call.payload ?? '{}') };
    },
    async callService({ service, action }): Promise<JsonValue> {
      throw new Error(`no service ${service}:${action} here`);
    },
  };
}

function find(functions: Functions, { functionArn }: LambdaCall) {
  const name = functionArn.split(':')[6] ?? functionArn;
  const found = functions[name];
  if (found !== undefined) return found;
  const arn = functionArn.startsWith('arn:')
    ? functionArn
    : `arn:aws:lambda:us-east-1:111111111111:function:${name}`;
  throw Object.assign(new Error(`Function not found: ${arn}`), {
    name: 'ResourceNotFoundException',
    statusCode: 404,
  });
}
