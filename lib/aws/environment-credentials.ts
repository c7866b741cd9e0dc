import { BatonError } from '../model/errors.ts';

/** A client was created without credentials. */
export class CredentialsMissing extends BatonError {
  override readonly name = 'CredentialsMissing';
}

/**
 * Replaces the SDK's `@aws-sdk/credential-provider-node` in bundles: a dozen credential sources in 110 KB, of which a
 * Lambda function uses one. Clients are created with the credentials of the environment, so this is never called.
 */
export function defaultProvider(): () => Promise<never> {
  return async () => {
    throw new CredentialsMissing('Clients in functions are made with credentials from the environment.');
  };
}
