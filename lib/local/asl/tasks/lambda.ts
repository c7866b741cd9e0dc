/**
 * Lambda by its own ARN, unwrapped, and by `lambda:invoke`, wrapped: "Invoke Lambda with Step Functions" (Developer
 * Guide).
 */
import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { LambdaAnswer, LambdaCall } from '../../step-functions/types.ts';
import { StateFailure } from '../errors.ts';
import { type Attempt, callerOf } from './attempt.ts';
import { withMetadata } from './metadata.ts';

export async function invokeLambda(attempt: Attempt): Promise<JsonValue> {
  const { visit, parameters } = attempt;
  const { engine } = visit.strand.run;
  const { resource } = visit.state;
  if (resource.direct) {
    const call = { ...callerOf(attempt), functionArn: resource.arn, payload: JSON.stringify(parameters) };
    return payloadOf(await engine.integrations.invokeLambda(call)) ?? null;
  }
  const answer = await engine.integrations.invokeLambda(lambdaCall(attempt));
  const result: JsonObject = {
    ExecutedVersion: answer.executedVersion ?? '$LATEST',
    Payload: payloadOf(answer) ?? {},
  };
  const { SdkHttpMetadata, SdkResponseMetadata } = withMetadata(engine, {}, answer.requestId);
  return { ...result, SdkHttpMetadata, SdkResponseMetadata, StatusCode: answer.statusCode } as JsonObject;
}

function lambdaCall(attempt: Attempt): LambdaCall {
  const parameters = isObject(attempt.parameters) ? attempt.parameters : {};
  const { FunctionName, Payload, InvocationType, ClientContext, Qualifier } = parameters;
  const call: LambdaCall = {
    ...callerOf(attempt),
    functionArn: String(FunctionName),
    payload: Payload === undefined ? undefined : JSON.stringify(Payload),
  };
  if (InvocationType !== undefined)
    call.invocationType = InvocationType as NonNullable<LambdaCall['invocationType']>;
  if (typeof ClientContext === 'string') call.clientContext = ClientContext;
  if (typeof Qualifier === 'string') call.qualifier = Qualifier;
  return call;
}

/** @throws StateFailure with the handler's error type if the function failed */
function payloadOf(answer: LambdaAnswer): JsonValue | undefined {
  const payload = parse(answer.payload);
  if (answer.functionError === undefined) return payload;
  const errorType = isObject(payload ?? null) ? (payload as JsonObject).errorType : undefined;
  if (typeof errorType === 'string' && errorType !== '') throw new StateFailure(errorType, answer.payload);
  const lead = 'The cause could not be determined because Lambda did not return an error type.';
  throw new StateFailure('Lambda.Unknown', `${lead} Returned payload: ${answer.payload}`);
}

function parse(text: string): JsonValue | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new StateFailure('Lambda.Unknown', `The payload returned by Lambda is not JSON: ${text}`);
  }
}
