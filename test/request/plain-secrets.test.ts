import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../lib/model/json.ts';
import {
  anywhere,
  externalReferences,
  type Inputs,
  noInputs,
  normalizeRequest,
  plainSecretProblems,
  readManifest,
} from '../../lib/request/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';

const lookup = typeLookup(ensureTypes());
const secret = '{{resolve:secretsmanager:dev/db:SecretString:password}}';
const canary = 'hunter2';

function problems(document: object, inputs: Partial<Inputs> = {}): string[] {
  const manifest = readManifest(JSON.stringify(document), 'request.json');
  const found = plainSecretProblems(manifest, { ...noInputs, ...inputs }, { ...anywhere, lookup });
  expect(JSON.stringify(found)).not.toContain(canary);
  return found.map(({ path, code }) => `${code} ${path}`);
}

const database = (password: JsonValue, more: object = {}) => ({
  Resources: { D: { Type: 'AWS::RDS::DBInstance', Properties: { MasterUserPassword: password } } },
  ...more,
});
const at = 'SecretLiteral Resources.D.Properties.MasterUserPassword';

describe('rejects a sensitive property in plain text, in any spelling', () => {
  const forms: Record<string, [password: JsonValue, more?: object, inputs?: Partial<Inputs>]> = {
    'a text': [canary],
    'a number': [19830603],
    'the beginning of a reference': [`${canary}{{resolve:`],
    'a text next to a plain parameter': [`${canary}{{resolve:ssm:/dev/public}}`],
    'an object': [{ password: canary }],
    'a list': [[canary]],
    'Fn::Sub': [{ 'Fn::Sub': canary }],
    'Fn::Sub with variables': [{ 'Fn::Sub': ['${A}${B}', { A: 'hunt', B: 'er2' }] }],
    'Fn::Join': [{ 'Fn::Join': ['', ['hunt', 'er2']] }],
    'Fn::Join with what a resource gives': [{ 'Fn::Join': ['', ['hunter2-', { Ref: 'D' }]] }],
    'a document with a location and a credential': [
      { 'Fn::Sub': `{"host":"\${D.Endpoint.Address}","password":"${canary}"}` },
    ],
    'a document with an unknown field': ['{"host":"h","pin":4711}'],
    'Fn::Base64': [{ 'Fn::Base64': canary }],
    'Fn::Select': [{ 'Fn::Select': [1, ['', canary]] }],
    'Fn::Split': [{ 'Fn::Select': [0, { 'Fn::Split': [',', `${canary},`] }] }],
    'Fn::FindInMap': [{ 'Fn::FindInMap': ['M', 'a', 'b'] }, { Mappings: { M: { a: { b: canary } } } }],
    'Fn::FindInMap by the region': [
      { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'b'] },
      { Mappings: { M: { 'us-east-1': { b: canary } } } },
    ],
    'either branch of Fn::If': [
      { 'Fn::If': ['No', canary, secret] },
      { Conditions: { No: { 'Fn::Equals': ['a', 'b'] } } },
    ],
    'a branch of Fn::If whose condition is no name': [{ 'Fn::If': [false, canary, secret] }],
    'a branch inside another function': [
      { 'Fn::Base64': { 'Fn::If': ['No', canary, secret] } },
      { Conditions: { No: { 'Fn::Equals': ['a', 'b'] } } },
    ],
    'a parameter of any kind': [
      { Ref: 'Open' },
      { Parameters: { Open: { Type: 'String', Default: canary } } },
    ],
    'a value of such a parameter': [
      { Ref: 'Open' },
      { Parameters: { Open: { Type: 'String' } } },
      { parameters: { Open: canary } },
    ],
    'an import that is given': [{ 'Fn::ImportValue': 'x' }, {}, { imports: { x: canary } }],
    'a malformed function': [{ 'Fn::Join': canary }],
    'an unknown function': [{ 'Fn::Decrypt': canary }],
    'together with a macro': [canary, { Transform: 'Expand' }],
  };
  for (const [what, [password, more, inputs]] of Object.entries(forms))
    test(what, () => {
      expect(problems(database(password, more), inputs)).toContain(at);
    });
});

describe('rejects it anywhere in the document', () => {
  const broker = (users: JsonValue) => ({
    Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { D: { Type: 'AWS::AmazonMQ::Broker', Properties: { Users: users } } },
  });
  const user = { Username: 'u', Password: canary };
  const documents: Record<string, object> = {
    'in a list': broker([user]),
    'in a branch of a list': broker({ 'Fn::If': ['No', [user], []] }),
    'in a branch of an element': broker([{ 'Fn::If': ['No', user, { Ref: 'AWS::NoValue' }] }]),
    'in the argument of Fn::Select': broker([{ 'Fn::Select': [{ Ref: 'D' }, [user]] }]),
    'without the list': broker(user),
    'in a resource whose condition does not hold': {
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { D: { ...database(canary).Resources.D, Condition: 'No' } },
    },
    'in a loop over resources': {
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        'Fn::ForEach::All': ['X', ['a', 'b'], { 'D${X}': database(canary).Resources.D }],
      },
    },
    'in a loop over types': {
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        'Fn::ForEach::All': [
          'X',
          ['RDS'],
          { 'D${X}': { Type: 'AWS::${X}::DBInstance', Properties: { MasterUserPassword: canary } } },
        ],
      },
    },
    'in nested loops': {
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        'Fn::ForEach::One': [
          'X',
          ['a'],
          { 'Fn::ForEach::Two': ['Y', ['b'], { 'D${X}${Y}': database(canary).Resources.D }] },
        ],
      },
    },
    'in a loop over properties': {
      Transform: 'AWS::LanguageExtensions',
      Resources: {
        D: {
          Type: 'AWS::RDS::DBInstance',
          Properties: { 'Fn::ForEach::P': ['X', ['Password'], { 'MasterUser${X}': canary }] },
        },
      },
    },
  };
  for (const [what, document] of Object.entries(documents))
    test(what, () => {
      expect(problems(document).filter((problem) => problem.startsWith('SecretLiteral'))).not.toEqual([]);
    });
});

describe('a NoEcho parameter', () => {
  const declared = (more: object) => ({ Parameters: { P: { NoEcho: true, Type: 'String', ...more } } });
  const rows: [what: string, declaration: object, value?: JsonValue][] = [
    ['a value', {}, canary],
    ['a default', { Default: canary }],
    ['in another spelling', { NoEcho: 'TRUE' }, canary],
    ['a number', {}, 19830603],
    ['an object', {}, { a: canary }],
    ['a list of which one is a reference', { Type: 'CommaDelimitedList' }, [secret, canary]],
    ['of an unknown type', { Type: 'Secret' }, canary],
  ];
  for (const [what, declaration, value] of rows)
    test(`rejects plain text: ${what}`, () => {
      const parameters: Record<string, JsonValue> = value === undefined ? {} : { P: value };
      expect(problems(declared(declaration), { parameters })).toEqual(['SecretLiteral Parameters.P']);
    });

  test('may exist although it is not declared', () => {
    expect(problems({}, { parameters: { P: canary } })).toEqual(['UnknownParameter Parameters']);
  });

  test('with a list is rejected by admission too if one of its texts is plain', () => {
    const document = { ...database(secret), ...declared({ Type: 'CommaDelimitedList' }) };
    const inputs = { ...noInputs, parameters: { P: [secret, canary] } };
    expect(() => normalized(document, inputs)).toThrow(/"P" is a secret/);
  });

  test('that names an SSM parameter stays a reference to it', () => {
    const document = {
      ...database(secret),
      Parameters: { P: { NoEcho: true, Type: 'AWS::SSM::Parameter::Value<String>', Default: '/dev/p' } },
      Outputs: { O: { Value: { Ref: 'P' } } },
    };
    const manifest = readManifest(JSON.stringify(document), 'x.json');
    const [wanted] = externalReferences(manifest, noInputs).ssm;
    expect(wanted?.name).toBe('/dev/p');
    const { outputs } = normalized(document, { ...noInputs, ssm: { '/dev/p': canary } });
    expect(outputs).toMatchObject({ O: { value: '{{resolve:ssm:/dev/p}}' } });
  });
});

function normalized(document: object, inputs: Inputs) {
  return normalizeRequest(readManifest(JSON.stringify(document), 'x.json'), {
    ...{ inputs, account: '111111111111', region: 'us-east-1', lookup },
    headerDefaults: { environment: 'dev', service: 's', owner: 'o', reason: 'r' },
  });
}

describe('accepts values that are not plain-text secrets', () => {
  const forms: Record<string, [password: JsonValue, more?: object, inputs?: Partial<Inputs>]> = {
    'a reference': [secret],
    'a reference within a text': [`a:${secret}@b`],
    'a plain parameter alone': ['{{resolve:ssm:/dev/public}}'],
    nothing: [''],
    'an attribute of a resource': [{ 'Fn::GetAtt': ['D', 'Endpoint.Address'] }],
    'a reference to a secret in the same template': [
      { 'Fn::Sub': '{{resolve:secretsmanager:${D}:SecretString:password}}' },
    ],
    'the same, joined': [
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'D' }, ':SecretString}}']] },
    ],
    'NoEcho with a reference': [
      { 'Fn::Sub': 'a:${P}' },
      { Parameters: { P: { Type: 'String', NoEcho: true } } },
      { parameters: { P: secret } },
    ],
    'a document with only a location': [
      {
        'Fn::Sub':
          '{"engine":"postgres","host":"${D.Endpoint.Address}","port":${D.Endpoint.Port},"url":"${D.Endpoint.Address}"}',
      },
    ],
    'one of two references': [
      { 'Fn::If': ['No', secret, { Ref: 'AWS::NoValue' }] },
      { Conditions: { No: { 'Fn::Equals': ['a', 'b'] } } },
    ],
  };
  for (const [what, [password, more, inputs]] of Object.entries(forms))
    test(what, () => {
      expect(problems(database(password, more), inputs)).toEqual([]);
    });
});
