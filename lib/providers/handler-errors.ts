/** What to do about a failed operation. */
export type Remedy =
  /** Repeat the same call with backoff. */
  | 'retry'
  /** No later attempt can succeed: the request must change. */
  | 'fail'
  /** A person must act first: grant a permission, raise a quota. */
  | 'ask'
  /**
   * The provider reports that the resource doesn't exist. The pump reads it to confirm; a deletion is then complete.
   */
  | 'gone';

/**
 * The handler error codes of Cloud Control, each with its remedy.
 * Source: Cloud Control API user guide, "Resource operation request error codes"
 * (https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-errors.html).
 */
export const handlerErrors: Readonly<Record<string, Remedy>> = {
  AccessDenied: 'ask',
  AlreadyExists: 'fail',
  GeneralServiceException: 'fail',
  InternalFailure: 'retry',
  InvalidCredentials: 'ask',
  InvalidRequest: 'fail',
  NetworkFailure: 'retry',
  NotFound: 'gone',
  NotStabilized: 'retry',
  NotUpdatable: 'fail',
  ResourceConflict: 'retry',
  ServiceInternalError: 'retry',
  ServiceLimitExceeded: 'ask',
  ServiceTimeout: 'retry',
  Throttling: 'retry',
  UnauthorizedTaggingOperation: 'ask',
};

/**
 * Transient exceptions of the API's calls, which mean that the call was not accepted. Source: Cloud Control API
 * reference, CreateResource.
 */
export const passingExceptions: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ConcurrentOperationException',
  'ConcurrentModificationException',
  'ResourceConflictException',
]);

/** What to ask a person for, by code. */
export const advice: Readonly<Record<string, string>> = {
  AlreadyExists:
    'Baton does not take over a resource that this operation did not create. Choose another name; if an earlier attempt created it, delete it by hand.',
  AccessDenied: 'Grant this action to the provisioning role of the environment, then submit again.',
  InvalidCredentials: 'Fix the trust policy of the provisioning role, then submit again.',
  NotUpdatable:
    'To replace the resource, add `Baton: { replace: true }` next to its Properties, then submit again.',
  ServiceLimitExceeded: 'Request a higher quota or delete unused resources, then submit again.',
  UnauthorizedTaggingOperation: 'Allow the provisioning role to tag this type, then submit again.',
};
