/**
 * Identities of an environment have their own path, `/baton/ENVIRONMENT/`, and Baton's permissions boundary. The
 * provisioning role can't create, change or pass any others. IAM can't check whether a passed role has a boundary, and
 * tags of a passed role don't help: a condition on them "does not have reliable results" ("Grant a user permissions to
 * pass a role to an AWS service", IAM User Guide). The path is part of the ARN.
 */
import { isObject, type JsonValue } from './json.ts';
import type { Violation } from './policy.ts';
import type { DesiredResource, DesiredState } from './request.ts';
import { fitsWildcard } from './wildcard.ts';

/** The permissions boundary of every role and user created through Baton. */
export const boundaryName = 'baton-boundary';

export { provisioningRolePrefix } from './place.ts';

/** Returns the path of an environment's roles, users, groups and policies. */
export function identityPath(environment: string): string {
  return `/baton/${environment}/`;
}

type Placed = 'Path' | 'PermissionsBoundary';
const placedProperties: ReadonlyMap<string, readonly Placed[]> = new Map([
  ['AWS::IAM::Group', ['Path']],
  ['AWS::IAM::InstanceProfile', ['Path']],
  ['AWS::IAM::ManagedPolicy', ['Path']],
  ['AWS::IAM::Role', ['Path', 'PermissionsBoundary']],
  ['AWS::IAM::ServerCertificate', ['Path']],
  ['AWS::IAM::User', ['Path', 'PermissionsBoundary']],
]);

/** Tells whether Baton sets a property to place identities of a type. */
export function isPlacing(type: string, property: string): boolean {
  return (placedProperties.get(type) ?? []).some((name) => name === property);
}

type Place = Pick<DesiredState, 'header' | 'account' | 'partition'>;

function defaultsOf({ header, account, partition }: Place): Record<Placed, string> {
  return {
    Path: identityPath(header.environment),
    PermissionsBoundary: `arn:${partition}:iam::${account}:policy/${boundaryName}`,
  };
}

/**
 * Returns the desired state with its identities in their environment: identities without a path and a boundary get
 * both. The path `/` counts as none, because it is IAM's default. Other values in a template are kept;
 * `strayIdentities` reports them.
 */
export function placeIdentities(desired: DesiredState): DesiredState {
  const defaults = defaultsOf(desired);
  const place = (resource: DesiredResource): DesiredResource => {
    const missing = (placedProperties.get(resource.type) ?? []).filter((name) =>
      [undefined, '/'].includes(resource.properties[name] as string | undefined),
    );
    if (missing.length === 0) return resource;
    const added = Object.fromEntries(missing.map((name) => [name, defaults[name]]));
    return { ...resource, properties: { ...resource.properties, ...added } };
  };
  return { ...desired, resources: desired.resources.map(place) };
}

/** Returns identities that a template places outside of its environment. The provisioning role can't create them. */
export function strayIdentities(
  desired: Place & Pick<DesiredState, 'resources'>,
  enforcement: Violation['enforcement'],
): Violation[] {
  const defaults = defaultsOf(desired);
  const { environment } = desired.header;
  const fits: Record<Placed, (value: JsonValue) => boolean> = {
    Path: (value) => typeof value === 'string' && value.startsWith(defaults.Path),
    PermissionsBoundary: (value) => value === defaults.PermissionsBoundary,
  };
  return desired.resources.flatMap(({ logicalId, type, properties }) =>
    (placedProperties.get(type) ?? [])
      .filter((name) => properties[name] !== undefined && !fits[name](properties[name]))
      .map((name) => ({
        rule: 'IDENTITY_IN_ENVIRONMENT',
        severity: 'high',
        enforcement,
        resource: logicalId,
        path: `${logicalId}.${name}`,
        message: `The provisioning role of ${environment} creates identities only with the ${name} ${defaults[name]}; IAM refuses any other.`,
        remedy:
          `Remove ${name}: Baton then sets it` +
          (name === 'Path' ? `. Or set a path that begins with ${defaults.Path}.` : '.'),
      })),
  );
}

/**
 * Returns roles of the account that a request passes to a service although they are not in its environment. IAM denies
 * passing them. This is only a warning, because a property named after a role doesn't prove that the role is passed.
 *
 * @param passableRoles name patterns in the settings, including the path
 */
export function strayRoles(
  { header, account, resources }: Place & Pick<DesiredState, 'resources'>,
  passableRoles: readonly string[],
): Violation[] {
  const patterns = [`${identityPath(header.environment).slice(1)}*`, 'aws-service-role/*', ...passableRoles];
  return resources.flatMap(({ logicalId, properties }) =>
    rolesIn(properties, account)
      .filter(({ role }) => !patterns.some((pattern) => fitsWildcard(pattern, role)))
      .map(({ role, path }) => ({
        rule: 'ROLE_IN_ENVIRONMENT',
        severity: 'high',
        enforcement: 'warn',
        resource: logicalId,
        path: [logicalId, ...path].join('.'),
        message: `The provisioning role of ${header.environment} may not pass the role ${role}; AWS would refuse the call.`,
        remedy: `Create the role in a request for ${header.environment}, or add it to the setting passableRoles.`,
      })),
  );
}

/** Returns the ARNs of roles of the account in properties named after a role: the name with its path, and the place. */
export function rolesIn(
  value: JsonValue | undefined,
  account: string,
  path: readonly string[] = [],
): { role: string; path: string[] }[] {
  if (typeof value === 'string') {
    const [, owner, role = ''] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(value) ?? [];
    const named = /role|profile/i.test(path.findLast((name) => !/^\d+$/.test(name)) ?? '');
    return owner === account && named ? [{ role, path: [...path] }] : [];
  }
  const inside = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return inside.flatMap(([name, part]) => rolesIn(part, account, [...path, String(name)]));
}
