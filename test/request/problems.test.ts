import { describe, expect, it, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { noInputs } from '../../lib/request/index.ts';
import { normalized, problemsIn } from './normalize-text.ts';

const bucket = 'Type: AWS::S3::Bucket';
const inBucket = (properties: string) =>
  `Resources:\n  A:\n    ${bucket}\n    Properties:\n      ${properties}\n`;
const withResources = (text: string) => `Resources:\n${text.replaceAll(/^/gm, '  ')}\n`;
const beside = (text: string) => `${text}\nResources: { A: { ${bucket} } }\n`;

/** A request, the code, path and line of its problem, and part of the message. */
const wrong: [string, string, string, string, string][] = [
  ['an unknown section', beside('Resorces: {}'), 'UnknownSection', 'Resorces', 'did you mean "Resources"'],
  ['a section that is a list', beside('Outputs: []'), 'Section', 'Outputs', 'expected an object'],
  [
    'another format version',
    beside('AWSTemplateFormatVersion: 2011-01-01'),
    'Section',
    'AWSTemplateFormatVersion',
    '2010-09-09',
  ],
  ['no resources', 'Resources: {}', 'Section', 'Resources', 'at least one'],
  ['a header with a wrong action', beside('action: destroy'), 'Header', 'action', 'destroy'],
  ['a header with a wrong name', beside('service: "my shop"'), 'Header', 'service', 'my shop'],
  ['no type', 'Resources: { A: {} }', 'MissingProperty', 'Resources.A', 'needs a Type'],
  [
    'an unknown type',
    'Resources: { A: { Type: AWS::S3::Buckett } }',
    'UnknownType',
    'Resources.A.Type',
    'did you mean "AWS::S3::Bucket"',
  ],
  [
    "a module's file for a type",
    'Resources: { A: { Type: !Local::Module ../shared/queue.yaml } }',
    'Type',
    'Resources.A.Type',
    'no resource type "../shared/queue.yaml" that can be provisioned',
  ],
  [
    'an unknown key',
    `Resources: { A: { ${bucket}, DependOn: B } }`,
    'UnknownKey',
    'Resources.A.DependOn',
    'did you mean "DependsOn"',
  ],
  ['a resource that is a text', 'Resources: { A: x }', 'WrongType', 'Resources.A', 'a resource with a Type'],
  [
    'a logical id with a dash',
    `Resources: { A-b: { ${bucket} } }`,
    'LogicalId',
    'Resources.A-b',
    'letters and digits',
  ],
  [
    'an unknown property',
    inBucket('BuketName: x'),
    'UnknownProperty',
    'Resources.A.Properties.BuketName',
    'did you mean "BucketName"',
  ],
  [
    'an unknown nested property',
    inBucket('VersioningConfiguration: { Statu: x }'),
    'UnknownProperty',
    'Resources.A.Properties.VersioningConfiguration.Statu',
    'did you mean "Status"',
  ],
  [
    'a property that can only be read',
    inBucket('Arn: x'),
    'ReadOnlyProperty',
    'Resources.A.Properties.Arn',
    'read-only attribute',
  ],
  [
    'a missing property',
    'Resources: { A: { Type: AWS::EC2::Subnet } }',
    'MissingProperty',
    'Resources.A.Properties',
    '"VpcId" is required',
  ],
  [
    'a missing nested property',
    inBucket('VersioningConfiguration: {}'),
    'MissingProperty',
    'Resources.A.Properties.VersioningConfiguration',
    '"Status" is required',
  ],
  [
    'a text for an object',
    inBucket('VersioningConfiguration: on'),
    'WrongType',
    'Resources.A.Properties.VersioningConfiguration',
    'an object',
  ],
  ['a text for a list', inBucket('Tags: a'), 'WrongType', 'Resources.A.Properties.Tags', 'expected a list'],
  [
    'an object for a text',
    inBucket('BucketName: { a: b }'),
    'WrongType',
    'Resources.A.Properties.BucketName',
    'expected a text, got {"a":"b"}',
  ],
  ['null', inBucket('BucketName:'), 'Null', 'Resources.A.Properties.BucketName', 'remove the property'],
  [
    'a word for a boolean',
    'Resources: { A: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: maybe } } }',
    'WrongType',
    'Resources.A.Properties.EnableKeyRotation',
    'true or false',
  ],
  [
    'a word for a number',
    'Resources: { A: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: soon } } }',
    'WrongType',
    'Resources.A.Properties.DelaySeconds',
    'whole number',
  ],
  [
    'a fraction for a whole number',
    'Resources: { A: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: 1.5 } } }',
    'WrongType',
    'Resources.A.Properties.DelaySeconds',
    'got 1.5',
  ],
  [
    'a reference to a text for a list',
    inBucket('Tags: !Ref A'),
    'WrongType',
    'Resources.A.Properties.Tags',
    'which gives a text',
  ],
  [
    'an unknown reference',
    inBucket('BucketName: !Ref Bb'),
    'UnknownReference',
    'Resources.A.Properties.BucketName.Ref',
    '"Bb" is neither',
  ],
  [
    'an unknown attribute',
    inBucket('BucketName: !GetAtt A.Arm'),
    'UnknownAttribute',
    'Resources.A.Properties.BucketName.Fn::GetAtt',
    'did you mean "Arn"',
  ],
  [
    'an attribute of nothing',
    inBucket('BucketName: !Sub "${B.Arn}"'),
    'UnknownReference',
    'Resources.A.Properties.BucketName.Fn::Sub',
    'no resource "B"',
  ],
  [
    'a dependency on nothing',
    `Resources: { A: { ${bucket}, DependsOn: [Bb] } }`,
    'UnknownReference',
    'Resources.A.DependsOn.0',
    'no resource "Bb"',
  ],
  [
    'a reference to what a condition leaves out',
    `Conditions: { No: !Equals [a, b] }\nResources:\n  A: { ${bucket}, Condition: No }\n  B: { ${bucket}, Properties: { BucketName: !Ref A } }`,
    'InactiveReference',
    'Resources.B.Properties.BucketName.Ref',
    'condition is false',
  ],
  [
    'an unknown condition',
    `Resources: { A: { ${bucket}, Condition: Nope } }`,
    'UnknownCondition',
    'Resources.A.Condition',
    'no condition "Nope"',
  ],
  [
    'conditions in a circle',
    `${beside('Conditions: { X: !Condition Y, Y: !Not [!Condition X] }')}`,
    'Cycle',
    'Conditions.X',
    'X → Y → X',
  ],
  [
    'resources in a circle',
    withResources(
      `A: { ${bucket}, DependsOn: B }\nB: { ${bucket}, Properties: { BucketName: !Ref C } }\nC: { ${bucket}, Properties: { BucketName: !GetAtt A.Arn } }`,
    ),
    'Cycle',
    'Resources.A',
    'A → B → C → A',
  ],
  [
    'a resource that needs itself',
    `Resources: { A: { ${bucket}, DependsOn: A } }`,
    'Cycle',
    'Resources.A',
    'A → A',
  ],
  [
    'a name for a parameter and a resource',
    beside('Parameters: { A: { Type: String, Default: x } }'),
    'DuplicateKey',
    'Resources.A',
    'a parameter already',
  ],
  [
    'a loop that makes a name twice',
    withResources(`"Fn::ForEach::L": [X, [a, a], { "B\${X}": { ${bucket} } }]`),
    'DuplicateKey',
    'Resources.Ba',
    'more than one',
  ],
  [
    'a wrong deletion policy',
    `Resources: { A: { ${bucket}, DeletionPolicy: Keep } }`,
    'WrongType',
    'Resources.A.DeletionPolicy',
    'Retain',
  ],
  [
    'a snapshot of a bucket',
    `Resources: { A: { ${bucket}, DeletionPolicy: Snapshot } }`,
    'WrongType',
    'Resources.A.DeletionPolicy',
    "can't be kept as a snapshot",
  ],
  [
    'a wrong health check',
    `Resources: { A: { ${bucket}, Baton: { health: { kind: ping } } } }`,
    'Health',
    'Resources.A.Baton.health',
    'Baton block',
  ],
  [
    'an output without a value',
    beside('Outputs: { O: { Description: x } }'),
    'Output',
    'Outputs.O',
    'needs a Value',
  ],
  [
    'an output that is a list',
    beside('Outputs: { O: { Value: [a] } }'),
    'Output',
    'Outputs.O.Value',
    'must be a text',
  ],
  [
    'an export named twice',
    beside('Outputs: { O: { Value: a, Export: { Name: n } }, P: { Value: b, Export: { Name: n } } }'),
    'DuplicateExport',
    'Outputs.P',
    'by "O" already',
  ],
  [
    'an export named by a resource',
    beside('Outputs: { O: { Value: a, Export: { Name: !Ref A } } }'),
    'Output',
    'Outputs.O.Export.Name',
    'known before planning',
  ],
  [
    'a rule that does not hold',
    beside(
      'Parameters: { P: { Type: String, Default: x } }\nRules: { R: { Assertions: [{ Assert: !Equals [!Ref P, y], AssertDescription: P is y }] } }',
    ),
    'RuleFailed',
    'Rules.R.Assertions.0',
    'P is y',
  ],
  [
    'an import of nothing',
    inBucket('BucketName: !ImportValue other-name'),
    'UnknownImport',
    'Resources.A.Properties.BucketName.Fn::ImportValue',
    'other-name',
  ],
  [
    'a secret as plain text',
    'Resources: { A: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: hunter2 } } }',
    'SecretLiteral',
    'Resources.A.Properties.MasterUserPassword',
    'plaintext',
  ],
  [
    'a secret inside a list',
    'Resources: { A: { Type: AWS::ElastiCache::User, Properties: { Engine: redis, UserId: u, UserName: u, Passwords: [a] } } }',
    'SecretLiteral',
    'Resources.A.Properties.Passwords.0',
    '{{resolve:',
  ],
  ['a macro', beside('Transform: [AWS::LanguageExtensions, Mine]'), 'Macro', 'Transform', 'the macro Mine'],
  [
    'a macro inside',
    inBucket('"Fn::Transform": { Name: AWS::Include }'),
    'Macro',
    'Resources.A.Properties.Fn::Transform',
    'macro',
  ],
  [
    'a serverless type',
    'Resources: { A: { Type: AWS::Serverless::Function } }',
    'Macro',
    'Resources.A.Type',
    'must be expanded',
  ],
  [
    'a custom resource',
    'Resources: { A: { Type: Custom::Mine, Properties: { ServiceToken: x } } }',
    'CustomResource',
    'Resources.A.Type',
    'calls back',
  ],
  [
    'a custom resource by its long name',
    'Resources: { A: { Type: AWS::CloudFormation::CustomResource } }',
    'CustomResource',
    'Resources.A.Type',
    'calls back',
  ],
  [
    'a wait condition',
    'Resources: { A: { Type: AWS::CloudFormation::WaitConditionHandle } }',
    'NeedsStack',
    'Resources.A.Type',
    'signals',
  ],
  [
    'a nested stack',
    'Resources: { A: { Type: AWS::CloudFormation::Stack } }',
    'NeedsStack',
    'Resources.A.Type',
    'its own request',
  ],
  [
    'a creation policy',
    `Resources: { A: { ${bucket}, CreationPolicy: { ResourceSignal: { Count: 1 } } } }`,
    'NeedsStack',
    'Resources.A.CreationPolicy',
    'signals',
  ],
  [
    'cfn-init',
    `Resources: { A: { ${bucket}, Metadata: { 'AWS::CloudFormation::Init': {} } } }`,
    'NeedsStack',
    'Resources.A.Metadata.AWS::CloudFormation::Init',
    'cfn-init',
  ],
  [
    'an update that waits for signals',
    `Resources: { A: { ${bucket}, UpdatePolicy: { AutoScalingRollingUpdate: { WaitOnResourceSignals: true } } } }`,
    'NeedsStack',
    'Resources.A.UpdatePolicy',
    'CloudFormation stack',
  ],
  [
    'a type out of reach',
    'Resources: { A: { Type: AWS::IAM::AccessKey, Properties: { UserName: u } } }',
    'Type',
    'Resources.A.Type',
    'Cloud Control',
  ],
];

describe('every problem has its code, path, line and reason', () => {
  for (const [name, text, code, path, piece] of wrong) {
    test(`${name}: ${code}`, () => {
      const found = problemsIn(text);
      expect(found).toContainEqual(
        expect.objectContaining({
          code,
          path,
          message: expect.stringContaining(piece),
          file: 'request.yaml',
          line: expect.any(Number),
        }),
      );
    });
  }
});

test('names of inherited properties are ordinary names', () => {
  const names = ['hasOwnProperty', 'toString', 'isPrototypeOf', 'valueOf'];
  for (const name of names) {
    const text = `Parameters: { P: { Type: ${name} } }
Resources: { A: { ${bucket}, Condition: ${name}, Properties: { BucketName: !Ref ${name}, ${name}: 1 } } }`;
    const codes = problemsIn(text).map(({ code }) => code);
    expect(codes.sort()).toEqual([
      'ParameterType',
      'UnknownCondition',
      'UnknownProperty',
      'UnknownReference',
    ]);
  }
});

test('all problems are reported at once, in file order', () => {
  const text = withResources(
    `A: { ${bucket}, Properties: { X: 1, BucketName: [] } }\nB: { Type: AWS::None::Such }\nC: { ${bucket}, DependsOn: D }`,
  );
  const found = problemsIn(text).map(({ code, line }) => `${line} ${code}`);
  expect(found.sort()).toEqual(['2 UnknownProperty', '2 WrongType', '3 Type', '4 UnknownReference']);
});

test('a problem of a parameter is not repeated where it is used', () => {
  const text = `Parameters: { P: { Type: CommaDelimitedList } }
Resources: { A: { Type: AWS::EC2::Instance, Properties: { SecurityGroupIds: !Ref P } } }`;
  expect(problemsIn(text).map(({ code }) => code)).toEqual(['MissingParameter']);
});

test('after a macro, only refusals are reported', () => {
  const text = `Transform: Mine\nResources: { A: { Type: My::Own::Type }, B: { ${bucket}, Properties: { Odd: 1 } } }`;
  expect(problemsIn(text).map(({ code }) => code)).toEqual(['Macro']);
});

test('a plain template without defaults lacks a header', () => {
  const found = problemsIn(`Resources: { A: { ${bucket} } }`, { headerDefaults: { service: 's' } });
  expect(found.map(({ path }) => path).sort()).toEqual(['environment', 'owner', 'reason']);
});

test('a request has at most as many resources as a plan has steps', () => {
  const text = withResources(`A: { ${bucket} }\nB: { ${bucket} }`);
  expect(problemsIn(text, { resourcesMax: 1 })).toMatchObject([{ code: 'TooManyResources' }]);
});

const parameter = (declaration: string) =>
  `Parameters: { P: { ${declaration} } }\nResources: { A: { ${bucket} } }`;
/** A declaration, a value (or none), and the problem. */
const wrongParameters: [string, unknown, string, string][] = [
  ['Type: Strin', 'x', 'ParameterType', 'did you mean "String"'],
  ['Type: String, Defalt: x', 'x', 'Parameter', 'did you mean "Default"'],
  ['Type: String', undefined, 'MissingParameter', 'no Default'],
  ['Type: String', { a: 1 }, 'ParameterValue', 'takes a text'],
  ['Type: Number', 'x', 'ParameterValue', 'must be a number'],
  ['Type: List<Number>', '1,x', 'ParameterValue', 'must be a number, got "x"'],
  ['Type: String, AllowedValues: [a, b]', 'c', 'ParameterValue', 'one of a, b'],
  ['Type: CommaDelimitedList, AllowedValues: [a, b]', 'a,c', 'ParameterValue', 'got "c"'],
  [
    'Type: String, AllowedPattern: "[a-z]+", ConstraintDescription: small letters',
    'aB',
    'ParameterValue',
    '(small letters), got "aB"',
  ],
  ['Type: String, AllowedPattern: "[\\\\p{Alnum}_]++"', 'a-b', 'ParameterValue', 'must match'],
  ['Type: String, AllowedPattern: "("', 'a', 'Parameter', 'not a pattern'],
  ['Type: String, MinLength: 2', 'a', 'ParameterValue', 'at least 2'],
  ['Type: String, MaxLength: "2"', 'abc', 'ParameterValue', 'at most 2'],
  ['Type: Number, MinValue: 2', 1, 'ParameterValue', 'at least 2'],
  ['Type: Number, MaxValue: 2', 3, 'ParameterValue', 'at most 2'],
  ['Type: AWS::EC2::VPC::Id', 'subnet-1', 'ParameterValue', 'begin with "vpc-"'],
  ['Type: List<AWS::EC2::Subnet::Id>', 'subnet-1,sg-2', 'ParameterValue', 'got "sg-2"'],
  ['Type: AWS::SSM::Parameter::Value<String>', '/none', 'MissingParameter', 'SSM parameter "/none"'],
  ['Type: String, NoEcho: true', 'hunter2', 'SecretLiteral', '{{resolve:'],
  ['Type: String, NoEcho: true, Default: hunter2', undefined, 'SecretLiteral', '{{resolve:'],
];
describe('parameters', () => {
  for (const [declaration, value, code, piece] of wrongParameters) {
    test(`${declaration} with ${JSON.stringify(value)}: ${code}`, () => {
      const parameters: JsonObject = value === undefined ? {} : { P: value as JsonValue };
      const found = problemsIn(parameter(declaration), { inputs: { ...noInputs, parameters } });
      expect(found).toContainEqual(
        expect.objectContaining({ code, message: expect.stringContaining(piece) }),
      );
    });
  }

  test('a value for an undeclared parameter', () => {
    const inputs = { ...noInputs, parameters: { Pp: 'x' } };
    expect(problemsIn(parameter('Type: String, Default: y'), { inputs })).toMatchObject([
      { code: 'UnknownParameter', message: expect.stringContaining('did you mean "P"') },
    ]);
  });

  test('if policies warn, constraints of a template warn too, but its types do not', () => {
    const warnings: string[] = [];
    const text = parameter('Type: Number, MaxValue: 2');
    const options = {
      parameterConstraints: 'warn' as const,
      onWarning: ({ message }: { message: string }) => warnings.push(message),
    };
    normalized(text, { ...options, inputs: { ...noInputs, parameters: { P: '3' } } });
    expect(warnings).toEqual(['must be at most 2, got "3"']);
    expect(problemsIn(text, { ...options, inputs: { ...noInputs, parameters: { P: 'x' } } })).toHaveLength(1);
  });
});

describe('a type that no provider is responsible for', () => {
  const rules = {
    hasProvider: (type: string) => type.startsWith('AWS::'),
    expectedTypes: 'a type that begins with AWS::',
  };
  const codeOf = (type: string) =>
    problemsIn(`Resources: { A: { Type: ${type} } }`, rules).map(({ code }) => code);
  for (const type of ['Kubernetes::Apps::Deployment', 'Http::Endpoint', 'Datadog::Monitors::Monitor'])
    it(`${type} is refused, with what is expected and what to do`, () => {
      const [problem] = problemsIn(`Resources: { A: { Type: ${type} } }`, rules);
      expect(problem).toMatchObject({ code: 'NoProvider', path: 'Resources.A.Type' });
      expect(problem?.message).toMatch(/expected a type that begins with AWS::.*Remove the resource/);
    });
  it('is told from a slip, and from a type that its provider does not have', () => {
    expect(codeOf('AWS::S3::Buckett')).toEqual(['UnknownType']);
    expect(codeOf('AWS::Nothing::LikeIt')).toEqual(['Type']);
    const made = { ...rules, hasProvider: () => false };
    expect(problemsIn('Resources: { A: { Type: AWS::S3::Bucket } }', made)).toMatchObject([
      { code: 'NoProvider' },
    ]);
  });
});
