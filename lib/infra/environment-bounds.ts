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
 * What bounds one environment: roles, users, groups and policies are made, changed and passed below its path only, where
 * the boundary is demanded of every one (lib/model/identities.ts says why by path); what carries the tag of another
 * environment is out of reach.
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
 * Denials of what carries another environment's tag, and of giving such a tag. Both ask whether the key is there first:
 * a key that is absent meets `StringNotLike` ("IAM JSON policy elements: Condition operators", IAM User Guide), and it is
 * absent where a resource has no tag and where a service does not support tags in authorization. IAM can't tell using a
 * resource from changing it in one statement, so environments whose assets the settings let requests name are spared.
 * Taking the tag off what is of one's own environment is left possible: that is how the undo of an update that has put it
 * there ends. No template can ask for it.
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
