/** Lambda: functions by name, with synchronous and asynchronous invocation. */
import { isObject, type JsonObject } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import {
  type CallContext,
  type Permission,
  type Service,
  ServiceError,
  unknownOperation,
} from '../gateway/wire.ts';
import type { Random } from '../random.ts';
import { type InvocationResult, type LambdaFunction, PAYLOAD_BYTES_MAX } from './function.ts';

export interface AsyncSettings {
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  /** The SQS queue for events that still fail after the last retry. */
  onFailureArn?: string;
}

export interface LambdaServiceOptions {
  clock: Clock;
  random: Random;
  /** Sends to a queue. Used for failed asynchronous invocations. */
  sendToQueue(queueArn: string, body: string): Promise<void>;
  /** Called with metrics of a function, as Lambda reports them. */
  onMetrics?(name: string, unit: 'Count' | 'Milliseconds', values: Record<string, number>): void;
}

/** Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". */
const RETRY_DELAYS_MILLIS = [60_000, 120_000];
/** Source: Lambda Developer Guide, "Lambda quotas": asynchronous payload, 1 MB since October 2025. */
const ASYNC_PAYLOAD_BYTES_MAX = 1024 * 1024;

export class LambdaService implements Service {
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly asyncSettings = new Map<string, AsyncSettings>();
  private readonly options: LambdaServiceOptions;

  constructor(options: LambdaServiceOptions) {
    this.options = options;
  }

  add(lambda: LambdaFunction, asyncSettings?: AsyncSettings): void {
    this.functions.set(lambda.definition.name, lambda);
    if (asyncSettings) this.asyncSettings.set(lambda.definition.name, asyncSettings);
  }

  /**
   * Finds a function by name, ARN or partial ARN, with or without a qualifier. The only version here is $LATEST, and functions of
   * other accounts and regions are none of these.
   */
  find(nameOrArn: string): LambdaFunction {
    const { name, account, region, qualifier = '$LATEST' } = namedFunction(nameOrArn);
    const lambda = this.functions.get(name);
    const [, , , ownRegion, ownAccount] = lambda?.definition.arn.split(':') ?? [];
    const isHere = (account ?? ownAccount) === ownAccount && (region ?? ownRegion) === ownRegion;
    if (lambda !== undefined && isHere && qualifier === '$LATEST') return lambda;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, {
      statusCode: 404,
    });
  }

  all(): LambdaFunction[] {
    return [...this.functions.values()];
  }

  /** Runs the function and waits. Throws for errors before the handler is reached. */
  async invoke(
    nameOrArn: string,
    payload: string,
    requestId = this.options.random.uuid(),
  ): Promise<InvocationResult> {
    const lambda = this.find(nameOrArn);
    if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) throw tooLarge(PAYLOAD_BYTES_MAX);
    if (lambda.running >= (lambda.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      this.options.onMetrics?.(lambda.definition.name, 'Count', { Throttles: 1 });
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', {
        statusCode: 429,
        fields: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      });
    }
    return this.run(lambda, payload, requestId);
  }

  private async run(lambda: LambdaFunction, payload: string, requestId: string): Promise<InvocationResult> {
    const { clock, onMetrics } = this.options;
    const { name } = lambda.definition;
    const startMillis = clock.now();
    const result = await lambda.invoke(payload, requestId);
    const Errors = result.functionError === undefined ? 0 : 1;
    onMetrics?.(name, 'Count', { Invocations: 1, Errors, Throttles: 0 });
    onMetrics?.(name, 'Milliseconds', { Duration: clock.now() - startMillis });
    return result;
  }

  /** Reports what a function URL answered. */
  answered(nameOrArn: string, status: number): void {
    const values = {
      UrlRequestCount: 1,
      Url4xxCount: status >= 400 && status < 500 ? 1 : 0,
      Url5xxCount: status >= 500 ? 1 : 0,
    };
    this.options.onMetrics?.(functionName(nameOrArn), 'Count', values);
  }

  /** Accepts an event, runs it soon, and retries after one and two more minutes if it fails. */
  enqueue(nameOrArn: string, payload: string): void {
    const lambda = this.find(nameOrArn);
    if (Buffer.byteLength(payload) > ASYNC_PAYLOAD_BYTES_MAX) throw tooLarge(ASYNC_PAYLOAD_BYTES_MAX);
    const acceptedMillis = this.options.clock.now();
    this.schedule(acceptedMillis, () => this.attempt(lambda, payload, 0, acceptedMillis));
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'GetFunction' || operation === 'GetFunctionConfiguration') {
      const { name, arn, roleArn, handler, timeoutSeconds, memoryMegabytes } = this.find(
        String(input.FunctionName),
      ).definition;
      const configuration = {
        FunctionName: name,
        FunctionArn: arn,
        Role: roleArn,
        Handler: handler,
        Timeout: timeoutSeconds,
        MemorySize: memoryMegabytes,
        State: 'Active',
      };
      return operation === 'GetFunction' ? { Configuration: configuration } : configuration;
    }
    if (operation !== 'Invoke') throw unknownOperation('lambda', operation);
    const name = String(input.FunctionName);
    const payload = payloadText(input.Payload);
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
    if (input.InvocationType === 'Event') {
      this.enqueue(name, payload);
      return { StatusCode: 202 };
    }
    const result = await this.invoke(name, payload);
    const answer: JsonObject = { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: result.payload };
    if (result.functionError) answer.FunctionError = result.functionError;
    return answer;
  }

  permissions(operation: string, input: JsonObject, _context?: CallContext): Permission[] {
    const named = String(input.FunctionName);
    const { arn, tags = {} } = this.find(named).definition;
    // Permission for an ARN without a qualifier is none for one with it, and the other way round ("Versioning, aliases, and
    // resource policies", Lambda Developer Guide).
    const { qualifier } = namedFunction(named);
    const context = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    );
    return [
      {
        action: operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`,
        resource: qualifier === undefined ? arn : `${arn}:${qualifier}`,
        context,
      },
    ];
  }

  private async attempt(
    lambda: LambdaFunction,
    payload: string,
    retries: number,
    acceptedMillis: number,
  ): Promise<void> {
    const result = await this.run(lambda, payload, this.options.random.uuid());
    if (result.functionError === undefined) return;
    const settings = this.asyncSettings.get(lambda.definition.name);
    const delay = RETRY_DELAYS_MILLIS[retries] ?? 0;
    const nextMillis = this.options.clock.now() + delay;
    const tooOld = nextMillis > acceptedMillis + (settings?.maximumEventAgeSeconds ?? 21_600) * 1000;
    if (retries < (settings?.maximumRetryAttempts ?? 2) && !tooOld) {
      return this.schedule(nextMillis, () => this.attempt(lambda, payload, retries + 1, acceptedMillis));
    }
    if (settings?.onFailureArn === undefined) return;
    const condition = tooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
    await this.options.sendToQueue(
      settings.onFailureArn,
      failureRecord(lambda, payload, result, {
        condition,
        attempts: retries + 1,
        nowMillis: this.options.clock.now(),
      }),
    );
  }

  private schedule(dueMillis: number, work: () => Promise<void>): void {
    const { clock } = this.options;
    clock.setTimer(dueMillis, () => void clock.busy(work), { kind: 'execution' });
  }
}

interface NamedFunction {
  name: string;
  account?: string;
  region?: string;
  qualifier?: string;
}

/** The pattern of `FunctionName` ("Invoke", Lambda API Reference), with names for its parts. */
const namePattern =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9-_]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;

/** Returns what `NAME`, `NAME:QUALIFIER`, `arn:...:function:NAME:QUALIFIER` or `ACCOUNT:function:NAME` says. */
export function namedFunction(nameOrArn: string): NamedFunction {
  return { name: nameOrArn, ...(namePattern.exec(nameOrArn)?.groups as Partial<NamedFunction> | undefined) };
}

export const functionName = (nameOrArn: string): string => namedFunction(nameOrArn).name;

function payloadText(payload: unknown): string {
  if (payload === undefined || payload === null || payload === '') return '{}';
  return typeof payload === 'string' && !isObject(payload) ? payload : JSON.stringify(payload);
}

function tooLarge(limit: number): ServiceError {
  const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
  return new ServiceError('RequestTooLargeException', message, { statusCode: 413 });
}

/** Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations". */
function failureRecord(
  lambda: LambdaFunction,
  payload: string,
  result: InvocationResult,
  facts: { condition: string; attempts: number; nowMillis: number },
): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(facts.nowMillis).toISOString(),
    requestContext: {
      functionArn: `${lambda.definition.arn}:$LATEST`,
      condition: facts.condition,
      approximateInvokeCount: facts.attempts,
    },
    requestPayload: JSON.parse(payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: result.functionError },
    responsePayload: JSON.parse(result.payload),
  });
}
