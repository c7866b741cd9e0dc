import type { Problem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

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

/**
 * Reports environments outside of the deployment's account and region, which can't be reached yet. Even if these are
 * unknown, environments in different places can't all be in the same one.
 */
export function placeProblems({ environments }: Settings, place: DeploymentPlace): Problem[] {
  return (['account', 'region'] as const).flatMap((part) => {
    const named = Object.entries(environments).flatMap(([name, { [part]: value }]) =>
      value === undefined ? [] : [{ name, value }],
    );
    const home = place[part] ?? named[0]?.value;
    const whose =
      place[part] === undefined
        ? `"${home}", where the environment ${named[0]?.name} is`
        : `"${home}", where this deployment goes`;
    return named
      .filter(({ value }) => value !== home)
      .map(({ name, value }) => ({
        path: `environments.${name}.${part}`,
        code: 'PlaceOutOfReach',
        message:
          `"${value}" is out of reach; expected ${whose}. One deployment serves one account and region: ` +
          `leave ${part} out, or deploy Baton there as well, with this environment in its settings.`,
      }));
  });
}
