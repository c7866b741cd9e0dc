import { InvalidInput, type Problem } from '../../model/errors.ts';
import { type NamedPlace, namedPlaces, type Place, placesOf } from '../../model/place.ts';
import type { Settings } from '../../model/settings.ts';

type Home = Pick<Place, 'account' | 'region'>;
type PlacedSettings = Pick<Settings, 'environments' | 'defaultEnvironment'>;

function environmentIn({ environments }: Pick<Settings, 'environments'>, name: string) {
  return Object.hasOwn(environments, name) ? environments[name] : undefined;
}

/**
 * Returns the place of a request: the first place of its environment, where Baton is deployed. `home` is the account
 * and
 * region of the event with the request. @throws InvalidInput for an unknown environment or one whose first place is
 * elsewhere
 */
export function placeOfRequest(
  settings: PlacedSettings,
  { account, region }: Home,
  environment?: string,
): Home {
  const name = environment ?? settings.defaultEnvironment ?? '';
  const found = environmentIn(settings, name);
  const refuse = (code: string, message: string): never => {
    throw new InvalidInput([{ path: 'environment', code, message } satisfies Problem]);
  };
  if (environment !== undefined && found === undefined)
    refuse(
      'UnknownEnvironment',
      `There is no environment "${name}"; expected one of ${Object.keys(settings.environments).join(', ')}. Environments are set in cdk.json.`,
    );
  const [first, ...others] = placesOf(name, found ?? {}, { account, region });
  const elsewhere = [first, ...others].find((place) => place !== undefined && place.account !== account);
  const outside = first !== undefined && first.region !== region ? first : elsewhere;
  if (outside !== undefined)
    refuse(
      'EnvironmentElsewhere',
      `The environment "${name}" is in ${outside.account}, ${outside.region}; this deployment supports only ${account}, ${region}, and further regions as places of an environment that begins there. Deploy Baton there, or remove account and region from its settings.`,
    );
  return { account, region };
}

/** Returns the named places of an environment, the default first. */
export function placesOfRequest(settings: PlacedSettings, home: Home, environment: string): NamedPlace[] {
  return namedPlaces(environment, environmentIn(settings, environment) ?? {}, home);
}

/** Returns why a plan must not use a place: its environment doesn't have it. Undefined if it does. */
export function placeRefusal(
  settings: PlacedSettings,
  plan: Home & { environment: string },
  place: Place,
): string | undefined {
  const places = placesOf(plan.environment, environmentIn(settings, plan.environment) ?? {}, plan);
  const same = (one: Place) =>
    one.account === place.account && one.region === place.region && one.role === place.role;
  if (places.some(same)) return undefined;
  const expected = places.map(({ account, region }) => `${account}/${region}`).join(', ');
  return (
    `${place.account}/${place.region} with the role ${place.role} is no place of ${plan.environment}; ` +
    `expected one of ${expected} (setting places in cdk.json)`
  );
}
