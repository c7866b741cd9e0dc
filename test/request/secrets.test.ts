import { describe, expect, test } from 'vitest';
import {
  findSecretReferences,
  MalformedReference,
  noInputs,
  parseDynamicReference,
  readManifest,
  resolveSecrets,
  sealSecrets,
} from '../../lib/request/index.ts';
import { lookup, normalized, problemsIn } from './normalize-text.ts';

describe('rejects malformed references', () => {
  for (const reference of [
    '{{resolve:vault:x}}',
    '{{resolve:ssm:}}',
    '{{resolve:secretsmanager:x:SecretBinary}}',
  ]) {
    test(reference, () => expect(() => parseDynamicReference(reference)).toThrow(MalformedReference));
  }
});

const arn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf';
const references: [string, unknown][] = [
  ['{{resolve:ssm:/a/b}}', { service: 'ssm', name: '/a/b' }],
  ['{{resolve:ssm-secure:a:3}}', { service: 'ssm-secure', name: 'a', version: '3' }],
  ['{{resolve:secretsmanager:db}}', { service: 'secretsmanager', secretId: 'db' }],
  [
    '{{resolve:secretsmanager:db:SecretString:password}}',
    { service: 'secretsmanager', secretId: 'db', jsonKey: 'password' },
  ],
  [
    `{{resolve:secretsmanager:${arn}:SecretString:user:AWSPREVIOUS}}`,
    { secretId: arn, jsonKey: 'user', versionStage: 'AWSPREVIOUS' },
  ],
  ['{{resolve:secretsmanager:db:SecretString:::v1}}', { secretId: 'db', versionId: 'v1' }],
];
describe('references and their parts', () => {
  for (const [reference, parts] of references) {
    test(reference, () => expect(parseDynamicReference(reference)).toMatchObject(parts as object));
  }
});

test('a missing secret is an error', async () => {
  const gone = () => Promise.reject(new Error('no such secret'));
  await expect(resolveSecrets({ a: '{{resolve:ssm:x}}' }, gone)).rejects.toThrow('no such secret');
});

test('finds all references and resolves each once', async () => {
  const value = {
    a: ['{{resolve:ssm:x}}', 'p={{resolve:ssm:y}};{{resolve:ssm:x}}'],
    b: { 'Fn::Base64': '{{resolve:ssm:x}}!' },
  };
  expect(findSecretReferences(value)).toEqual(['{{resolve:ssm:x}}', '{{resolve:ssm:y}}']);
  const asked: string[] = [];
  const resolver = async (reference: string) => {
    asked.push(reference);
    return reference.includes('x') ? 'X' : 'Y$&';
  };
  expect(await resolveSecrets(value, resolver)).toEqual({ a: ['X', 'p=Y$&;X'], b: 'WCE=' });
  expect(asked).toHaveLength(2);
});

const template = (password: string) => `
Parameters:
  Secret: { Type: String, NoEcho: true, Default: hunter1 }
  Open: { Type: String, Default: hunter2 }
Resources:
  A: { Type: AWS::RDS::DBInstance, Properties: { MasterUsername: !Ref Secret, MasterUserPassword: ${password} } }
`;
describe('plain templates are sealed before they are sent', () => {
  for (const [password, secret] of [
    ['hunter3', 'hunter3'],
    ['!Ref Open', 'hunter2'],
    ["!Sub '${Open}!'", 'hunter2'],
  ] as const) {
    test(`a password that is ${password}`, () => {
      expect(problemsIn(template(password)).map(({ code }) => code)).toContain('SecretLiteral');
      const sealed = sealSecrets(readManifest(template(password), 'x'), noInputs, lookup);
      expect(Object.values(sealed.secrets).sort()).toEqual(['hunter1', secret]);
      const text = JSON.stringify(sealed.manifest.document);
      const [resource] = normalized(text, { inputs: sealed.inputs }).resources;
      expect(JSON.stringify(resource?.properties)).not.toContain('hunter');
      expect(findSecretReferences(resource?.properties ?? {})).toHaveLength(2);
    });
  }

  test('manifests are not sealed: their literals are rejected', () => {
    const manifest = readManifest(`baton: v1${template('hunter3')}`, 'x');
    expect(sealSecrets(manifest, noInputs, lookup)).toMatchObject({ manifest, secrets: {} });
  });
});
