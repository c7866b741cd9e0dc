import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { provisioningRole } from '../model/place.ts';

/**
 * Physical names. Machines, functions and roles have fixed names so that a policy can name a machine without referring
 * to it: `pump` completes tokens of `apply-plan`, which calls `pump`, and CloudFormation rejects such a cycle. With a
 * fixed name, an incident can be searched for by the name in the console, and one denial for `baton-*` keeps
 * provisioning away from all of them: a generated name would start with the stack's, `Baton-`, which IAM doesn't match.
 * Data stores (tables, buckets, the key) have generated names, because they outlive their stack and must not block a
 * new one. The denial lists each.
 */
export const busName = 'baton';
export const dashboardName = 'baton';
export const keyAlias = 'alias/baton';
/** Clients find the public key by this alias: lib/client/deployment.ts. */
export const sealKeyAlias = 'alias/baton-seal';
export { boundaryName } from '../model/identities.ts';
export const guardName = 'baton-guard';
/** The policy that people's users and roles attach to use the front door. */
export const personPolicyName = 'baton-person';
/** The policy for reading changes, assets and the audit trail. */
export const readerPolicyName = 'baton-reader';
/** The SSM parameter in which the command line finds all names and URLs. */
export const configParameterName = '/baton/config';

/** Returns `baton-admit`: the name of a function or machine in the account. */
export function physicalName(name: string): string {
  return `baton-${name}`;
}

/** `plan-change` → `PlanChange` */
export function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** `PlanChange` → `plan-change` */
export function kebabCase(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
}

export function provisioningRoleName(environment: string): string {
  return provisioningRole(environment);
}

/** Returns the ARN of a machine by its name, without a reference to the resource. */
export function machineArn(scope: IConstruct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: physicalName(name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Returns ARN patterns of the executions of a machine, including the children of its distributed maps. */
export function executionArns(scope: IConstruct, name: string): string[] {
  const stack = Stack.of(scope);
  const arn = (resourceName: string) =>
    stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return [arn(`${physicalName(name)}:*`), arn(`${physicalName(name)}/*`)];
}

export const iamResources = [
  'role',
  'user',
  'group',
  'policy',
  'instance-profile',
  'server-certificate',
] as const;
export type IamResource = (typeof iamResources)[number];

/** Returns an IAM ARN of this account: `iamArn(scope, 'policy', 'baton-boundary')`. */
export function iamArn(scope: IConstruct, resource: IamResource, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource, resourceName });
}
