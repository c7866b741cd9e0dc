/** What to do about a failed operation. */
export type Remedy =
  /** The same call again, with backoff. */
  | 'retry'
  /** No later try can succeed: a person must change something. */
  | 'fail'
  /** See whether the resource that is there was made by this very step. */
  | 'adopt'
  /** The resource is not there: done for a deletion, a failure for anything else. */
  | 'gone';

/**
 * The handler error codes of Cloud Control, each with what Baton does about it.
 * Source: Cloud Control API user guide, "Resource operation request error codes"
 * (https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-errors.html).
 */
export const handlerErrors: Readonly<Record<string, Remedy>> = {
  AccessDenied: 'fail',
  AlreadyExists: 'adopt',
  GeneralServiceException: 'fail',
  InternalFailure: 'retry',
  InvalidCredentials: 'fail',
  InvalidRequest: 'fail',
  NetworkFailure: 'retry',
  NotFound: 'gone',
  NotStabilized: 'retry',
  NotUpdatable: 'fail',
  ResourceConflict: 'retry',
  ServiceInternalError: 'retry',
  ServiceLimitExceeded: 'fail',
  ServiceTimeout: 'retry',
  Throttling: 'retry',
  UnauthorizedTaggingOperation: 'fail',
};

/** Exceptions of the API's own calls that pass by themselves and tell that the call was not taken. Source: Cloud Control API reference, CreateResource. */
export const passingExceptions: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ConcurrentOperationException',
  'ConcurrentModificationException',
  'ResourceConflictException',
]);
