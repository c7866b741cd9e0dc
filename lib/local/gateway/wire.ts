/** The words that every service of the local cloud and the gateway in front of them share. */
import type { JsonObject } from '../../model/json.ts';
import type { Identity } from '../iam/identity.ts';

/** A failure as an AWS API reports it: `name` is the API's error code, which SDK clients and ASL match on. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  /** Further members of the error's shape, e.g. CancellationReasons. */
  readonly fields: JsonObject;

  constructor(code: string, message: string, options: { statusCode?: number; fields?: JsonObject } = {}) {
    super(message);
    this.name = code;
    this.statusCode = options.statusCode ?? 400;
    this.fields = options.fields ?? {};
  }
}

/** One permission a call needs; a call may need several, and all must be allowed. */
export interface Permission {
  /** `dynamodb:PutItem` */
  action: string;
  resource: string;
  /** Condition keys of this call beside the global ones. */
  context?: Record<string, string | string[]>;
}

export interface CallContext {
  caller: Identity;
  requestId: string;
}

/** A service that speaks AWS JSON (or is reached through it by a state machine). */
export interface Service {
  /** Operation names as the API has them, PascalCase. Throws ServiceError. */
  call(operation: string, input: JsonObject, context: CallContext): Promise<JsonObject>;
  /** What the caller must be allowed to do. Called before `call`. */
  permissions(operation: string, input: JsonObject): Permission[];
}

export interface HttpRequest {
  method: string;
  /** Undecoded path, without the query. */
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

/** What an operation that is not emulated answers: by name, so that nobody searches for long. */
export function unknownOperation(service: string, operation: string): ServiceError {
  return new ServiceError(
    'UnknownOperationException',
    `The local cloud does not know the operation ${service}:${operation}.`,
  );
}
