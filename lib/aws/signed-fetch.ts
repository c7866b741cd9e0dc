import { AwsClient } from 'aws4fetch';
import { BatonError } from '../model/errors.ts';

/** An AWS service returned an error. `code` is the service's own error code. */
export class ServiceError extends BatonError {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode: number) {
    super(`${code}: ${message}`);
    this.code = code;
    this.statusCode = statusCode;
  }
}

export interface SignedFetchConfig {
  region: string;
  /** The endpoint of a local cloud. Absent: AWS's own endpoints. */
  endpoint?: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** How often a call that failed is repeated. 0 for calls that must not be made twice. */
  retries?: number | undefined;
}

export interface SignedRequest {
  service: 's3' | 'ssm' | 'secretsmanager' | 'monitoring' | 'iam' | 'kms' | 'ec2' | 'lambda' | 'route53';
  method: string;
  /** The path after the host, with the query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Signed calls to services of which a function uses one or two operations. The SDK's clients for S3 and Systems Manager
 * alone would add 220 KB to every bundle (docs/decisions/0004-light-clients.md).
 */
export class SignedFetch {
  readonly #client: AwsClient;
  readonly #endpoint: string | undefined;
  readonly #region: string;
  readonly #retries: number;

  constructor({ endpoint, retries = 4, ...config }: SignedFetchConfig) {
    this.#client = new AwsClient({ ...config, retries, initRetryMs: 50 });
    this.#retries = retries;
    this.#endpoint = endpoint;
    this.#region = config.region;
  }

  /** Returns the text of the response. @throws ServiceError for any unsuccessful response */
  async text(request: SignedRequest): Promise<string> {
    const { url, init } = this.#prepared(request);
    const send = () => this.#client.fetch(url, init);
    // A kept connection may have been closed. The SDKs send again then, as do all calls that may be repeated.
    const answer = await send().catch((error: unknown) => {
      if (error instanceof TypeError && this.#retries > 0) return send();
      throw error;
    });
    const text = await answer.text();
    if (answer.ok) return text;
    throw new ServiceError(codeOf(answer, text), messageOf(text), answer.status);
  }

  /**
   * Sends one request once, to the endpoint alone, and returns the response before its body is read, so that the caller limits time
   * and size. A redirect is a response like any other.
   */
  async once(request: SignedRequest, signal: AbortSignal): Promise<Response> {
    const { url, init } = this.#prepared(request);
    return fetch(await this.#client.sign(url, init), { signal, redirect: 'manual' });
  }

  #prepared({ service, method, path, headers, body }: SignedRequest) {
    const { host, region } = hostOf(service, this.#region);
    const base = this.#endpoint ?? `https://${host}`;
    const aws = { service, region, ...(service === 's3' && { singleEncode: true }) };
    return { url: `${base.replace(/\/$/, '')}${path}`, init: { method, headers, body, aws } };
  }

  /** Calls one operation of a service with the AWS JSON 1.1 protocol. @throws ServiceError */
  async json<T>(service: keyof typeof protocols, target: string, input: object): Promise<T> {
    const text = await this.text({
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': protocols[service], 'x-amz-target': target },
      body: JSON.stringify(input),
    });
    return JSON.parse(text) as T;
  }
}

type GlobalHost = [regions: string, host: string, region: string];

/**
 * IAM and Route 53 have one endpoint for each partition: "AWS Identity and Access Management endpoints and quotas" and
 * "Amazon Route 53 endpoints and quotas", AWS General Reference.
 */
const globalHosts: Partial<Record<SignedRequest['service'], GlobalHost[]>> = {
  iam: [
    ['cn-', 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['us-gov-', 'iam.us-gov.amazonaws.com', 'us-gov-west-1'],
    ['', 'iam.amazonaws.com', 'us-east-1'],
  ],
  route53: [
    ['cn-', 'route53.amazonaws.com.cn', 'cn-northwest-1'],
    ['us-gov-', 'route53.us-gov.amazonaws.com', 'us-gov-west-1'],
    ['', 'route53.amazonaws.com', 'us-east-1'],
  ],
};

/** Returns the host of a service, and the region that its requests are signed for. */
function hostOf(service: SignedRequest['service'], region: string): { host: string; region: string } {
  const [, global, home] = globalHosts[service]?.find(([regions]) => region.startsWith(regions)) ?? [];
  if (global !== undefined && home !== undefined) return { host: global, region: home };
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { host: `${service}.${region}.${domain}`, region };
}

/** CloudWatch uses version 1.0 of the protocol. */
const protocols = {
  ssm: 'application/x-amz-json-1.1',
  secretsmanager: 'application/x-amz-json-1.1',
  kms: 'application/x-amz-json-1.1',
  monitoring: 'application/x-amz-json-1.0',
};

/**
 * S3 and Route 53 respond in XML, the others in JSON with the full name of the error shape or a header. Route 53 may answer
 * a refused batch with an element of this name ("Errors", ChangeResourceRecordSets, Amazon Route 53 API Reference).
 */
function codeOf(answer: Response, text: string): string {
  const named = answer.headers.get('x-amzn-errortype') ?? /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  const written = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? /<(InvalidChangeBatch)\b/.exec(text)?.[1];
  const code = named ?? written ?? `Http${answer.status}`;
  return code.replace(/^.*#/, '').replace(/:.*$/, '');
}

function messageOf(text: string): string {
  return (
    /"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ??
    /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ??
    text
  );
}
