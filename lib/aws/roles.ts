import { ServiceError, type SignedFetch } from './signed-fetch.ts';

/** What IAM says of a role. */
export interface RoleDescription {
  arn: string;
  id: string;
  /** Its trust policy, as JSON text. */
  trust: string;
}

/** Reads roles of the account: `GetRole` of IAM, which speaks AWS Query and XML. */
export class Roles {
  readonly #client: SignedFetch;

  constructor(client: SignedFetch) {
    this.#client = client;
  }

  /** The role of a name; undefined where there is none, or it may not be read. */
  async find(name: string): Promise<RoleDescription | undefined> {
    const query = new URLSearchParams({ Action: 'GetRole', Version: '2010-05-08', RoleName: name });
    try {
      const xml = await this.#client.text({
        service: 'iam',
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: query.toString(),
      });
      const element = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '';
      // "AssumeRolePolicyDocument ... is URL-encoded compliant with RFC 3986" ("Role", IAM API Reference).
      const trust = decodeURIComponent(element('AssumeRolePolicyDocument'));
      return { arn: element('Arn'), id: element('RoleId'), trust };
    } catch (error) {
      if (error instanceof ServiceError && [403, 404].includes(error.statusCode)) return undefined;
      throw error;
    }
  }
}
