/** Responses and errors in the formats of the AWS protocols. */
import type { JsonObject } from '../../model/json.ts';
import type { HttpAnswer, HttpRequest, ServiceError } from './wire.ts';

function contentType(request: HttpRequest): string {
  return request.headers['content-type'] ?? 'application/x-amz-json-1.0';
}

export function jsonAnswer(request: HttpRequest, output: JsonObject): HttpAnswer {
  return { status: 200, headers: { 'content-type': contentType(request) }, body: JSON.stringify(output) };
}

/**
 * The codes that errors of CloudWatch had in the Query protocol, where they differ from their names. Clients of newer
 * protocols ask for them (trait `awsQueryError`, Smithy 2.0 specification).
 */
const queryCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
};

export function queryErrorCode({ name }: ServiceError): string {
  return queryCodes[name] ?? name;
}

/** `__type` is for AWS JSON and the header for REST. Clients read the one that their protocol uses. */
export function jsonFailure(request: HttpRequest, error: ServiceError): HttpAnswer {
  const asked = request.headers['x-amzn-query-mode'] === 'true' && Object.hasOwn(queryCodes, error.name);
  return {
    status: error.statusCode,
    headers: {
      'content-type': contentType(request),
      'x-amzn-errortype': error.name,
      ...(asked && { 'x-amzn-query-error': `${queryErrorCode(error)};Sender` }),
    },
    body: JSON.stringify({ __type: error.name, message: error.message, ...error.fields }),
  };
}

/** The format of S3. */
export function xmlFailure(error: ServiceError, requestId: string): HttpAnswer {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
  return { status: error.statusCode, headers: { 'content-type': 'application/xml' }, body };
}

/** Escapes text for use in XML elements and attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
