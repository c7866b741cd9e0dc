import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { sessionIdentity } from '../../lib/local/iam/identity.ts';
import { boundaryName, identityPath } from '../../lib/model/identities.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';
import { storyAt } from '../sample.ts';

/**
 * An attacker submits a request that uses the provisioning role of an environment for more than its resources. Tested
 * first with the policies of the role, action by action as IAM evaluates them, and then with requests.
 */
let play: Playground;
let roles: ReturnType<typeof rolesOf>;
beforeAll(async () => {
  play = await openPlayground();
  roles = rolesOf(play.world.stack);
});
afterAll(() => play.close());

const account = '111111111111';
const iam = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const boundary = { 'iam:PermissionsBoundary': iam(`policy/${boundaryName}`) };
const toLambda = { 'iam:PassedToService': 'lambda.amazonaws.com' };
type Context = Record<string, string>;

function decide(environment: string, action: string, resource: string, context: Context = {}): boolean {
  const role = roles.get(iam(`role/baton-provisioning-${environment}`));
  if (role === undefined) throw new Error(`there is no provisioning role of ${environment}`);
  return evaluate({ caller: sessionIdentity(role, 'CloudControl'), action, resource, context }).allowed;
}

type Attempt = [what: string, action: string, resource: string, context?: Context];

/**
 * Actions that no provisioning role may perform. `*` for the environment is tested with `dev`, which allows all
 * resource types.
 */
const attempts: Attempt[] = [
  ['pass an administrator role', 'iam:PassRole', iam('role/Administrator'), toLambda],
  ['pass a role of the account below a path', 'iam:PassRole', iam('role/service-role/Build'), toLambda],
  ['pass a role of another environment', 'iam:PassRole', iam('role/baton/prod/shop/Task'), toLambda],
  [
    'pass a role of an environment with a longer name',
    'iam:PassRole',
    iam('role/baton/dev-eu/Task'),
    toLambda,
  ],
  ['pass its own role without naming a service', 'iam:PassRole', iam('role/baton/dev/Task')],
  ...['cloudformation', 'cloudtrail', 'config', 'servicecatalog', 'organizations'].map(
    (service): Attempt => [
      `pass its own role to ${service}`,
      'iam:PassRole',
      iam('role/baton/dev/Task'),
      { 'iam:PassedToService': `${service}.amazonaws.com` },
    ],
  ),
  ['pass a provisioning role', 'iam:PassRole', iam('role/baton-provisioning-dev'), toLambda],
  ['pass the execution role of the CDK', 'iam:PassRole', iam('role/cdk-hnb659fds-cfn-exec-role-1'), toLambda],
  [
    'rewrite the trust policy of a role in the account',
    'iam:UpdateAssumeRolePolicy',
    iam('role/Administrator'),
  ],
  ['rewrite the trust policy of a role of prod', 'iam:UpdateAssumeRolePolicy', iam('role/baton/prod/Task')],
  [
    'rewrite the trust of a role named in a group',
    'iam:UpdateAssumeRolePolicy',
    iam('role/OrganizationAccountAccessRole'),
  ],
  ['add permissions to a role in the account', 'iam:PutRolePolicy', iam('role/Build'), boundary],
  ['attach a policy to a role of prod', 'iam:AttachRolePolicy', iam('role/baton/prod/Task'), boundary],
  ['create a role outside of the path', 'iam:CreateRole', iam('role/Backdoor'), boundary],
  [
    'make a role in the path of another environment',
    'iam:CreateRole',
    iam('role/baton/prod/Backdoor'),
    boundary,
  ],
  ['create a role without the boundary', 'iam:CreateRole', iam('role/baton/dev/Backdoor')],
  [
    'make a role under another boundary',
    'iam:CreateRole',
    iam('role/baton/dev/Backdoor'),
    { 'iam:PermissionsBoundary': iam('policy/baton/dev/mine') },
  ],
  ['remove a boundary', 'iam:DeleteRolePermissionsBoundary', iam('role/baton/dev/Task'), boundary],
  ['widen a policy of the account', 'iam:CreatePolicyVersion', iam('policy/TeamPolicy')],
  ['widen the boundary', 'iam:CreatePolicyVersion', iam('policy/baton-boundary')],
  ['widen its own policy', 'iam:CreatePolicyVersion', iam('policy/baton-allow-8ea6260f-1')],
  ['restore an older version of a policy', 'iam:SetDefaultPolicyVersion', iam('policy/TeamPolicy')],
  ['create an OpenID provider', 'iam:CreateOpenIDConnectProvider', iam('oidc-provider/evil.example')],
  [
    'add a client to an OpenID provider',
    'iam:AddClientIDToOpenIDConnectProvider',
    iam('oidc-provider/token.actions.githubusercontent.com'),
  ],
  ['change a SAML provider', 'iam:UpdateSAMLProvider', iam('saml-provider/Okta')],
  ['create an access key for a person', 'iam:CreateAccessKey', iam('user/ana')],
  ['set the password of a person', 'iam:UpdateLoginProfile', iam('user/ana')],
  ['become the administrator in mayAsk', 'iam:CreateUser', iam('user/local')],
  ['become the administrator with a path', 'iam:CreateUser', iam('user/made/here/local')],
  ['add permissions to a person', 'iam:PutUserPolicy', iam('user/ana'), boundary],
  ['delete a person', 'iam:DeleteUser', iam('user/people/ben')],
  ['deactivate an MFA device', 'iam:DeactivateMFADevice', iam('user/ana')],
  ['add a user to a group', 'iam:AddUserToGroup', iam('group/Admins')],
  [
    'write an asset of the CDK',
    's3:PutObject',
    `arn:aws:s3:::cdk-hnb659fds-assets-${account}-us-east-1/x.zip`,
  ],
  [
    'open the bucket of assets',
    's3:PutBucketPolicy',
    `arn:aws:s3:::cdk-hnb659fds-assets-${account}-us-east-1`,
  ],
  [
    'push an image of the CDK',
    'ecr:PutImage',
    `arn:aws:ecr:us-east-1:${account}:repository/cdk-hnb659fds-container-assets-1`,
  ],
  [
    'change the version of the bootstrap',
    'ssm:PutParameter',
    `arn:aws:ssm:us-east-1:${account}:parameter/cdk-bootstrap/hnb659fds/version`,
  ],
  ...[
    ...['cloudformation:CreateStack', 'cloudformation:CreateStackSet', 'cloudformation:UpdateStack'],
    ...[
      'cloudformation:CreateChangeSet',
      'cloudformation:RegisterType',
      'cloudformation:SetTypeConfiguration',
    ],
    ...[
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'cloudtrail:UpdateTrail',
      'cloudtrail:PutEventSelectors',
    ],
    ...['config:StopConfigurationRecorder', 'config:DeleteConfigurationRecorder', 'config:PutConfigRule'],
    ...['guardduty:DeleteDetector', 'guardduty:UpdateDetector', 'guardduty:CreateFilter'],
    ...['securityhub:DisableSecurityHub', 'access-analyzer:DeleteAnalyzer', 'macie2:DisableMacie'],
    ...['organizations:LeaveOrganization', 'organizations:AttachPolicy', 'account:CloseAccount'],
    ...['sso:CreateAccountAssignment', 'sso:PutInlinePolicyToPermissionSet', 'identitystore:CreateUser'],
    ...['rolesanywhere:CreateTrustAnchor', 'servicecatalog:ProvisionProduct', 'sts:AssumeRole'],
  ].map((action): Attempt => [`call ${action}`, action, '*']),
  ['change the bucket of a trail', 's3:PutBucketPolicy', 'arn:aws:s3:::aws-cloudtrail-logs-1-2'],
  [
    "change Baton's function",
    'lambda:UpdateFunctionCode',
    `arn:aws:lambda:us-east-1:${account}:function:baton-pump`,
  ],
];

const environments = ['dev', 'regulated', 'prod'];

describe('no provisioning role may', () => {
  for (const [what, action, resource, context] of attempts)
    test(`${what}: ${action}`, () => {
      // Resources on prod's own path are allowed for prod.
      const others = environments.filter((name) => !resource.includes(`/baton/${name}/`) || name === 'dev');
      expect(others.filter((name) => decide(name, action, resource, context))).toEqual([]);
    });
});

describe('each provisioning role may', () => {
  for (const environment of environments) {
    const own = identityPath(environment);
    const allowed: Attempt[] = [
      ['create a role', 'iam:CreateRole', iam(`role${own}Task`), boundary],
      ['change the trust policy of its role', 'iam:UpdateAssumeRolePolicy', iam(`role${own}Task`)],
      ['add permissions to its role', 'iam:PutRolePolicy', iam(`role${own}shop/Task`), boundary],
      ['pass its role', 'iam:PassRole', iam(`role${own}Task`), toLambda],
      ['create a version of its policy', 'iam:CreatePolicyVersion', iam(`policy${own}Mine`)],
      ['create a queue', 'sqs:CreateQueue', `arn:aws:sqs:us-east-1:${account}:orders`],
      ['create a bucket', 's3:CreateBucket', 'arn:aws:s3:::orders'],
    ];
    for (const [what, action, resource, context] of allowed)
      test(`${what} in ${environment}`, () => {
        expect(decide(environment, action, resource, context)).toBe(true);
      });
  }
});

const trust =
  'AssumeRolePolicyDocument: { Version: 2012-10-17, Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: lambda.amazonaws.com } }] }';
const lambda = (role: string) =>
  `{ Type: AWS::Lambda::Function, Properties: { Role: ${role}, Runtime: nodejs22.x, Handler: index.handler, Code: { ZipFile: x } } }`;

describe('a request', () => {
  beforeAll(async () => {
    const { store } = play.world.services.cloudControl;
    for (const [identifier, Path] of [
      ['Administrator', '/'],
      ['ProdTask', '/baton/prod/'],
    ] as const)
      store.put({
        type: 'AWS::IAM::Role',
        identifier,
        properties: { RoleName: identifier, Path, AssumeRolePolicyDocument: {} },
        createdMillis: 0,
      });
  });

  const refused: Record<string, string> = {
    'that passes an administrator role': `A: ${lambda(iam('role/Administrator'))}`,
    "that passes another environment's role": `A: ${lambda(iam('role/baton/prod/ProdTask'))}`,
    "that passes Baton's own role": `A: ${lambda(iam('role/baton-provisioning-dev'))}`,
    'that creates a role at another path': `A: { Type: AWS::IAM::Role, Properties: { Path: /team/, ${trust} } }`,
    "that creates a role at another environment's path": `A: { Type: AWS::IAM::Role, Properties: { Path: /baton/prod/, ${trust} } }`,
    'that creates a role with another boundary': `A: { Type: AWS::IAM::Role, Properties: { PermissionsBoundary: ${iam('policy/wide')}, ${trust} } }`,
    'that adds permissions to a role in the account': `A: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: Administrator, PolicyName: more, PolicyDocument: { Statement: [] } } }`,
    'that attaches a policy to it': `A: { Type: AWS::IAM::ManagedPolicy, Properties: { Roles: [Administrator], PolicyDocument: { Statement: [] } } }`,
    'that adds it to an instance profile': `A: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [Administrator] } }`,
    'that creates an OpenID provider': `A: { Type: AWS::IAM::OIDCProvider, Properties: { Url: https://evil.example, ClientIdList: [x] } }`,
    'that creates a SAML provider': `A: { Type: AWS::IAM::SAMLProvider, Properties: { Name: evil, SamlMetadataDocument: x } }`,
  };
  for (const [index, [what, resources]] of Object.entries(refused).entries())
    storyAt(index, 3)(`${what} changes nothing`, async () => {
      const scope = `wide-${index}`;
      const ending = await play.submit(scope, manifest(scope, `Resources:\n  ${resources}`));
      expect(ending.status).not.toBe('Completed');
      expect(await play.live(scope)).toEqual([]);
      expect(play.calls.filter(({ type }) => type.startsWith('AWS::IAM::OIDC'))).toEqual([]);
    });

  test('without a path and a boundary gets both, and may pass its role', async () => {
    const resources = `Role: { Type: AWS::IAM::Role, Properties: { ${trust} } }\n  A: ${lambda('!GetAtt Role.Arn')}`;
    expect(await play.submit('placed', manifest('placed', `Resources:\n  ${resources}`))).toMatchObject({
      status: 'Completed',
    });
    const made = (await play.live('placed')).find(({ type }) => type === 'AWS::IAM::Role');
    expect(made?.properties).toMatchObject({
      Path: '/baton/dev/',
      PermissionsBoundary: iam('policy/baton-boundary'),
    });
  });

  test('may change the role and the policies it created', async () => {
    const all = (text: string) =>
      manifest(
        'changed',
        `Resources:
  Role: { Type: AWS::IAM::Role, Properties: { Description: ${text}, ${trust} } }
  More: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: !Ref Role, PolicyName: more, PolicyDocument: { Statement: [{ Sid: ${text}, Effect: Deny, Action: s3:*, Resource: '*' }] } } }
  Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }`,
      );
    for (const text of ['one', 'two'])
      expect(await play.submit(`changed-${text}`, all(text))).toMatchObject({ status: 'Completed' });
  });

  test('that IAM would deny is rejected at evaluation', async () => {
    const { verdictsHash = '' } = await play.deployment.ledger.request('wide-3');
    const { violations } = await play.deployment.documents.get<{ violations: object[] }>(verdictsHash);
    expect(violations).toContainEqual(
      expect.objectContaining({
        rule: 'IDENTITY_IN_ENVIRONMENT',
        path: 'A.Path',
        remedy: expect.stringContaining('/baton/dev/'),
      }),
    );
  });
});
