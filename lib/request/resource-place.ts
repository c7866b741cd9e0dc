import { isObject, type JsonValue } from '../model/json.ts';
import type { NamedPlace, Place } from '../model/place.ts';
import { didYouMean } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';
import type { Problems } from './problems.ts';

/**
 * Services whose resources belong to no region. Such a resource is in the environment's first place, so it is only one
 * asset. Source: "Global services", AWS Fault Isolation Boundaries (AWS whitepaper).
 */
const globalServices: ReadonlySet<string> = new Set([
  ...['Budgets', 'CloudFront', 'GlobalAccelerator', 'IAM', 'NetworkManager', 'Organizations', 'Route53'],
  'Shield',
]);

/**
 * Reads the place of a resource from `Baton: { place: NAME }`. Returns undefined if it has none. Reports a place that
 * the
 * environment doesn't have.
 */
export function placeOfResource(
  block: JsonValue | undefined,
  { type, path }: { type: string; path: string },
  places: readonly NamedPlace[],
  problems: Problems,
): Place | undefined {
  const name = isObject(block) ? block.place : undefined;
  if (name === undefined) return undefined;
  const here = within(within(path, 'Baton'), 'place');
  const found = places.find((place) => place.name === name);
  if (found === undefined) {
    const names = places.map((place) => place.name);
    const hint = typeof name === 'string' ? didYouMean(name, names) : '';
    problems.add(
      here,
      'UnknownPlace',
      `the environment has no place ${JSON.stringify(name)}${hint}; ${expected(names)}`,
    );
    return undefined;
  }
  if (found !== places[0] && globalServices.has(type.split('::')[1] ?? '')) {
    const message = `${type} belongs to no region; expected the first place of the environment, which is the default: remove place`;
    problems.add(here, 'GlobalType', message);
    return undefined;
  }
  const { account, region, role } = found;
  return { account, region, role };
}

function expected(names: readonly string[]): string {
  return names.length === 0
    ? 'it has no named places (setting places in cdk.json): remove place'
    : `expected one of ${names.join(', ')} (setting places in cdk.json)`;
}
