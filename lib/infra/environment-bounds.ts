import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { identityPath } from '../model/identities.ts';
import type { Settings } from '../model/settings.ts';
import { environmentTag } from '../model/tags.ts';
import { iamArn, iamResources } from './names.ts';
import type { ProvisioningActions } from './provisioning-actions.ts';

export interface BoundsProps extends Pick<Settings, 'environments' | 'passableRoles'> {
  boundary: iam.IManagedPolicy;
  actions: ProvisioningActions;
}

/**
 * Returns the statements that restrict one environment: roles, users, groups and policies can be created, changed and
 * passed only below its path, with the boundary on each (lib/model/identities.ts explains the path), and resources with
 * the tag of another environment are not accessible.
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
    ...tagDenials(name, props.environments[name]?.references ?? []),
  ];
}

/**
 * Returns denials of access to resources with another environment's tag, and of setting such a tag. Both first check
 * that the key exists: an absent key matches `StringNotLike` ("IAM JSON policy elements: Condition operators", IAM User
 * Guide), and it is absent if a resource has no tag or if a service doesn't support tags in authorization. IAM can't
 * distinguish between using and changing a resource in one statement, so environments whose assets requests may name
 * are excluded. Removing the tag from resources of the own environment is allowed, because the rollback of an update
 * that added it does so. No template can request it.
 */
function tagDenials(
  name: string,
  references: Settings['environments'][string]['references'],
): iam.PolicyStatement[] {
  const named = references.flatMap(({ scopes }) => scopes.map((scope) => scope.split('/')[0] ?? ''));
  const rows: [sid: string, key: string, environments: string[]][] = [
    ['OtherEnvironments', `aws:ResourceTag/${environmentTag}`, [...new Set([name, ...named])]],
    ['TagsOfOtherEnvironments', `aws:RequestTag/${environmentTag}`, [name]],
  ];
  return rows.map(
    ([sid, key, environments]) =>
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        sid,
        actions: ['*'],
        resources: ['*'],
        conditions: { Null: { [key]: 'false' }, StringNotLike: { [key]: environments } },
      }),
  );
}
