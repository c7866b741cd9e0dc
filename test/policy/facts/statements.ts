import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import { resource } from '../support.ts';
import { type FactCase, no, yes } from './case.ts';

const service = { Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const trust = { AssumeRolePolicyDocument: document({ ...service }) };
const onAll = (Action: JsonValue): JsonObject => ({ PolicyDocument: document({ Action, Resource: '*' }) });
const actionsOn = (Action: JsonValue, Resource: JsonValue): JsonObject => ({
  PolicyDocument: document({ Action, Resource }),
});

function document(...statements: JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) };
}

function opensTo(Principal: JsonValue, Condition?: JsonObject): JsonObject {
  const statement = { Principal, Action: 'sqs:SendMessage', Resource: '*' };
  return { PolicyDocument: document({ ...statement, ...(Condition && { Condition }) }) };
}

const github = { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' };
const token = (key: string, value: string) => ({
  StringLike: { [`token.actions.githubusercontent.com:${key}`]: value },
});
const manyServices = 's3 ec2 iam kms lambda rds dynamodb sns sqs logs'.split(' ').map((one) => `${one}:*`);
const nested = (depth: number): JsonObject => (depth === 0 ? {} : { a: nested(depth - 1) });

const role = resource('AWS::IAM::Role', {}, 'Own');
const machine = (properties: JsonObject) => resource('AWS::StepFunctions::StateMachine', properties, 'M');
const lambda = (properties: JsonObject) => resource('AWS::Lambda::Function', properties, 'F');
const own = { 'Fn::GetAtt': ['Own', 'Arn'] };
const theirs = 'arn:aws:iam::123456789012:role/admin';

export const statementCases: Record<string, FactCase[]> = {
  holdsPolicy: [
    [{}, no],
    [{ Name: 'a' }, no],
    [trust, yes],
    [{ Anything: { Below: [JSON.stringify(document(service))] } }, yes],
    [{ PolicyDocument: { Ref: 'Document' } }, yes],
    [{ PolicyDocument: 'no JSON' }, yes],
    [{ ManagedPolicyArns: [] }, yes],
    [{ Principal: '*' }, yes],
    [{ Rules: [{ Statement: { GeoMatchStatement: { CountryCodes: ['AT'] } } }] }, no],
    [{ DataProtectionPolicy: { Version: '2021-06-01', Statement: [{ Sid: 'audit' }] } }, no],
  ],
  allowsAdministration: [
    [{}, no],
    [trust, no],
    [onAll('*'), yes],
    [onAll(['*']), yes],
    [onAll('*:*'), yes],
    [onAll('?*:?*'), yes],
    [onAll('**'), yes],
    [onAll(' * '), yes],
    [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } }, yes],
    [{ PolicyDocument: { statement: { effect: 'allow', ACTION: '*', resource: ['*'] }, version: '' } }, yes],
    [{ PolicyDocument: JSON.stringify(onAll('*').PolicyDocument) }, yes],
    [{ Policies: [{ PolicyName: 'a', ...onAll('*') }] }, yes],
    [{ InlinePolicy: onAll('*').PolicyDocument ?? null }, yes],
    [{ PolicyDocument: document({ NotAction: 'iam:*', Resource: '*' }) }, yes],
    [{ PolicyDocument: document({ Action: '*', NotResource: 'arn:aws:s3:::a' }) }, yes],
    [{ PolicyDocument: document({ Action: '*', Resource: ['arn:aws:s3:::a', '*'] }) }, yes],
    [{ PolicyDocument: document({ Action: 'a*', Resource: '*' }, { Action: '*', Resource: '*' }) }, yes],
    [
      {
        PolicyDocument: { Statement: [{ Ref: 'AWS::NoValue', Effect: 'Allow', Action: '*', Resource: '*' }] },
      },
      yes,
    ],
    [onAll(manyServices), yes],
    [onAll(manyServices.slice(1)), no],
    [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, yes],
    [{ ManagedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] }, yes],
    [
      { ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess' }] },
      yes,
    ],
    [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }, no],
    [{ ManagedPolicyArns: ['arn:aws-cn:iam::aws:policy/administratoraccess'] }, yes],
    [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSOrganizationsFullAccess'] }, yes],
    [{ ManagedPolicyArns: ['{{resolve:ssm:/prod/app/arn}}'] }, { waitsFor: ['ManagedPolicyArns'] }],
    // A wildcard for a service counts for each service that it matches.
    [onAll(['a*:*', 'e*:*', 'r*:*', 'd*:*']), yes],
    [onAll('e?2:*'), no],
    [{ PolicyDocument: document({ Action: '*', Resource: '*', Principal: { Ref: 'AWS::NoValue' } }) }, yes],
    [
      {},
      yes,
      {
        resource: resource('AWS::IAM::ManagedPolicy', {
          PolicyDocument: document({ Action: '*', Resource: '*', Principal: { AWS: theirs } }),
        }),
      },
    ],
    [actionsOn('*', 'arn:aws:dynamodb:eu-west-1:123456789012:table/*'), no],
    [onAll('{{resolve:ssm:/prod/app/action}}'), { waitsFor: ['PolicyDocument'] }],
    [{ PolicyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } }, no],
    [actionsOn('*', 'arn:aws:s3:::a/*'), no],
    [onAll('s3:*'), no],
    [onAll({ Ref: 'Actions' }), { waitsFor: ['PolicyDocument'] }],
    [
      { PolicyDocument: { Statement: [{ 'Fn::If': ['A', {}, {}] }] } },
      { waitsFor: ['PolicyDocument.Statement.0'] },
    ],
    [
      { PolicyDocument: { Statement: [{ Effect: { Ref: 'A' }, Action: '*', Resource: '*' }] } },
      { waitsFor: ['PolicyDocument.Statement.0.Effect'] },
    ],
    // A service control policy only limits permissions, and so does an endpoint policy.
    [{}, no, { resource: resource('AWS::EC2::VPCEndpoint', onAll('*')) }],
    [{}, no, { resource: resource('AWS::Organizations::Policy', { Content: onAll('*') }) }],
  ],
  allowsEscalation: [
    [{}, no],
    [onAll('iam:PassRole'), yes],
    [onAll('IAM:passrole'), yes],
    [onAll('iam:Pass*'), yes],
    [onAll('i?m:PassRole'), yes],
    [onAll('i*:*'), yes],
    [onAll(['s3:GetObject', 'iam:CreatePolicyVersion']), yes],
    [onAll('sts:AssumeRole'), yes],
    [onAll('iam:GetRole'), no],
    [actionsOn('iam:PassRole', 'arn:aws:iam::*:role/*'), yes],
    [actionsOn('iam:PassRole', 'arn:aws:iam::123456789012:role/app-*'), no],
    [actionsOn('iam:PassRole', 'arn:aws:iam::123456789012:r*'), yes],
    [actionsOn('iam:PassRole', 'arn:aws:iam::123456789012:*ole/*'), yes],
    [actionsOn('iam:PassRole', 'arn:aws:iam::123456789012:role/*a*'), yes],
    [actionsOn('iam:PassRole', '*:role/*'), yes],
    [actionsOn('iam:PassRole', '{{resolve:ssm:/prod/app/role}}'), { waitsFor: ['PolicyDocument'] }],
    [actionsOn(['iam:PassRole', 'logs:PutLogEvents'], ['arn:aws:logs:*:*:*', theirs]), no],
    [actionsOn('ssm:SendCommand', 'arn:aws:ec2:*:123456789012:instance/*'), yes],
    [onAll('lambda:UpdateFunctionConfiguration'), yes],
    [onAll('cloudformation:UpdateStack'), yes],
    [onAll('sso:AttachCustomerManagedPolicyReferenceToPermissionSet'), yes],
    [onAll('iam:DetachRolePolicy'), yes],
    [onAll('ssm:StartSession'), yes],
    [actionsOn('iam:PassRole', own), no, { resources: [role] }],
    [actionsOn('iam:PassRole', { Ref: 'Parameter' }), { waitsFor: ['PolicyDocument'] }],
    [actionsOn('iam:PassRole', { 'Fn::GetAtt': ['Text', 'Value'] }), { waitsFor: ['PolicyDocument'] }],
    [onAll({ 'Fn::GetAtt': ['Text', 'Value'] }), { waitsFor: ['PolicyDocument'] }],
    [actionsOn('lambda:UpdateFunctionCode', { 'Fn::Sub': '${Function.Arn}:*' }), no],
    [{ PolicyDocument: document({ NotAction: ['s3:*'], Resource: '*' }) }, yes],
    [{ PolicyDocument: document({ Action: 'iam:PassRole', NotResource: 'a' }) }, yes],
    // A resource policy grants permissions for that resource only.
    [{ KeyPolicy: document({ Principal: { AWS: theirs }, Action: '*', Resource: '*' }) }, no],
  ],
  trustsEverybody: [
    [{}, no],
    [trust, no],
    [opensTo('*'), yes],
    [opensTo({ AWS: '*' }), yes],
    [opensTo({ AWS: ['*'] }), yes],
    [opensTo(['*']), yes],
    [opensTo({ AWS: 'arn:aws:iam::*:root' }), yes],
    [opensTo({ AWS: 'arn:aws:iam::12345678901?:role/app' }), yes],
    [opensTo({ AWS: 'arn:aws:iam::123456789012:role/*' }), yes],
    [opensTo({ Service: '*' }), yes],
    [opensTo({ Service: ['events.amazonaws.com', '*.amazonaws.com'] }), yes],
    [opensTo({ AWS: 123456789012 }), no],
    [opensTo({ AWS: theirs }), no],
    [opensTo({ AWS: own }, undefined), no, { resources: [role] }],
    [opensTo({ AWS: { Ref: 'Parameter' } }), { waitsFor: ['PolicyDocument'] }],
    [{ PolicyDocument: document({ NotPrincipal: { AWS: theirs }, Action: 'a:b' }) }, yes],
    [opensTo('*', { StringEquals: { 'aws:SourceAccount': '123456789012' } }), no],
    [opensTo('*', { StringEquals: { 'AWS:SourceAccount': '123456789012' } }), no],
    [opensTo('*', { StringLike: { 'aws:SourceAccount': '1*' } }), yes],
    [opensTo('*', { StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } }), yes],
    [opensTo('*', { StringNotEquals: { 'aws:SourceAccount': '123456789012' } }), yes],
    [opensTo('*', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } }), yes],
    [opensTo('*', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }), yes],
    [opensTo('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:123456789012:*' } }), no],
    [opensTo('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } }), no],
    [opensTo('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }), yes],
    [opensTo('*', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }), yes],
    ...['ar*', 'arn?aws:iam::*:role/app', '*role/app', '*:role/app'].map(
      (value): FactCase => [opensTo('*', { StringLike: { 'aws:PrincipalArn': value } }), yes],
    ),
    [opensTo('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::a*' } }), yes],
    [opensTo('*', { StringLike: { 'aws:SourceVpce': 'vpce-*' } }), yes],
    [opensTo('*', { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }), no],
    [opensTo('*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/*' } }), yes],
    [opensTo('*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } }), no],
    [opensTo('*', { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } }), yes],
    [opensTo('*', { StringLike: { 'aws:PrincipalOrgID': '{{resolve:ssm:/org}}' } }), yes],
    [opensTo('*', { StringEquals: { 'aws:PrincipalOrgID': '{{resolve:ssm:/org}}' } }), no],
    [opensTo({ AWS: '{{resolve:ssm:/prod/app/who}}' }), { waitsFor: ['PolicyDocument'] }],
    [opensTo({ AWS: [['*']] }), yes],
    [opensTo('*', { Bool: { 'aws:SecureTransport': 'true' } }), yes],
    [opensTo(github), yes],
    [opensTo(github, token('aud', 'sts.amazonaws.com')), yes],
    [opensTo(github, token('sub', 'repo:*')), yes],
    [opensTo(github, token('sub', 'repo:acme/*')), no],
    [opensTo({ federated: github.Federated }), yes],
    ...['repo*', 'r*:ref:refs/heads/main', 'rep?:*', 'repo:acme*'].map(
      (value): FactCase => [opensTo(github, token('sub', value)), yes],
    ),
    [opensTo(github, token('repository_owner', 'a*')), yes],
    [opensTo(github, token('repository_owner', 'acme')), no],
    ...(
      [
        ['gitlab.com', 'aud', 'https://gitlab.com', yes],
        ['gitlab.com', 'sub', 'project_path:*', yes],
        ['gitlab.com', 'sub', 'project_path:acme/app:*', no],
        ['app.terraform.io', 'aud', 'aws.workload.identity', yes],
        ['app.terraform.io', 'sub', 'organization:*:project:*', yes],
        ['app.terraform.io', 'sub', 'organization:acme:project:*', no],
        ['oidc.eks.eu-west-1.amazonaws.com/id/A', 'aud', 'sts.amazonaws.com', yes],
        ['oidc.eks.eu-west-1.amazonaws.com/id/A', 'sub', 'system:serviceaccount:app:*', no],
        ['login.acme.com', 'aud', '0oa1b2c3', no],
        ['cognito-identity.amazonaws.com', 'aud', 'eu-west-1:0123', no],
        ['cognito-identity.amazonaws.com', 'amr', 'authenticated', yes],
      ] as const
    ).map(
      ([Federated, claim, value, expected]): FactCase => [
        opensTo({ Federated }, { StringLike: { [`${Federated}:${claim}`]: value } }),
        expected,
      ],
    ),
    [{ Principal: '*' }, yes, { resource: resource('AWS::Lambda::Permission', { Principal: '*' }) }],
    [{}, no, { resource: resource('AWS::Lambda::Permission', { Principal: 's3.amazonaws.com' }) }],
    [
      {},
      no,
      { resource: resource('AWS::Lambda::Permission', { Principal: '*', SourceAccount: '123456789012' }) },
    ],
    [{}, yes, { resource: resource('AWS::Events::EventBusPolicy', { Principal: '*' }) }],
    [{}, yes, { resource: resource('AWS::Lambda::LayerVersionPermission', { Principal: '*' }) }],
    [
      {},
      yes,
      {
        resource: resource('AWS::Lambda::Permission', {
          Principal: '*',
          SourceArn: 'ar*',
          SourceAccount: '1*',
        }),
      },
    ],
    ...(
      [
        [{}, yes],
        [{ Type: 'StringLike', Key: 'aws:PrincipalOrgID', Value: '*' }, yes],
        [{ Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-a1b2c3d4e5' }, no],
      ] as const
    ).map(
      ([Condition, expected]): FactCase => [
        {},
        expected,
        { resource: resource('AWS::Events::EventBusPolicy', { Principal: '*', Condition }) },
      ],
    ),
    [
      {},
      yes,
      { resource: resource('AWS::EC2::VPCEndpointServicePermissions', { AllowedPrincipals: [theirs, '*'] }) },
    ],
    [
      {},
      yes,
      {
        resource: resource('AWS::ImageBuilder::DistributionConfiguration', {
          Distributions: [
            { AmiDistributionConfiguration: { LaunchPermissionConfiguration: { UserGroups: ['all'] } } },
          ],
        }),
      },
    ],
  ],
  unreadablePolicy: [
    [{}, no],
    [trust, no],
    [{ PolicyDocument: '{"Statement": [' }, yes],
    [{ PolicyDocument: 'Statement: yaml' }, yes],
    [{ PolicyDocument: '"text"' }, yes],
    [{ PolicyDocument: 5 }, yes],
    [{ PolicyDocument: {} }, yes],
    [{ PolicyDocument: { Statement: ['Allow'] } }, yes],
    [{ PolicyDocument: { Statement: [{ Effect: 'Permit', Action: '*' }] } }, yes],
    [{ PolicyDocument: { Statement: [{ Effect: ['Allow'], Action: '*' }] } }, yes],
    [{ PolicyDocument: { Statement: [{ Action: '*', Resource: '*' }] } }, yes],
    [{ PolicyDocument: { Statement: [], statement: [] } }, yes],
    [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', action: '*' }] } }, yes],
    [{ Policies: [{ PolicyName: 'a', PolicyDocument: 'not JSON' }] }, yes],
    [{ ResourcePolicy: 'not JSON' }, yes],
    [{ ResourcePolicy: { PolicyDocument: document(service) } }, no],
    [{ Policy: [JSON.stringify(document(service))] }, no],
    [{ A: nested(60) }, yes],
    [{ PolicyDocument: { Ref: 'Document' } }, no],
    [
      {},
      no,
      {
        resource: resource('AWS::EKS::AccessEntry', {
          AccessPolicies: [{ PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy' }],
        }),
      },
    ],
    [{}, no, { resource: resource('AWS::EC2::VerifiedAccessGroup', { PolicyDocument: 'permit(...)' }) }],
  ],
  isVehicle: [
    [{}, no],
    [{}, yes, { resource: machine({}) }],
    [{}, yes, { resource: resource('AWS::CloudFormation::StackSet', {}) }],
    [{}, yes, { resource: resource('Custom::Thing', {}) }],
    [{}, no, { resource: lambda({ Role: theirs }) }],
  ],
  borrowsRights: [
    [{}, no],
    [{}, yes, { resource: machine({ RoleArn: theirs }) }],
    [{}, yes, { resource: machine({ RoleArn: { 'Fn::ImportValue': 'admin' } }) }],
    [{}, no, { resource: machine({ RoleArn: own }), resources: [role] }],
    [{}, yes, { resource: lambda({ Role: theirs }) }],
  ],
};
