/**
 * Verification of AWS Signature Version 4.
 * Source: IAM User Guide, "Create a signed AWS API request". The age of a request isn't checked: callers sign with the
 * real time, and the world has simulated time.
 */
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../iam/identity.ts';
import { type HttpRequest, ServiceError } from './wire.ts';

export interface SignedWith {
  accessKeyId: string;
  region: string;
  /** The service in the credential scope: `dynamodb`, `states`, `s3`, ... */
  service: string;
}

interface Authorization extends SignedWith {
  date: string;
  signedHeaders: string[];
  signature: string;
}

/** Cached as key objects: converting key bytes for each signature costs more than signing. */
const signingKeys = new Map<string, KeyObject>();

/** Returns the signer's data, or undefined for an unsigned request. */
export function readAuthorization(request: HttpRequest): Authorization | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const match =
    /^AWS4-HMAC-SHA256\s+Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header.trim(),
    );
  if (match === null) {
    throw new ServiceError('IncompleteSignatureException', `Authorization header is not SigV4: ${header}`, {
      statusCode: 403,
    });
  }
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** Throws SignatureDoesNotMatch unless the request was signed with this secret. */
export function verifySignature(request: HttpRequest, authorization: Authorization, secretAccessKey: string) {
  const expected = signatureOf(request, authorization, secretAccessKey);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(authorization.signature))) {
    const message =
      'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method.';
    const code = authorization.service === 's3' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException';
    throw new ServiceError(code, message, { statusCode: 403 });
  }
}

function signatureOf(request: HttpRequest, authorization: Authorization, secret: string): string {
  const { date, region, service, signedHeaders } = authorization;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const canonical = [
    request.method,
    canonicalPath(request.path, service),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash(request),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, hash(canonical)].join('\n');
  return createHmac('sha256', signingKey(secret, date, region, service))
    .update(toSign)
    .digest('hex');
}

/** A hash in the header must match the body. S3 lets a client leave the body unsigned. */
function payloadHash(request: HttpRequest): string {
  const given = request.headers['x-amz-content-sha256'];
  if (given !== undefined && !/^[0-9a-f]{64}$/.test(given)) return given;
  const actual = hash(request.body);
  if (given !== undefined && given !== actual) {
    throw new ServiceError(
      'XAmzContentSHA256Mismatch',
      'The provided x-amz-content-sha256 header does not match what was computed.',
    );
  }
  return actual;
}

/** S3 signs the path as sent. All other services encode it once more. */
function canonicalPath(path: string, service: string): string {
  return service === 's3' ? path : path.split('/').map(encode).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...query]
    .map(([key, value]) => ({ key: encode(key), value: encode(value) }))
    .sort((a, b) => compare(a.key, b.key) || compare(a.value, b.value))
    .map(({ key, value }) => `${key}=${value}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signingKey(secret: string, date: string, region: string, service: string): KeyObject {
  const id = `${secret}/${date}/${region}/${service}`;
  let key = signingKeys.get(id);
  if (key === undefined) {
    const bytes = [date, region, service, 'aws4_request'].reduce<Buffer>(
      (previous, part) => createHmac('sha256', previous).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    key = createSecretKey(bytes);
    if (signingKeys.size > 1000) signingKeys.clear();
    signingKeys.set(id, key);
  }
  return key;
}

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Returns the headers of a signed request, for tests and tools without an SDK. */
export function signRequest(
  request: HttpRequest,
  scope: { region: string; service: string; credentials: Credentials; amzDate: string },
): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': scope.amzDate };
  if (scope.credentials.sessionToken) headers['x-amz-security-token'] = scope.credentials.sessionToken;
  const authorization: Authorization = {
    accessKeyId: scope.credentials.accessKeyId,
    region: scope.region,
    service: scope.service,
    date: scope.amzDate.slice(0, 8),
    signedHeaders: Object.keys(headers)
      .map((name) => name.toLowerCase())
      .sort(),
    signature: '',
  };
  const signature = signatureOf({ ...request, headers }, authorization, scope.credentials.secretAccessKey);
  const credential = `${authorization.accessKeyId}/${authorization.date}/${scope.region}/${scope.service}/aws4_request`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${authorization.signedHeaders.join(';')}, Signature=${signature}`,
  };
}
