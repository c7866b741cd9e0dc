/** The metadata that optimized integrations add to a response. */
import type { JsonObject } from '../../../model/json.ts';
import type { Engine } from '../engine.ts';
import { uuid } from '../jsonata-functions.ts';

export function withMetadata(
  engine: Engine,
  answer: JsonObject,
  requestId = uuid(engine.random),
): JsonObject {
  const headers = { 'x-amzn-RequestId': requestId, Date: new Date(engine.clock.now()).toUTCString() };
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    ...answer,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
