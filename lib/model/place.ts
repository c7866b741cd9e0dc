/** The prefix of a provisioning role's name, followed by its environment. */
export const provisioningRolePrefix = 'baton-provisioning-';

/** The location of a resource and the IAM role that acts on it. */
export interface Place {
  account: string;
  region: string;
  /** Name of the provisioning role in the account. */
  role: string;
}

/** Returns the name of the role that acts on the resources of an environment. */
export function provisioningRole(environment: string): string {
  return `${provisioningRolePrefix}${environment}`;
}

/** Returns the environment of a provisioning role. */
export function environmentOfRole(role: string): string {
  return role.startsWith(provisioningRolePrefix) ? role.slice(provisioningRolePrefix.length) : '';
}

/** A plan or an asset. Older records have no role; they use the role of their environment. */
interface Placed {
  environment: string;
  account: string;
  region: string;
  role?: string;
}

/** Returns the place of an asset, or the default place of a plan's steps. */
export function placeOf({
  environment,
  account,
  region,
  role = provisioningRole(environment),
}: Placed): Place {
  return { account, region, role };
}

/** Returns the place of a step. Steps of older plans have no place; they use the place of the plan. */
export function placeOfStep(plan: Placed, { place = placeOf(plan) }: { place?: Place }): Place {
  return place;
}

/** Returns whether two places have the same account and region. Ignores the role. */
export function isSamePlace(left: Omit<Place, 'role'>, right: Omit<Place, 'role'>): boolean {
  return left.account === right.account && left.region === right.region;
}

/** A place of an environment with the name that manifests use. */
export interface NamedPlace extends Place {
  name: string;
}

/** The settings that determine the places of an environment. */
interface PlacedEnvironment {
  account?: string | undefined;
  region?: string | undefined;
  places?: readonly { name: string; account?: string | undefined; region?: string | undefined }[] | undefined;
}

/** Returns the named places of an environment, the default first; empty if its settings name none. */
export function namedPlaces(
  environment: string,
  { places = [] }: PlacedEnvironment,
  home: Pick<Place, 'account' | 'region'>,
): NamedPlace[] {
  const role = provisioningRole(environment);
  return places.map(({ name, account = home.account, region = home.region }) => ({
    name,
    account,
    region,
    role,
  }));
}

/** Returns every place of an environment, the default first. `home` is where Baton is deployed. */
export function placesOf(
  name: string,
  environment: PlacedEnvironment,
  home: Pick<Place, 'account' | 'region'>,
): Place[] {
  const named = namedPlaces(name, environment, home);
  if (named.length > 0) return named;
  const { account = home.account, region = home.region } = environment;
  return [{ account, region, role: provisioningRole(name) }];
}
