/** Operations on resources, and what may be made to go wrong with them. */
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
  /** Desired properties of a create, whole patched ones of an update. */
  properties: JsonObject | undefined;
  status: OperationStatus;
  startedMillis: number;
  dueMillis: number;
  eventMillis: number;
  errorCode?: string;
  message?: string;
  fault?: Fault;
}

/** A failure on demand. */
export interface Fault {
  /** A HandlerErrorCode for the operation (`ServiceInternalError`), or the call's exception if `at` is `call`. */
  errorCode: string;
  message?: string;
  /** `call` throws at once; `operation` fails after its time. Default `operation`. */
  at?: 'call' | 'operation';
  /** The operation fails, yet what it did is there; of a call: it was taken, and its answer is an error. */
  effect?: boolean;
}

export interface FaultQuestion {
  type: string;
  operation: OperationKind;
  identifier: string | undefined;
  /** Desired properties; of an update the patched ones. */
  properties: JsonObject | undefined;
  clientToken: string;
  /** Counts the calls of this operation for this resource (or these properties), from 1. */
  attempt: number;
}

/** A simple way to ask for faults: the first `times` operations that match fail. */
export interface FaultRule extends Fault {
  /** Type, `*` for any text. */
  type?: string;
  operation?: OperationKind;
  /** Identifier, `*` for any text. */
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
