import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Environment, Settings } from '../model/settings.ts';

/** An environment without approvals, and those with approvals that lie in the same account. */
export interface SharedAccount {
  ungoverned: string;
  governed: string[];
}

/**
 * The environments in which nobody is asked although they share an account with one in which somebody is. What
 * bounds them there is the provisioning role alone, which can only deny what AWS can tell apart by a tag or a name.
 * An environment whose `sharedAccount` gives a reason is left out.
 */
export function sharedAccounts({ environments }: Pick<Settings, 'environments'>): SharedAccount[] {
  const all = Object.entries(environments);
  return all
    .filter(([, environment]) => !isGoverned(environment) && environment.sharedAccount === undefined)
    .map(([ungoverned, { account }]) => ({
      ungoverned,
      governed: all
        .filter(([, other]) => isGoverned(other) && mayBeSame(account, other.account))
        .map(([name]) => name),
    }))
    .filter(({ governed }) => governed.length > 0);
}

/** Warns at synthesis of every environment that `sharedAccounts` finds. */
export function warnOfSharedAccounts(scope: IConstruct, settings: Settings): void {
  for (const { ungoverned, governed } of sharedAccounts(settings))
    Annotations.of(scope).addWarningV2(
      `baton:sharedAccount:${ungoverned}`,
      `baton.environments.${ungoverned} asks for no approvals, but shares an account with ${governed.join(', ')}, ` +
        `which ${governed.length === 1 ? 'does' : 'do'}: a change that nobody approves could reach what needs an ` +
        "approval, since AWS can't tell all resources of one account apart by environment. Give it governance or an " +
        `account and a deployment of its own, or say why this is fine in baton.environments.${ungoverned}.sharedAccount.reason.`,
    );
}

/** Nobody is ever asked where no policy asks. */
function isGoverned({ governance }: Environment): boolean {
  return governance.packs.length > 0;
}

/** An environment that names no account is in that of the deployment, which is not known before it is deployed. */
function mayBeSame(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}
