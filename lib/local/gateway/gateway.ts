/**
 * The HTTP server of the local cloud. It authenticates each request by its signature, asks IAM, and passes the request
 * to its service in the right protocol.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../clock.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { Identity, KeyRing } from '../iam/identity.ts';
import type { Random } from '../random.ts';
import { jsonAnswer, jsonFailure, xmlFailure } from './answers.ts';
import { readAuthorization, verifySignature } from './signature.ts';
import { type HttpAnswer, type HttpRequest, type Permission, type Service, ServiceError } from './wire.ts';

export interface RestCall {
  request: HttpRequest;
  caller: Identity;
  requestId: string;
  /** The region that the request was signed for. */
  region: string;
  /** Throws AccessDenied unless the caller has the permissions. */
  demand(permissions: Permission[]): void;
}
export type RestHandler = (call: RestCall) => Promise<HttpAnswer>;

export interface GatewayOptions {
  clock: Clock;
  random: Random;
  keyRing: KeyRing;
  authorizer: Authorizer;
  /** Services that speak AWS JSON, by the prefix of `X-Amz-Target`. */
  json: Record<string, Service>;
  /** Services that speak REST, by the service name in the signature's scope. */
  rest: Record<string, RestHandler>;
  /** Handlers by the first path segment. They receive requests for any service name. */
  paths: Record<string, RestHandler>;
  /** Handlers like `paths`, during which time doesn't stand still. */
  timelessPaths?: Record<string, RestHandler>;
  /** Called with internal errors of the local cloud. */
  onInternalError(error: unknown): void;
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export class Gateway {
  private readonly options: GatewayOptions;
  private readonly server: Server;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.server = createServer((message, response) => void this.serve(message, response));
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens on loopback only. Port 0 uses any free port. Returns the endpoint. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  /** Answers one request, as the server does but without sockets. */
  async handle(request: HttpRequest): Promise<HttpAnswer> {
    const requestId = this.options.random.uuid();
    const answer = await this.dispatch(request, requestId).catch((error: unknown) =>
      this.failure(request, error, requestId),
    );
    return {
      ...answer,
      headers: { ...answer.headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
    };
  }

  private async dispatch(signed: HttpRequest, requestId: string): Promise<HttpAnswer> {
    const { caller, service, region } = this.authenticate(signed);
    const request = service === 's3' ? signed : unzipped(signed);
    const demand = (permissions: Permission[]) => this.options.authorizer.demand(caller, permissions, region);
    const { paths, rest: services } = this.options;
    const rest = this.timelessHandler(request) ?? paths[firstSegment(request)] ?? services[service];
    const target = request.headers['x-amz-target'];
    if (target === undefined && rest !== undefined)
      return rest({ request, caller, requestId, region, demand });
    const [prefix = '', operation = ''] = (target ?? '').split('.');
    const handler = this.options.json[prefix];
    if (handler === undefined) {
      throw new ServiceError(
        'UnknownOperationException',
        `The local cloud has no service for ${target ?? service}.`,
      );
    }
    const input = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
    demand(handler.permissions(operation, input));
    const output = await handler.call(operation, input, { caller, requestId, region });
    return jsonAnswer(request, output);
  }

  private timelessHandler(request: HttpRequest): RestHandler | undefined {
    return this.options.timelessPaths?.[firstSegment(request)];
  }

  private authenticate(request: HttpRequest): { caller: Identity; service: string; region: string } {
    const authorization = readAuthorization(request);
    if (authorization === undefined) {
      throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', {
        statusCode: 403,
      });
    }
    const known = this.options.keyRing.find(authorization.accessKeyId);
    if (known === undefined) {
      const code = authorization.service === 's3' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException';
      throw new ServiceError(code, 'The security token included in the request is invalid.', {
        statusCode: 403,
      });
    }
    verifySignature(request, authorization, known.secretAccessKey);
    const { service, region } = authorization;
    return { caller: known.identity(), service, region };
  }

  private failure(request: HttpRequest, error: unknown, requestId: string): HttpAnswer {
    if (!(error instanceof ServiceError)) {
      this.options.onInternalError(error);
      const message = `The local cloud failed: ${error instanceof Error ? error.message : error}`;
      return this.failure(
        request,
        new ServiceError('InternalFailure', message, { statusCode: 500 }),
        requestId,
      );
    }
    const s3 = (request.headers.authorization ?? '').includes('/s3/aws4_request');
    return s3 ? xmlFailure(error, requestId) : jsonFailure(request, error);
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const foreign = foreignness(message);
      if (foreign !== undefined) {
        response.writeHead(403, { 'content-type': 'text/plain' }).end(`${foreign}\n`);
        message.resume();
        return;
      }
      const request = await readRequest(message);
      const { clock } = this.options;
      const timeless = this.timelessHandler(request) !== undefined;
      const answer = await (timeless ? this.handle(request) : clock.busy(() => this.handle(request)));
      // Clients read the server's time from this header, as they do on AWS.
      const date = new Date(clock.now()).toUTCString();
      response.writeHead(answer.status, { ...answer.headers, date });
      response.end(request.method === 'HEAD' ? undefined : answer.body);
    } catch (error) {
      this.options.onInternalError(error);
      response.destroy();
    }
  }
}

/** Clients compress large requests of some operations, such as PutMetricData, before they sign them. */
function unzipped(request: HttpRequest): HttpRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: BODY_BYTES_MAX }) };
  } catch {
    throw new ServiceError(
      'SerializationException',
      'The body is not compressed by gzip as its header says.',
    );
  }
}

function firstSegment({ path }: HttpRequest): string {
  return path.split('/')[1] ?? '';
}

/** Names of this machine, and names below localhost (RFC 6761) that S3 clients use to address buckets. */
const ownHost = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)(?::\d+)?$/i;

/**
 * Returns why a request isn't meant for the local cloud: a page in a browser can reach loopback through its own host
 * name (DNS rebinding) or across origins. AWS tools do neither.
 */
function foreignness({ headers }: IncomingMessage): string | undefined {
  if (!ownHost.test(headers.host ?? ''))
    return `The local cloud answers to 127.0.0.1 and localhost, not to the host ${JSON.stringify(headers.host ?? '')}.`;
  if (headers.origin !== undefined) return 'The local cloud does not answer to pages in a browser.';
  return undefined;
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(',')]);
  return {
    method: message.method ?? 'GET',
    path,
    // A plus stays a plus: AWS clients encode a space as %20.
    query: new URLSearchParams(search.replaceAll('+', '%2B')),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks),
  };
}
