/** One function: loads its handler once, invokes it, and reports as the Lambda runtime for Node.js does. */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { LogStore } from '../messaging/logs.ts';
import type { Hosts } from '../network/hosts.ts';
import { runInSandbox, type Sandbox } from './environment-overlay.ts';
import { type Handler, handlerFile, type LambdaContext, loadHandler } from './load-handler.ts';

export interface FunctionDefinition {
  name: string;
  arn: string;
  roleArn: string;
  assetDirectory: string;
  /** Such as `plan-change.handler`. */
  handler: string;
  /** The variables of the template and those of the runtime. */
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  logGroupName: string;
  reservedConcurrency?: number;
  /** As IAM sees them in `aws:ResourceTag`. */
  tags?: Readonly<Record<string, string>>;
}

export interface InvocationResult {
  /** JSON text of the handler's result or error. */
  payload: string;
  functionError?: 'Unhandled';
}

export interface FunctionDependencies {
  clock: Clock;
  logs: LogStore;
  hosts: Hosts;
  /** Real milliseconds after which a hanging handler is abandoned, for each second of its timeout. */
  realMillisPerSecond: number;
}

/** Source: Lambda Developer Guide, "Lambda quotas": invocation payload, synchronous. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
const RESPONSE_BYTES_MAX = 6_291_556;

export class LambdaFunction {
  readonly definition: FunctionDefinition;
  private readonly dependencies: FunctionDependencies;
  private loading: Promise<Handler> | undefined;
  running = 0;

  constructor(definition: FunctionDefinition, dependencies: FunctionDependencies) {
    this.definition = definition;
    this.dependencies = dependencies;
  }

  /** Never throws: an error of the handler is a result with `functionError`. */
  async invoke(payload: string, requestId: string): Promise<InvocationResult> {
    this.running += 1;
    try {
      return await this.dependencies.clock.busy(() => this.run(payload, requestId));
    } finally {
      this.running -= 1;
    }
  }

  private async run(payload: string, requestId: string): Promise<InvocationResult> {
    const stream = `${this.definition.name}/[$LATEST]local`;
    const print = (line: string) => {
      this.dependencies.logs.append(
        this.definition.logGroupName,
        stream,
        this.dependencies.clock.now(),
        line,
      );
    };
    const { hosts } = this.dependencies;
    const sandbox = { environment: this.definition.environment, print, hosts };
    try {
      const value = await this.withTimeout(sandbox, payload, requestId, stream);
      const text = JSON.stringify(value) ?? 'null';
      if (Buffer.byteLength(text) > RESPONSE_BYTES_MAX) throw responseTooLarge();
      return { payload: text };
    } catch (error) {
      const report = errorReport(error);
      print(`${requestId}\tERROR\tInvoke Error\t${JSON.stringify(report)}`);
      return { payload: JSON.stringify(report), functionError: 'Unhandled' };
    }
  }

  /** Only the handler is in the sandbox. The clock must not carry the sandbox to work that its timers start. */
  private async withTimeout(
    sandbox: Sandbox,
    payload: string,
    requestId: string,
    logStream: string,
  ): Promise<unknown> {
    const { clock, realMillisPerSecond } = this.dependencies;
    const { timeoutSeconds } = this.definition;
    const handler = await runInSandbox(sandbox, () => this.load());
    const deadline = clock.now() + timeoutSeconds * 1000;
    const context = this.contextOf(requestId, logStream, () => Math.max(0, deadline - clock.now()));
    const limit = Promise.withResolvers<never>();
    const expire = () => limit.reject(timedOut(requestId, timeoutSeconds));
    const cancel = clock.setTimer(deadline, expire, { kind: 'execution' });
    // A handler that hangs also holds the clock, so real time ends it.
    const guard = setTimeout(expire, timeoutSeconds * realMillisPerSecond);
    try {
      const answer = runInSandbox(sandbox, async () => handler(JSON.parse(payload), context));
      return await Promise.race([answer, limit.promise]);
    } finally {
      cancel();
      clearTimeout(guard);
    }
  }

  /** A handler that fails to load is loaded again in the next call, as in a new execution environment. */
  private async load(): Promise<Handler> {
    const { assetDirectory, handler, environment } = this.definition;
    const file = handlerFile(assetDirectory, handler);
    if (file === undefined) {
      throw named('Runtime.ImportModuleError', `Error: Cannot find module '${handler.split('.')[0]}'`);
    }
    this.loading ??= loadHandler(file, handler, environmentId(environment)).catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  private contextOf(requestId: string, logStreamName: string, remaining: () => number): LambdaContext {
    return {
      awsRequestId: requestId,
      functionName: this.definition.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: this.definition.arn,
      memoryLimitInMB: String(this.definition.memoryMegabytes),
      logGroupName: this.definition.logGroupName,
      logStreamName,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: remaining,
    };
  }
}

/** A world on the same port reuses the modules of the previous one, because tests start many worlds. */
function environmentId(environment: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(environment)).digest('hex').slice(0, 24);
}

/** The format of the Node.js runtime: `errorType` is the error's name. */
function errorReport(error: unknown) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const report = { errorType: error.name, errorMessage: error.message };
  return runtimeErrors.has(error.name) ? report : { ...report, trace: error.stack?.split('\n') ?? [] };
}

const runtimeErrors = new Set(['Sandbox.Timedout', 'Function.ResponseSizeTooLarge']);

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

function timedOut(requestId: string, seconds: number): Error {
  return named(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  );
}

function responseTooLarge(): Error {
  return named(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES_MAX} bytes).`,
  );
}
