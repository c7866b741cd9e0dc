import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { identityPath } from '../model/identities.ts';
import type { Settings } from '../model/settings.ts';
import { iamArn, iamResources } from './names.ts';
import type { ProvisioningActions } from './provisioning-actions.ts';

export interface BoundsProps extends Pick<Settings, 'passableRoles'> {
  boundary: iam.IManagedPolicy;
  actions: ProvisioningActions;
}

/**
 * What bounds one environment: roles, users, groups and policies are made, changed and passed below its path only, where
 * the boundary is demanded of every one (lib/model/identities.ts says why by path).
 */
export function environmentBounds(scope: Construct, name: string, props: BoundsProps): iam.PolicyStatement[] {
  const { actions, boundary, passableRoles } = props;
  const inPath = `${identityPath(name).slice(1)}*`;
  const below = iamResources.map((resource) => iamArn(scope, resource, inPath));
  const ofServices = actions.identities.filter((action) => action.endsWith('ServiceLinkedRole'));
  const others = actions.identities.filter((action) => !ofServices.includes(action));
  const allowed: [sid: string, actions: string[], resources: string[], conditions?: object][] = [
    [
      'PassRolesOfTheEnvironment',
      actions.passedTo.length > 0 ? ['iam:PassRole'] : [],
      [inPath, ...passableRoles].map((role) => iamArn(scope, 'role', role)),
      { StringEquals: { 'iam:PassedToService': actions.passedTo } },
    ],
    ['Identities', others, below],
    [
      'IdentitiesUnderTheBoundary',
      actions.bounded,
      below,
      { StringEquals: { 'iam:PermissionsBoundary': boundary.managedPolicyArn } },
    ],
    ['RolesOfServices', ofServices, [iamArn(scope, 'role', 'aws-service-role/*')]],
  ];
  return [
    ...allowed
      .filter(([, actions]) => actions.length > 0)
      .map(
        ([sid, actions, resources, conditions]) =>
          new iam.PolicyStatement({ sid, actions, resources, ...(conditions && { conditions }) }),
      ),
  ];
}
