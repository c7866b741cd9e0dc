/**
 * Identities of an environment lie below a path of its own, `/baton/ENVIRONMENT/`, and carry Baton's permissions
 * boundary: its provisioning role makes, changes and passes no others. IAM can't tell whether a role that is passed
 * carries a boundary, and tags of a passed role are no help: a condition on them "does not have reliable results"
 * ("Grant a user permissions to pass a role to an AWS service", IAM User Guide). A path is part of the ARN.
 */
import { isObject, type JsonValue } from './json.ts';
import type { Violation } from './policy.ts';
import type { DesiredResource, DesiredState } from './request.ts';
import { fitsWildcard } from './wildcard.ts';

/** The policy that every role and user made through Baton carries as its permissions boundary. */
export const boundaryName = 'baton-boundary';

/** A provisioning role's name is this and its environment. */
export const provisioningRolePrefix = 'baton-provisioning-';

/** Path of an environment's roles, users, groups and policies. */
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

/** Whether Baton places identities of a type by a property. */
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
 * What is wanted, with identities in their environment: those that name no path and no boundary get both. A path of
 * `/` is none, since it is IAM's default. What a template says otherwise stands; `strayIdentities` speaks of it.
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

/** Identities that a template puts outside of its environment: the provisioning role makes none there. */
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
 * Roles of the account that a request hands to a service though they are not of its environment: IAM refuses to pass
 * them. Only warned of, since that a property is named after a role does not prove that it is passed.
 *
 * @param passableRoles name patterns of the settings, path included
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

/** ARNs of roles of the account, in properties that are named after a role: name with path, and where. */
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
