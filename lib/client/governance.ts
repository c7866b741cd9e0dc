import { ServiceError } from '../aws/signed-fetch.ts';
import type { NamingRules } from '../change/assume/voices.ts';
import type { AccountIdentities } from '../model/account-identities.ts';
import type { Deployment } from './deployment.ts';
import { CannotReach, DoorRefused } from './errors.ts';

/** Returns the deployed settings that name people. @throws CannotReach if the deployment is too old to return them */
export async function namingRules({ door }: Pick<Deployment, 'door'>): Promise<NamingRules> {
  const old = 'this deployment does not say whom its settings name; deploy it again with `npx cdk deploy`';
  if (door === undefined) throw new CannotReach(old);
  try {
    return await door.naming();
  } catch (error) {
    throw error instanceof DoorRefused && error.code === 'NoSuchPath' ? new CannotReach(old) : error;
  }
}

/** Returns every user and role of the account. @throws CannotReach if the caller may not read IAM */
export async function accountIdentities(
  deployment: Pick<Deployment, 'identities'>,
): Promise<AccountIdentities> {
  try {
    return await deployment.identities();
  } catch (error) {
    if (!(error instanceof ServiceError && error.statusCode === 403)) throw error;
    throw new CannotReach(
      `IAM does not let these credentials read who is in the account: ${error.message}. Expected iam:GetAccountAuthorizationDetails, as the AWS policy SecurityAudit gives it.`,
    );
  }
}
