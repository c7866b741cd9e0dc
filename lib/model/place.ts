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

/** A place of an environment, by the name that manifests use. */
export interface NamedPlace extends Place {
  name: string;
}

/** What settings say of where an environment is. */
interface PlacedEnvironment {
  account?: string | undefined;
  region?: string | undefined;
  places?: readonly { name: string; account?: string | undefined; region?: string | undefined }[] | undefined;
}

/** The named places of an environment, the default first; none where its settings name none. */
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

/** Every place of an environment, the default first. `home`: where Baton is deployed. */
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
