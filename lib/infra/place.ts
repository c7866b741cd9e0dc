import type { Problem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

/** Where the stack goes, as far as it is known when it is synthesized. */
export interface DeploymentPlace {
  account?: string;
  region?: string;
}

/**
 * Where `cdk` would deploy to: it tells the app by two variables ("Environments for the AWS CDK", CDK Developer
 * Guide). Without credentials it knows no account, and the region it then names is only its fallback.
 */
export function deploymentPlace(environment: NodeJS.ProcessEnv): DeploymentPlace {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = environment;
  return account ? { account, region } : {};
}

/**
 * Environments that are somewhere else than the deployment: nothing there can be reached yet. Where the place is
 * not known, environments in different places still can't all be in it.
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
