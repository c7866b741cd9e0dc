import { documentOf, iamQuery } from './iam-query.ts';
import { ServiceError, type SignedFetch } from './signed-fetch.ts';
import { findElement, textOf } from './xml.ts';

/** What IAM says of a role. */
export interface RoleDescription {
  arn: string;
  id: string;
  /** Its trust policy, as JSON text. */
  trust: string;
}

/** Reads roles of the account: `GetRole` of IAM. */
export class Roles {
  readonly #client: SignedFetch;

  constructor(client: SignedFetch) {
    this.#client = client;
  }

  /** The role of a name; undefined where there is none, or it may not be read. */
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
