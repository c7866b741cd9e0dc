import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Environment, Settings } from '../model/settings.ts';

/** An environment without approvals, and those with approvals in the same account. */
export interface SharedAccount {
  ungoverned: string;
  governed: string[];
}

/**
 * Returns the environments without approvals that share an account with one that has approvals. There, only the
 * provisioning role restricts them, and it can only deny what AWS identifies by a tag or a name. Excludes an
 * environment whose `sharedAccount` gives a reason.
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

/** Adds a warning at synthesis for every environment that `sharedAccounts` finds. */
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

/** Without a policy that requires it, no approval is ever needed. */
function isGoverned({ governance }: Environment): boolean {
  return governance.packs.length > 0;
}

/** An environment without an account is in the deployment's, which is unknown before the deployment. */
function mayBeSame(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}
