import { documentOf, iamQuery } from './iam-query.ts';
import { ServiceError, type SignedFetch } from './signed-fetch.ts';
import { findElement, textOf } from './xml.ts';

/** The data of a role from IAM. */
export interface RoleDescription {
  arn: string;
  id: string;
  /** The trust policy, as JSON text. */
  trust: string;
}

/** Reads roles of the account with IAM's `GetRole`. */
export class Roles {
  readonly #client: SignedFetch;

  constructor(client: SignedFetch) {
    this.#client = client;
  }

  /** Returns the role with a name, or undefined if it doesn't exist or may not be read. */
  async find(name: string): Promise<RoleDescription | undefined> {
    try {
      const role = findElement(await iamQuery(this.#client, 'GetRole', { RoleName: name }), 'Role');
      if (role === undefined) return undefined;
      const text = (child: string) => textOf(role, child) ?? '';
      return {
        arn: text('Arn'),
        id: text('RoleId'),
        trust: documentOf(text('AssumeRolePolicyDocument')) ?? '',
      };
    } catch (error) {
      if (error instanceof ServiceError && [403, 404].includes(error.statusCode)) return undefined;
      throw error;
    }
  }
}
