/** Answers and failures in the forms of the AWS protocols. */
import type { JsonObject } from '../../model/json.ts';
import type { HttpAnswer, HttpRequest, ServiceError } from './wire.ts';

function contentType(request: HttpRequest): string {
  return request.headers['content-type'] ?? 'application/x-amz-json-1.0';
}

export function jsonAnswer(request: HttpRequest, output: JsonObject): HttpAnswer {
  return { status: 200, headers: { 'content-type': contentType(request) }, body: JSON.stringify(output) };
}

/** `__type` is for AWS JSON, the header for REST; clients read whichever fits their protocol. */
export function jsonFailure(request: HttpRequest, error: ServiceError): HttpAnswer {
  return {
    status: error.statusCode,
    headers: { 'content-type': contentType(request), 'x-amzn-errortype': error.name },
    body: JSON.stringify({ __type: error.name, message: error.message, ...error.fields }),
  };
}

/** S3's form. */
export function xmlFailure(error: ServiceError, requestId: string): HttpAnswer {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
  return { status: error.statusCode, headers: { 'content-type': 'application/xml' }, body };
}

/** Text as it may stand between XML tags and in attributes. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
