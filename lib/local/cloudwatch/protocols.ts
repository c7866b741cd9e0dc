/**
 * CloudWatch's other protocols: Query, which older clients speak, and Smithy RPC v2 CBOR, which botocore prefers. AWS
 * JSON, which the SDK for JavaScript speaks, is the gateway's own.
 * Source: Smithy 2.0 specification, "AWS Query protocol" and "Smithy RPC v2 CBOR protocol".
 */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { escapeXml, queryErrorCode } from '../gateway/answers.ts';
import type { RestCall, RestHandler } from '../gateway/gateway.ts';
import { type HttpAnswer, type Service, ServiceError } from '../gateway/wire.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';

const namespace = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
const isTime = (member: string) => /Timestamps?$/.test(member);

export function cloudWatchHandler(service: Service): RestHandler {
  return async (call) => {
    const cbor = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(call.request.path)?.[1];
    const run = async (operation: string, input: JsonObject) => {
      call.demand(service.permissions(operation, input));
      const { caller, requestId, region } = call;
      return service.call(operation, input, { caller, requestId, region });
    };
    try {
      if (cbor !== undefined) return cborAnswer(200, await run(cbor, cborInput(call)));
      const input = queryInput(call.request.body.toString('utf8'));
      const operation = String(input.Action ?? '');
      return xmlAnswer(operation, await run(operation, input), call.requestId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return cbor === undefined ? xmlError(error, call.requestId) : cborError(error);
    }
  };
}

function cborInput({ request }: RestCall): JsonObject {
  if (request.body.length === 0) return {};
  try {
    return decodeCbor(request.body) as JsonObject;
  } catch (error) {
    throw new ServiceError('SerializationException', `The body is not CBOR: ${error}`);
  }
}

function cborAnswer(status: number, body: JsonObject, headers: Record<string, string> = {}): HttpAnswer {
  const own = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  return { status, headers: { ...own, ...headers }, body: encodeCbor(body, isTime) };
}

function cborError(error: ServiceError): HttpAnswer {
  const body = { __type: `com.amazonaws.cloudwatch#${error.name}`, message: error.message };
  return cborAnswer(error.statusCode, body, { 'x-amzn-query-error': `${queryErrorCode(error)};Sender` });
}

const booleans = new Set(['ActionsEnabled', 'ReturnData']);

/** `MetricData.member.1.Value=5` is the value of the first object of a list. Numbers stay text. */
function queryInput(body: string): JsonObject {
  const root: JsonObject = {};
  for (const [path, text] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let place: JsonObject = root;
    for (const name of names) {
      const inner = Object.hasOwn(place, name) ? place[name] : undefined;
      const next = (inner ?? Object.create(null)) as JsonObject;
      place[name] = next;
      place = next;
    }
    place[last] = booleans.has(last) ? text === 'true' : text;
  }
  return withLists(root) as JsonObject;
}

function withLists(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (typeof value.member === 'object' && value.member !== null) {
    const items = Object.entries(value.member).sort(([a], [b]) => Number(a) - Number(b));
    return items.map(([, item]) => withLists(item));
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withLists(inner)]));
}

function xmlOf(value: JsonValue, member: string): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${xmlOf(one, member)}</member>`).join('');
  if (typeof value === 'number') return isTime(member) ? new Date(value * 1000).toISOString() : String(value);
  if (typeof value !== 'object' || value === null) return escapeXml(String(value ?? ''));
  // Maps, such as extended statistics, are entries.
  if (member === 'ExtendedStatistics')
    return Object.entries(value)
      .map(([key, one]) => `<entry><key>${escapeXml(key)}</key><value>${one}</value></entry>`)
      .join('');
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${xmlOf(inner, name)}</${name}>`)
    .join('');
}

function xmlAnswer(operation: string, output: JsonObject, requestId: string): HttpAnswer {
  const body =
    `<${operation}Response xmlns="${namespace}"><${operation}Result>${xmlOf(output, '')}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function xmlError(error: ServiceError, requestId: string): HttpAnswer {
  const body =
    `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${queryErrorCode(error)}</Code>` +
    `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.statusCode, headers: { 'content-type': 'text/xml' }, body };
}
