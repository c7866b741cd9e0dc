/** The prefix of a provisioning role's name, followed by its environment. */
export const provisioningRolePrefix = 'baton-provisioning-';

/** Where a resource is, and the IAM role that acts on it there. */
export interface Place {
  account: string;
  region: string;
  /** Name of the provisioning role in the account. */
  role: string;
}

/** Name of the role that acts on the resources of an environment. */
export function provisioningRole(environment: string): string {
  return `${provisioningRolePrefix}${environment}`;
}

/** A plan or an asset. Assets that were recorded before places were have no role: it was that of their environment. */
interface Placed {
  environment: string;
  account: string;
  region: string;
  role?: string;
}

/** The place of an asset, or the place of the steps of a plan that do not name one. */
export function placeOf({
  environment,
  account,
  region,
  role = provisioningRole(environment),
}: Placed): Place {
  return { account, region, role };
}

/** The place of a step. In plans that were made before places were, all steps are where the plan is. */
export function placeOfStep(plan: Placed, { place = placeOf(plan) }: { place?: Place }): Place {
  return place;
}

/** Whether two places are the same account and region, whatever the role. */
export function isSamePlace(left: Omit<Place, 'role'>, right: Omit<Place, 'role'>): boolean {
  return left.account === right.account && left.region === right.region;
}
