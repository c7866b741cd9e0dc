import type { Header } from './request.ts';
import type { Environment, Settings } from './settings.ts';

/**
 * What the requests of one service in one environment may reach outside of themselves: names, with `*` for any text.
 */
export interface RequestReach {
  /** Names of secrets in Secrets Manager. */
  secrets: string[];
  /** Names of parameters in Parameter Store, without the leading slash. */
  parameters: string[];
  /** Hosts that health checks may reach in addition to those of the request's own resources. */
  healthHosts: string[];
}

type Reaching = Pick<Settings, 'readableSecrets' | 'readableParameters'> & {
  environments: Record<string, Pick<Environment, 'readableSecrets' | 'readableParameters' | 'healthHosts'>>;
};

/** Returns the settings for one service in one environment. Lists of the environment replace the general ones. */
export function requestReach(
  settings: Reaching,
  { environment, service }: Pick<Header, 'environment' | 'service'>,
): RequestReach {
  const own = Object.hasOwn(settings.environments, environment)
    ? settings.environments[environment]
    : undefined;
  const filled = (patterns: readonly string[]) =>
    patterns.map((pattern) =>
      pattern.replaceAll('{environment}', environment).replaceAll('{service}', service).replace(/^\//, ''),
    );
  return {
    secrets: filled(own?.readableSecrets ?? settings.readableSecrets),
    parameters: filled(own?.readableParameters ?? settings.readableParameters),
    healthHosts: (own?.healthHosts ?? []).map((host) => host.toLowerCase()),
  };
}
