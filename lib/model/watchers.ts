/**
 * Services that monitor the account, control access to it, or create resources by themselves. A provisioning role has
 * at most read access to them, whatever resource types its environment allows, because they belong to the operators of
 * the account.
 */
import type { Violation } from './policy.ts';
import type { DesiredState } from './request.ts';

/** Namespace of the resource types by IAM prefix of the service. */
const watchers: Record<string, string> = {
  'access-analyzer': 'AccessAnalyzer',
  account: 'Account',
  auditmanager: 'AuditManager',
  // A principal that can create stacks can create anything. Cloud Control's own actions belong to the pump, not to the
  // provisioning role.
  cloudformation: 'CloudFormation',
  cloudtrail: 'CloudTrail',
  config: 'Config',
  controltower: 'ControlTower',
  detective: 'Detective',
  fms: 'FMS',
  guardduty: 'GuardDuty',
  identitystore: 'IdentityStore',
  inspector2: 'InspectorV2',
  macie2: 'Macie',
  organizations: 'Organizations',
  rolesanywhere: 'RolesAnywhere',
  securityhub: 'SecurityHub',
  securitylake: 'SecurityLake',
  servicecatalog: 'ServiceCatalog',
  'ssm-quicksetup': 'SSMQuickSetup',
  sso: 'SSO',
  'sso-directory': 'SSO',
  sts: 'STS',
};

/** Tells whether a provisioning role may only read in the service with an IAM prefix. */
export function isOnlyRead(prefix: string): boolean {
  return Object.hasOwn(watchers, prefix);
}

/** Returns resources of a request that the provisioning role can only read. On AWS, their steps fail. */
export function watcherResources({
  header,
  resources,
}: Pick<DesiredState, 'header' | 'resources'>): Violation[] {
  const namespaces = new Set(Object.values(watchers));
  return resources
    .filter(({ type }) => namespaces.has(type.split('::')[1] ?? ''))
    .map(({ logicalId, type }) => ({
      rule: 'SERVICE_ONLY_READ',
      severity: 'high',
      enforcement: 'warn',
      resource: logicalId,
      path: 'Type',
      message: `The provisioning role of ${header.environment} may only read ${type}; AWS would refuse the call.`,
      remedy: 'Manage the services that monitor the account outside of Baton.',
    }));
}
