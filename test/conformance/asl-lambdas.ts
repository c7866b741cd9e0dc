/** The functions of the recorded cases, by what each is said to do. */
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
  constant: ({ value }) => ({ payload: JSON.stringify(value ?? null) }),
  const: ({ value }) => ({ payload: JSON.stringify(value ?? null) }),
  'const-bytes': ({ value }) => ({ payload: String(value) }),
};

/** Integrations that know only these functions. */
export function trivialLambdas(functions: Functions): TaskIntegrations {
  return {
    async invokeLambda(call) {
      const behaviour = find(functions, call).behaviour;
      const respond = BEHAVIOURS[String(behaviour.kind)];
      if (respond === undefined) throw new Error(`no behaviour '${String(behaviour.kind)}'`);
      return { statusCode: 200, payload: 'null', ...respond(behaviour, call.payload ?? '{}') };
    },
    async callService({ service, action }): Promise<JsonValue> {
      throw new Error(`no service ${service}:${action} here`);
    },
  };
}

function find(functions: Functions, { functionArn }: LambdaCall) {
  const name = functionArn.split(':')[6] ?? functionArn;
  const found =
    functions[name] ?? (Object.keys(functions).length === 1 ? Object.values(functions)[0] : undefined);
  if (found !== undefined) return found;
  throw Object.assign(new Error(`Function not found: ${functionArn}`), {
    name: 'ResourceNotFoundException',
    statusCode: 404,
  });
}
