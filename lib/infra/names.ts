import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { provisioningRole } from '../model/place.ts';

/**
 * Physical names. Machines, functions and roles are named so that a policy can speak of a machine without
 * referring to it: `pump` completes tokens of `apply-plan`, which calls `pump`, and CloudFormation refuses
 * such a circle. A name also lets an incident be searched for by what the console shows, and `baton-*` lets one
 * denial keep provisioning away from all of them: a generated name would start with the stack's, `Baton-`, which
 * IAM does not match. What holds data (tables, buckets, the key) gets generated names, since it outlives its
 * stack and must not block a new one; the denial lists each.
 */
export const busName = 'baton';
export const dashboardName = 'baton';
export const keyAlias = 'alias/baton';
/** Clients find the public key by it: lib/client/deployment.ts. */
export const sealKeyAlias = 'alias/baton-seal';
export { boundaryName } from '../model/identities.ts';
export const guardName = 'baton-guard';
/** The policy that people's users and roles attach, to speak through the door. */
export const personPolicyName = 'baton-person';
/** The policy with which people read changes, assets and the audit trail. */
export const readerPolicyName = 'baton-reader';
/** SSM parameter that tells the command line where everything is. */
export const configParameterName = '/baton/config';

/** `baton-admit`: how a function or machine is called in the account. */
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

/** ARN of a machine by its name, without a reference to the resource. */
export function machineArn(scope: IConstruct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: physicalName(name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN patterns of the executions of a machine, the children of its distributed maps included. */
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

/** ARN of something in IAM of this account: `iamArn(scope, 'policy', 'baton-boundary')`. */
export function iamArn(scope: IConstruct, resource: IamResource, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource, resourceName });
}
