/** Lambda's REST API, function URLs, and STS, as gateway handlers. */
import { isObject, type JsonObject } from '../../model/json.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { S3Service } from '../storage/s3.ts';
import { escapeXml } from './answers.ts';
import type { RestCall, RestHandler } from './gateway.ts';
import { readAuthorization } from './signature.ts';
import { type HttpAnswer, ServiceError } from './wire.ts';

const json = { 'content-type': 'application/json' };

export function s3Handler(s3: S3Service): RestHandler {
  return async ({ request, demand }) => {
    demand(s3.permissions(request));
    return s3.handle(request);
  };
}

/** Source: Lambda API Reference, "Invoke". */
export function lambdaHandler(lambda: LambdaService): RestHandler {
  return async (call) => {
    const { request } = call;
    const [, , functions, name = '', operation = ''] = request.path.split('/');
    if (functions !== 'functions')
      throw new ServiceError('UnknownOperationException', `no ${request.path}`, { statusCode: 404 });
    const qualifier = request.query.get('Qualifier');
    const FunctionName = `${decodeURIComponent(name)}${qualifier === null ? '' : `:${qualifier}`}`;
    if (request.method === 'GET') {
      const read = operation === 'configuration' ? 'GetFunctionConfiguration' : 'GetFunction';
      call.demand(lambda.permissions(read, { FunctionName }));
      return { status: 200, headers: json, body: JSON.stringify(await lambda.call(read, { FunctionName })) };
    }
    call.demand(lambda.permissions('Invoke', { FunctionName }));
    const input: JsonObject = {
      FunctionName,
      InvocationType: request.headers['x-amz-invocation-type'] ?? 'RequestResponse',
      Payload: request.body.toString('utf8'),
    };
    const answer = await lambda.call('Invoke', input);
    const headers: Record<string, string> = { ...json, 'x-amz-executed-version': '$LATEST' };
    if (answer.FunctionError) headers['x-amz-function-error'] = String(answer.FunctionError);
    return { status: Number(answer.StatusCode), headers, body: String(answer.Payload ?? '') };
  };
}

export interface FunctionUrl {
  id: string;
  functionArn: string;
}

/**
 * Function URLs with IAM authentication, payload format 2.0.
 * Source: Lambda Developer Guide, "Invoking Lambda function URLs" and "Control access to Lambda function URLs" (since
 * October 2025 both lambda:InvokeFunctionUrl and lambda:InvokeFunction are needed).
 */
export function functionUrlHandler(
  lambda: LambdaService,
  urls: FunctionUrl[],
  now: () => number,
): RestHandler {
  return async (call) => {
    const id = call.request.path.split('/')[2] ?? '';
    const url = urls.find((one) => one.id === id);
    if (url === undefined)
      throw new ServiceError('ResourceNotFoundException', `no function URL ${id}`, { statusCode: 404 });
    const resource = url.functionArn;
    if (readAuthorization(call.request)?.service !== 'lambda')
      throw new ServiceError(
        'InvalidSignatureException',
        "Credential should be scoped to correct service: 'lambda'.",
        {
          statusCode: 403,
        },
      );
    call.demand([
      { action: 'lambda:InvokeFunctionUrl', resource, context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      { action: 'lambda:InvokeFunction', resource, context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    ]);
    const result = await lambda.invoke(resource, JSON.stringify(urlEvent(call, id, now())), call.requestId);
    const answer: HttpAnswer = result.functionError
      ? { status: 502, headers: json, body: 'Internal Server Error' }
      : urlAnswer(JSON.parse(result.payload));
    lambda.answered(resource, answer.status);
    return answer;
  };
}

function urlEvent({ request, caller, requestId }: RestCall, id: string, nowMillis: number): JsonObject {
  const rawPath = `/${request.path.split('/').slice(3).join('/')}`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: request.query.toString(),
    headers: request.headers,
    ...(request.query.size > 0 ? { queryStringParameters: Object.fromEntries(request.query) } : {}),
    requestContext: {
      accountId: caller.account,
      apiId: id,
      authentication: null,
      authorizer: {
        iam: {
          accessKey: /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '',
          accountId: caller.account,
          callerId: caller.userId,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: caller.arn,
          userId: caller.userId,
        },
      },
      domainName: `${id}.lambda-url.local`,
      domainPrefix: id,
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(nowMillis).toUTCString(),
      timeEpoch: nowMillis,
    },
    body: request.body.toString('utf8'),
    isBase64Encoded: false,
  };
}

function urlAnswer(result: unknown): HttpAnswer {
  if (!isObject(result) || result.statusCode === undefined) {
    return { status: 200, headers: json, body: typeof result === 'string' ? result : JSON.stringify(result) };
  }
  const headers = isObject(result.headers) ? (result.headers as Record<string, string>) : json;
  const body = String(result.body ?? '');
  return {
    status: Number(result.statusCode),
    headers,
    body: result.isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

/** STS speaks AWS Query. GetCallerIdentity needs no permission. */
export const stsHandler: RestHandler = async ({ request, caller, requestId }) => {
  const operation = new URLSearchParams(request.body.toString('utf8')).get('Action');
  if (operation !== 'GetCallerIdentity') {
    throw new ServiceError('InvalidAction', `The local STS does not know ${operation}.`);
  }
  const body =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(caller.userId)}</UserId><Account>${caller.account}</Account>` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
};
