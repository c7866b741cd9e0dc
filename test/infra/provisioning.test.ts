import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitActions, splitActions } from '../../lib/infra/action-list.ts';
import { provisioningActions } from '../../lib/infra/provisioning-actions.ts';
import { permissionsFor } from '../../lib/spec/permissions.ts';
import { listOf, plain, resourcesOf, type Statement, statementsOf } from './synthesized.ts';

const covers = (list: string[], action: string) =>
  list.some((entry) => entry === action || (entry.endsWith('*') && action.startsWith(entry.slice(0, -1))));

describe('fits actions into the available space', () => {
  const actions = ['ec2:DescribeVpcs', 'ec2:DescribeSubnets', 'ec2:CreateVpc', 's3:CreateBucket'];
  const cases: [charactersMax: number, fitted: string[]][] = [
    [1000, ['ec2:CreateVpc', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 's3:CreateBucket']],
    [60, ['ec2:CreateVpc', 'ec2:Describe*', 's3:CreateBucket']],
    [46, ['ec2:Create*', 'ec2:Describe*', 's3:Create*']],
  ];
  for (const [charactersMax, fitted] of cases)
    test(`${charactersMax} characters: ${fitted.join(' ')}`, () => {
      expect(fitActions(actions, charactersMax)).toEqual(fitted);
    });

  test('keeps actions on identities separate, however little space there is', () => {
    const identities = ['iam:CreatePolicy', 'iam:CreatePolicyVersion', 'kms:CreateKey'];
    const verbs = ['ec2:Create*', 'ec2:Describe*', ...identities, 's3:Create*'];
    expect(fitActions([...identities, ...actions], 104)).toEqual(verbs);
  });

  test('never widens to a whole service: throws if the verbs do not fit', () => {
    expect(() => fitActions(actions, 30)).toThrow(/need 43 characters.*resourceTypes/);
  });

  test('omits an action that a wildcard of the list covers', () => {
    expect(fitActions(['ec2:Describe*', 'ec2:DescribeVpcs'], 1000)).toEqual(['ec2:Describe*']);
  });

  test('loses no action, whatever the space', async () => {
    const action = fc
      .tuple(fc.constantFrom('ec2', 's3', 'rds'), fc.constantFrom('Create', 'Describe', 'Put'), fc.nat(99))
      .map(([service, verb, number]) => `${service}:${verb}Thing${number}`);
    await fc.assert(
      fc.property(fc.array(action), fc.integer({ min: 200, max: 2000 }), (list, charactersMax) => {
        const fitted = fitActions(list, charactersMax);
        const parts = splitActions(fitted, 200);
        expect(parts.flat()).toEqual(fitted);
        for (const wanted of list) expect(covers(fitted, wanted)).toBe(true);
      }),
    );
  });
});

describe('the permissions for resource types', () => {
  test('are those that their handlers declare, type by type', () => {
    expect(provisioningActions(['AWS::SQS::Queue']).plain).toEqual(permissionsFor(['AWS::SQS::Queue']));
    expect(provisioningActions(['AWS::SQS::*']).plain).toContain('sqs:CreateQueue');
    expect(provisioningActions(['AWS::SQS::*']).plain).not.toContain('sns:CreateTopic');
  });

  test('for roles and users are kept separate, because they need the boundary', () => {
    const { plain: free, bounded } = provisioningActions(['AWS::IAM::*']);
    expect(free.filter((one) => one.startsWith('iam:') && !/:(Get|List)/.test(one))).toEqual([]);
    for (const action of ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutUserPolicy', 'iam:CreateUser'])
      expect([action, free.includes(action), bounded.includes(action)]).toEqual([action, false, true]);
  });

  const never = [
    'iam:DeleteRolePermissionsBoundary',
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:UpdateLoginProfile',
    'iam:AddUserToGroup',
    'sts:AssumeRole',
    'organizations:CloseAccount',
    'organizations:*',
    'sso:CreateAccountAssignment',
    'iam:CreateOpenIDConnectProvider',
    'iam:UpdateSAMLProvider',
    'cloudformation:CreateStack',
    'cloudtrail:StopLogging',
    'config:StopConfigurationRecorder',
    'guardduty:DeleteDetector',
  ];
  const everything = provisioningActions(['AWS::*']);
  for (const action of never)
    test(`never include ${action}`, () => {
      const { plain: free, identities, bounded } = everything;
      expect(covers([...free, ...identities, ...bounded], action)).toBe(false);
    });
});

interface Role {
  RoleName: string;
  ManagedPolicyArns: unknown[];
  AssumeRolePolicyDocument: unknown;
}

describe('provisioning roles', () => {
  const roles = resourcesOf('AWS::IAM::Role')
    .map(([, role]) => role as unknown as Role)
    .filter((role) => role.RoleName?.startsWith('baton-provisioning-'));
  const policies = new Map(
    resourcesOf('AWS::IAM::ManagedPolicy').map(([id, policy]) => [id, policy.PolicyDocument]),
  );
  const documentsOf = (role: Role) =>
    role.ManagedPolicyArns.map((arn) => policies.get((arn as { Ref: string }).Ref));
  const inlineOf = (role: Role) =>
    resourcesOf('AWS::IAM::Policy')
      .filter(([, policy]) => listOf(policy.Roles).map(plain).join() === roleIdOf(role))
      .map(([, policy]) => policy.PolicyDocument);
  const roleIdOf = ({ RoleName }: Role) => `ProvisioningRole${RoleName.split('-').at(-1)}`;
  const statements = (role: Role): Statement[] =>
    [...documentsOf(role), ...inlineOf(role)].flatMap(statementsOf);

  test('exist once for each environment', () => {
    expect(roles.map((role) => role.RoleName)).toEqual([
      'baton-provisioning-dev',
      'baton-provisioning-regulated',
      'baton-provisioning-prod',
    ]);
  });

  for (const role of roles) {
    test(`${role.RoleName} trusts only CloudFormation, for this account`, () => {
      expect(role.AssumeRolePolicyDocument).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'cloudformation.amazonaws.com' },
            Condition: { StringEqualsIfExists: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      });
    });

    test(`${role.RoleName} stays within IAM's quotas`, () => {
      expect(role.ManagedPolicyArns.length).toBeLessThanOrEqual(10);
      for (const document of documentsOf(role))
        expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
      expect(inlineOf(role)).toHaveLength(1);
      expect(JSON.stringify(inlineOf(role)).length).toBeLessThanOrEqual(10_240);
    });

    test(`${role.RoleName} creates and changes identities only with the boundary`, () => {
      const makers = statements(role).filter(
        ({ effect, actions }) => effect === 'Allow' && covers(actions, 'iam:CreateRole'),
      );
      expect(makers.length).toBeGreaterThan(0);
      for (const { condition } of makers)
        expect(plain(condition?.StringEquals?.['iam:PermissionsBoundary'] ?? 'no condition')).toBe(
          'ProvisioningBoundary',
        );
    });

    test(`${role.RoleName} can't access Baton itself and the roles of the account`, () => {
      const denials = statements(role).filter(({ effect }) => effect === 'Deny');
      const denied = (action: string) =>
        denials.filter(({ actions }) => covers(actions, action)).flatMap(({ resources }) => resources);
      for (const resource of [
        'Ledger',
        'Ledger/*',
        'Inventory',
        'Documents/*',
        'DataKey',
        'iam:role/baton-*',
      ])
        expect(denied('anything:AtAll')).toContain(resource);
      expect(denied('iam:PassRole')).toContain('iam:role/cdk-*');
    });

    test(`${role.RoleName} has no wildcard over all services`, () => {
      const wide = statements(role).filter(
        ({ effect, actions }) => effect === 'Allow' && actions.includes('*'),
      );
      expect(wide).toEqual([]);
    });
  }

  test('of an environment that allows less may do less', () => {
    const actionsOf = (role?: Role) =>
      role === undefined
        ? []
        : statements(role)
            .filter(({ effect }) => effect === 'Allow')
            .flatMap((one) => one.actions);
    const [dev, , prod] = roles;
    expect(covers(actionsOf(dev), 'sagemaker:CreateModel')).toBe(true);
    expect(covers(actionsOf(prod), 'sagemaker:CreateModel')).toBe(false);
    expect(covers(actionsOf(prod), 'ecs:CreateService')).toBe(true);
  });
});

test('the boundary denies access to identities, the organization and Baton', () => {
  const [, boundary] =
    resourcesOf('AWS::IAM::ManagedPolicy').find(
      ([, policy]) => policy.ManagedPolicyName === 'baton-boundary',
    ) ?? [];
  const denials = statementsOf(boundary?.PolicyDocument).filter(({ effect }) => effect === 'Deny');
  const denied = denials.flatMap(({ actions }) => actions);
  for (const action of [
    'iam:CreateRole',
    'iam:PutRolePolicy',
    'organizations:LeaveOrganization',
    'dynamodb:PutItem',
  ])
    expect([action, denied.includes('*') || covers(denied, action)]).toEqual([action, true]);
  expect(denials.flatMap(({ resources }) => resources)).toContain('Ledger');
});
