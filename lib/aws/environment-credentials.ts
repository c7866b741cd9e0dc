import { BatonError } from '../model/errors.ts';

/** A client was made without credentials. */
export class CredentialsMissing extends BatonError {
  override readonly name = 'CredentialsMissing';
}

/**
 * Stands in bundles for the SDK's `@aws-sdk/credential-provider-node`: a dozen sources of credentials, 110 KB,
 * of which a Lambda function has one. Clients are made with the credentials of the environment; this is never asked.
 */
export function defaultProvider(): () => Promise<never> {
  return async () => {
    throw new CredentialsMissing('Clients in functions are made with credentials from the environment.');
  };
}
