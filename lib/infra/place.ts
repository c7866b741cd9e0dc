import type { Problem } from '../model/errors.ts';
import { partitionOf } from '../model/partition.ts';
import type { Environment, Settings } from '../model/settings.ts';

/** The account and region of the stack, as far as they are known at synthesis. */
export interface DeploymentPlace {
  account?: string;
  region?: string;
}

/**
 * Returns where `cdk` would deploy: it tells the app through two variables ("Environments for the AWS CDK", CDK
 * Developer Guide). Without credentials it knows no account, and the region is only its fallback.
 */
export function deploymentPlace(environment: NodeJS.ProcessEnv): DeploymentPlace {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = environment;
  return account ? { account, region } : {};
}

interface Written {
  path: string;
  value: string;
}

/**
 * Reports places that this deployment can't reach: another account, an environment whose first place is not where Baton
 * is, and a region of another partition. Even if the deployment's own place is unknown, environments can't all begin in it
 * if they begin in different ones.
 */
export function placeProblems({ environments }: Settings, place: DeploymentPlace): Problem[] {
  const named = Object.entries(environments).map(([name, environment]) => writtenIn(name, environment));
  const first = named.flatMap((one) => one.first);
  return [
    ...outOfReach(
      'account',
      named.flatMap(({ accounts }) => accounts),
      place.account,
    ),
    ...outOfReach('region', first, place.region),
    ...otherPartitions(
      named.flatMap(({ further }) => further),
      place.region ?? first[0]?.value,
    ),
  ];
}

/** Returns the accounts, the first region and the other regions in an environment's settings. */
function writtenIn(name: string, { account, region, places = [] }: Environment) {
  const at = (path: string, value: string | undefined): Written[] =>
    value === undefined ? [] : [{ path: `environments.${name}.${path}`, value }];
  const regions = places.map((one, index) => at(`places.${index}.region`, one.region));
  return {
    accounts: [
      ...at('account', account),
      ...places.flatMap((one, index) => at(`places.${index}.account`, one.account)),
    ],
    first: [...at('region', region), ...(regions[0] ?? [])],
    further: regions.slice(1).flat(),
  };
}

function outOfReach(
  part: 'account' | 'region',
  written: readonly Written[],
  known: string | undefined,
): Problem[] {
  const [first] = written;
  const home = known ?? first?.value;
  const whose =
    known === undefined
      ? `"${home}", where the environment ${first?.path.split('.')[1]} is`
      : `"${home}", where this deployment goes`;
  const rule =
    part === 'account'
      ? 'One deployment serves one account: leave account out, or deploy Baton there as well, with this environment in its settings.'
      : 'The first place of an environment is the region of the deployment: leave region out, or name further regions in places.';
  return written
    .filter(({ value }) => value !== home)
    .map(({ path, value }) => ({
      ...{ path, code: 'PlaceOutOfReach' },
      message: `"${value}" is out of reach; expected ${whose}. ${rule}`,
    }));
}

function otherPartitions(regions: readonly Written[], home: string | undefined): Problem[] {
  const partition = (region: string) => partitionOf(region).partition;
  return regions
    .filter(({ value }) => home !== undefined && partition(value) !== partition(home))
    .map(({ path, value }) => ({
      ...{ path, code: 'PlaceOutOfReach' },
      message: `"${value}" is in the partition ${partition(value)}; expected a region of the partition of the deployment, ${partition(home ?? '')}.`,
    }));
}
