/** Operations on resources, and the faults that tests can inject. */
import type { JsonObject } from '../../model/json.ts';
import type { OperationKind } from './durations.ts';

export type OperationStatus = 'IN_PROGRESS' | 'SUCCESS' | 'FAILED' | 'CANCEL_IN_PROGRESS' | 'CANCEL_COMPLETE';

export interface Operation {
  requestToken: string;
  clientToken: string;
  payloadHash: string;
  kind: OperationKind;
  type: string;
  identifier: string | undefined;
  /** The desired properties of a create, or the complete patched properties of an update. */
  properties: JsonObject | undefined;
  status: OperationStatus;
  startedMillis: number;
  dueMillis: number;
  eventMillis: number;
  errorCode?: string;
  message?: string;
  fault?: Fault;
}

/** A failure that a test injects. */
export interface Fault {
  /** A HandlerErrorCode for the operation (`ServiceInternalError`), or the exception of the call if `at` is `call`. */
  errorCode: string;
  message?: string;
  /** `call` throws at once; `operation` fails after its duration. Default `operation`. */
  at?: 'call' | 'operation';
  /** The operation fails although it took effect. For a call: it was accepted, and its response is an error. */
  effect?: boolean;
}

export interface FaultQuestion {
  type: string;
  operation: OperationKind;
  identifier: string | undefined;
  /** The desired properties; for an update, the patched ones. */
  properties: JsonObject | undefined;
  clientToken: string;
  /** The number of this call among the calls of this operation for this resource (or these properties), from 1. */
  attempt: number;
}

/** A rule that injects faults: the first `times` matching operations fail. */
export interface FaultRule extends Fault {
  /** The type; `*` matches any text. */
  type?: string;
  operation?: OperationKind;
  /** The identifier; `*` matches any text. */
  identifier?: string;
  times: number;
}

export interface OperationNotice {
  phase: 'started' | 'ended';
  operation: Readonly<Operation>;
}

/**
 * Source: CloudFormation CLI User Guide, "Handler error codes"; Cloud Control API Reference, "ProgressEvent".
 */
export const handlerErrorCodes: ReadonlySet<string> = new Set([
  'NotUpdatable',
  'InvalidRequest',
  'AccessDenied',
  'UnauthorizedTaggingOperation',
  'InvalidCredentials',
  'AlreadyExists',
  'NotFound',
  'ResourceConflict',
  'Throttling',
  'ServiceLimitExceeded',
  'NotStabilized',
  'GeneralServiceException',
  'ServiceInternalError',
  'ServiceTimeout',
  'NetworkFailure',
  'InternalFailure',
]);
