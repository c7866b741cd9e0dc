import { NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { identityPath } from '../model/identities.ts';
import { sha256 } from '../model/json.ts';
import type { Settings } from '../model/settings.ts';
import { fitActions, splitActions } from './action-list.ts';
import { environmentBounds } from './environment-bounds.ts';
import { acknowledge, acknowledgeWildcards } from './nag.ts';
import { boundaryName, guardName, iamArn, physicalName, provisioningRoleName } from './names.ts';
import { accountProtections, identityProtections, type ProtectedStores, protections } from './protected.ts';
import { type ProvisioningActions, provisioningActions } from './provisioning-actions.ts';

/** A managed policy has up to 6,144 characters. The text around a list of actions takes the rest. */
const listCharactersMax = 5_800;
/**
 * Of the ten policies of a role, one contains denials. Statements for a single environment are in its inline policy.
 */
const listsMax = 9;
/** The space that may stay empty at the end of each list, because no action is split. */
const slackCharacters = 80;

export interface ProvisioningRolesProps extends ProtectedStores {
  settings: Settings;
}

/**
 * One role for each environment, which CloudFormation assumes for the Cloud Control calls of `pump`. It has exactly the
 * permissions that the registry's schemas list for the environment's resource types.
 *
 * Each role is in a nested stack of its environment, and the policies that environments with equal resource types share
 * in one of those types, so that the stack of Baton grows by one resource for each (docs/decisions/0065). What a nested
 * stack is called must not depend on other environments: a role whose name is fixed can't move between stacks.
 */
export class ProvisioningRoles extends Construct {
  readonly arns: string[];

  constructor(scope: Construct, id: string, props: ProvisioningRolesProps) {
    super(scope, id);
    const { environments, protectedRoles } = props.settings;
    const denials = protections(this, props, { protectedRoles, voices: namedVoices(props.settings) });
    const account = accountProtections(this);
    const boundary = permissionsBoundary(this, [
      ...denials,
      ...account,
      onlyBoundedRolesArePassed(this, props.settings.passableRoles),
    ]);
    const guard = new iam.ManagedPolicy(this, 'Guard', {
      managedPolicyName: guardName,
      description: 'Baton: what no provisioning role may touch',
      statements: [...denials, boundaryStays(boundary)],
    });
    const listsByTypes = new Map<string, iam.ManagedPolicy[]>();
    this.arns = Object.entries(environments).map(([name, environment]) => {
      const actions = provisioningActions(environment.resourceTypes);
      const key = sha256(environment.resourceTypes.toSorted(byText).join()).slice(0, 8);
      const lists = listsByTypes.get(key) ?? allowLists(this, key, actions);
      listsByTypes.set(key, lists);
      const nested = new NestedStack(this, name, {
        description: `Baton: the provisioning role of the environment ${name}`,
      });
      const role = new iam.Role(nested, `ProvisioningRole-${name}`, {
        roleName: provisioningRoleName(name),
        description: `Baton: creates, changes and deletes resources of the environment ${name}`,
        assumedBy: trusted(this),
        managedPolicies: [guard, ...lists],
      });
      const bounds = new iam.Policy(nested, `ProvisioningBounds-${name}`, {
        policyName: 'bounds',
        roles: [role],
        statements: [
          ...environmentBounds(nested, name, { ...props.settings, boundary, actions }),
          ...account.map((statement) => statement.copy()),
          identityProtections(),
        ],
      });
      acknowledgeWildcards(bounds, [
        [
          /:iam:.*(baton|aws-service-role)/,
          'Names of what is made are chosen by requests; the path bounds them.',
        ],
        [/:iam:/, 'passableRoles of the settings: patterns whoever deploys has chosen.'],
      ]);
      return iamArn(this, 'role', provisioningRoleName(name));
    });
  }
}

/**
 * Returns the voices in the settings that have influence: members of groups, people, requesters in `mayAsk`, and users
 * that may put events. Requests may create roles that only put events, like those of workloads. A pattern names no
 * voice.
 */
function namedVoices({ groups, people, mayAsk, senders }: Settings): string[] {
  const users = Object.values(senders)
    .flatMap(({ principals }) => principals)
    .filter((principal) => principal.startsWith('user/'));
  const members = [...Object.values(groups), ...Object.values(people)].flat();
  return [...members, ...mayAsk.flatMap(({ who }) => who), ...users].filter((voice) => !voice.includes('*'));
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

/**
 * Only CloudFormation, for this account. `IfExists`: AWS doesn't document whether Cloud Control sets the account when
 * it assumes the role. If it does, the account must be ours.
 */
function trusted(scope: Construct): iam.IPrincipal {
  return new iam.ServicePrincipal('cloudformation.amazonaws.com', {
    conditions: { StringEqualsIfExists: { 'aws:SourceAccount': Stack.of(scope).account } },
  });
}

/**
 * Creates the boundary: the maximum permissions of a role or user created through Baton, whatever its own policies
 * allow.
 */
function permissionsBoundary(scope: Construct, denials: iam.PolicyStatement[]): iam.ManagedPolicy {
  const boundary = new iam.ManagedPolicy(scope, 'Boundary', {
    managedPolicyName: boundaryName,
    description: 'Permissions boundary of every role and user that is made through Baton',
    statements: [
      new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }),
      ...denials.map((statement) => statement.copy()),
      new iam.PolicyStatement({
        sid: 'NoIdentities',
        effect: iam.Effect.DENY,
        actions: [
          'Add',
          'Attach',
          'Create',
          'Deactivate',
          'Delete',
          'Detach',
          'Put',
          'Remove',
          'Set',
          'Update',
          'Upload',
        ]
          .map((verb) => `iam:${verb}*`)
          .concat('rolesanywhere:*'),
        resources: ['*'],
      }),
    ],
  });
  acknowledge(boundary, {
    'AwsSolutions-IAM5[Action::*]':
      'A boundary limits and never grants; what it must hold back is denied in it.',
    'AwsSolutions-IAM5[Resource::*]':
      'A boundary limits and never grants; what it must hold back is denied in it.',
  });
  return boundary;
}

/** A role with the boundary may only pass roles with the boundary, because it could bypass the boundary otherwise. */
function onlyBoundedRolesArePassed(scope: Construct, passableRoles: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'OnlyBoundedRolesArePassed',
    effect: iam.Effect.DENY,
    actions: ['iam:PassRole'],
    notResources: [`${identityPath('*').slice(1)}*`, ...passableRoles].map((role) =>
      iamArn(scope, 'role', role),
    ),
  });
}

function boundaryStays(boundary: iam.ManagedPolicy): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'BoundaryStays',
    effect: iam.Effect.DENY,
    actions: ['iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'],
    resources: ['*'],
    conditions: { StringNotEquals: { 'iam:PermissionsBoundary': boundary.managedPolicyArn } },
  });
}

/** @param key what the types are called, whatever environments have them */
function allowLists(scope: Construct, key: string, { plain }: ProvisioningActions): iam.ManagedPolicy[] {
  const nested = new NestedStack(scope, `Types-${key}`, {
    description: 'Baton: what some resource types need of a provisioning role',
  });
  const fitted = fitActions(plain, listsMax * (listCharactersMax - slackCharacters));
  return splitActions(fitted, listCharactersMax)
    .map((actions) => new iam.PolicyStatement({ actions, resources: ['*'] }))
    .map((statement, index) => allowList(nested, `${key}-${index + 1}`, statement));
}

function allowList(scope: Construct, id: string, statement: iam.PolicyStatement): iam.ManagedPolicy {
  const policy = new iam.ManagedPolicy(scope, `ProvisioningAllow-${id}`, {
    managedPolicyName: physicalName(`allow-${id}`),
    description: 'Baton: what the resource types of an environment need',
    statements: [statement],
  });
  const wide = statement.actions.filter((action) => action.includes('*'));
  acknowledge(policy, {
    'AwsSolutions-IAM5[Resource::*]':
      'The resources do not exist yet; what may be made of them is judged by policy before each call.',
    ...Object.fromEntries(
      wide.map((action) => [
        `AwsSolutions-IAM5[Action::${action}]`,
        'The environment allows so many resource types that single actions exceed the quota of a role.',
      ]),
    ),
  });
  return policy;
}
