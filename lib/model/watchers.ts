/**
 * Services that watch over the account, decide who is in it, or make resources by themselves. A provisioning role
 * reads them at most, whatever resource types its environment allows: they belong to whoever runs the account.
 */
import type { Violation } from './policy.ts';
import type { DesiredState } from './request.ts';

/** IAM prefix of a service → namespace of its resource types. */
const watchers: Record<string, string> = {
  'access-analyzer': 'AccessAnalyzer',
  account: 'Account',
  auditmanager: 'AuditManager',
  // Whoever makes stacks makes anything. Cloud Control's own actions are the pump's, not the provisioning role's.
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

/** Whether a provisioning role may only read in the service of an IAM prefix. */
export function isOnlyRead(prefix: string): boolean {
  return Object.hasOwn(watchers, prefix);
}

/** Resources of a request that the provisioning role can only read: on AWS their steps fail. */
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
