/** The types that the services of the local cloud and the gateway share. */
import type { JsonObject } from '../../model/json.ts';
import type { Identity } from '../iam/identity.ts';

/** An error as an AWS API reports it. `name` is the API's error code, which SDK clients and ASL match on. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  /** Additional members of the error, such as CancellationReasons. */
  readonly fields: JsonObject;

  constructor(code: string, message: string, options: { statusCode?: number; fields?: JsonObject } = {}) {
    super(message);
    this.name = code;
    this.statusCode = options.statusCode ?? 400;
    this.fields = options.fields ?? {};
  }
}

/** A permission that a call needs. A call may need several, and all must be allowed. */
export interface Permission {
  /** `dynamodb:PutItem` */
  action: string;
  resource: string;
  /** Condition keys of this call in addition to the global ones. */
  context?: Record<string, string | string[]>;
}

export interface CallContext {
  caller: Identity;
  requestId: string;
  /** The region that the request was signed for; the deployment's own where nothing was signed. */
  region?: string;
}

/** A service that speaks AWS JSON, or that a state machine calls as if it did. */
export interface Service {
  /** Runs an operation by its API name in PascalCase. Throws ServiceError. */
  call(operation: string, input: JsonObject, context: CallContext): Promise<JsonObject>;
  /** Returns the permissions that the caller needs. Called before `call`. */
  permissions(operation: string, input: JsonObject): Permission[];
}

export interface HttpRequest {
  method: string;
  /** The undecoded path without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** The error for an operation that is not emulated. It names the operation, to make the cause easy to find. */
export function unknownOperation(service: string, operation: string): ServiceError {
  return new ServiceError(
    'UnknownOperationException',
    `The local cloud does not know the operation ${service}:${operation}.`,
  );
}
