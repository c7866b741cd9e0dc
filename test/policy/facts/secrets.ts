import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import type { FactResult } from '../../../lib/policy/facts/fact.ts';
import { resource } from '../support.ts';
import { type FactCase, no, yes } from './case.ts';

const parameters: Record<string, JsonValue> = {
  Secure: { Type: 'String', NoEcho: true },
  SecureText: { Type: 'String', NoEcho: 'true' },
  Open: { Type: 'String' },
  Echoed: { Type: 'String', NoEcho: false },
  Preset: { Type: 'String', NoEcho: true, Default: 'hunter2' },
  OldKey: { Type: 'String', Default: 'alias/aws/secretsmanager' },
};

const secret = '{{resolve:secretsmanager:db:SecretString:password}}';
const from = (...sources: string[]): FactResult => ({ value: sources });

/** Values of a secret, and their sources. */
const sources: [JsonValue, ...string[]][] = [
  ['hunter2', 'literal'],
  ['', 'literal'],
  [12345678, 'literal'],
  [['hunter2'], 'literal'],
  [{ Some: 'map' }, 'literal'],
  [null],
  [{ Ref: 'AWS::NoValue' }],
  [{ Ref: 'Secure' }, 'secure-parameter'],
  [{ Ref: 'SecureText' }, 'secure-parameter'],
  [{ Ref: 'Open' }, 'open-parameter'],
  [{ Ref: 'Echoed' }, 'open-parameter'],
  [{ Ref: 'Preset' }, 'open-parameter'],
  [{ Ref: 'Somewhere' }, 'reference'],
  [{ 'Fn::GetAtt': ['Maker', 'Password'] }, 'reference'],
  [{ 'Fn::ImportValue': 'Password' }, 'reference'],
  [secret, 'secrets-manager'],
  ['{{resolve:secretsmanager:}}', 'literal'],
  [`password=${secret}`, 'literal'],
  ['{{resolve:ssm-secure:password:1}}', 'ssm-secure'],
  ['{{resolve:ssm:password:1}}', 'ssm'],
  [{ 'Fn::Sub': '{{resolve:secretsmanager:${Secret}::password}}' }, 'secrets-manager'],
  [{ 'Fn::Sub': ['{{resolve:ssm-secure:${Name}}}', { Name: 'a' }] }, 'ssm-secure'],
  [{ 'Fn::Sub': 'hunter2' }, 'literal'],
  [{ 'Fn::Sub': '${Secure}' }, 'secure-parameter'],
  [{ 'Fn::Sub': '${Secure}-2' }, 'reference'],
  [
    { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString}}']] },
    'secrets-manager',
  ],
  [{ 'Fn::Join': ['-', ['hunter', '2']] }, 'literal'],
  [{ 'Fn::Join': ['', [{ Ref: 'Secure' }]] }, 'secure-parameter'],
  [{ 'Fn::Join': ['', { Ref: 'List' }] }, 'reference'],
  [{ 'Fn::If': ['A', { Ref: 'Secure' }, 'hunter2'] }, 'literal', 'secure-parameter'],
  [{ 'Fn::If': ['A', secret, { Ref: 'AWS::NoValue' }] }, 'secrets-manager'],
];

/** Cases of a fact whose secret is where `place` puts it. */
function placed(type: string, place: (value: JsonValue) => JsonObject): FactCase[] {
  return sources.map(([value, ...expected]): FactCase => {
    const properties = place(value);
    return [properties, from(...expected), { parameters, resource: resource(type, properties) }];
  });
}

function ofType(type: string, properties: JsonObject, ...expected: string[]): FactCase {
  return [properties, from(...expected), { parameters, resource: resource(type, properties) }];
}

const broker = 'AWS::AmazonMQ::Broker';
const stream = 'AWS::KinesisFirehose::DeliveryStream';
const user = 'AWS::IAM::User';

const schedule = (SecretId: JsonValue) =>
  resource('AWS::SecretsManager::RotationSchedule', { SecretId }, 'Schedule');
const attachment = (SecretId: JsonValue) =>
  resource('AWS::SecretsManager::SecretTargetAttachment', { SecretId }, 'Attachment');

const authentication = (entry: JsonValue): FactCase[2] => ({
  resource: {
    ...resource('AWS::EC2::Instance'),
    metadata: { 'AWS::CloudFormation::Authentication': { Access: entry } },
  },
});

export const secretsCases: Record<string, FactCase[]> = {
  passwordSources: [
    ...placed('AWS::RDS::DBInstance', (MasterUserPassword) => ({ MasterUserPassword })),
    ofType('AWS::RDS::DBInstance', {}),
    ofType('AWS::RDS::DBCluster', { MasterUserPassword: secret }, 'secrets-manager'),
    ofType('AWS::Redshift::Cluster', { MasterUserPassword: secret }, 'secrets-manager'),
    ofType('AWS::DMS::Endpoint', { Password: 'hunter2' }, 'literal'),
    ofType('AWS::DMS::Endpoint', {}),
    ofType('AWS::DirectoryService::MicrosoftAD', { Password: 'hunter2' }, 'literal'),
    ofType('AWS::DirectoryService::MicrosoftAD', {}, 'missing'),
    ofType(broker, {}),
    ofType(broker, { Users: [] }),
    ofType(broker, { Users: [{ Username: 'a' }] }, 'missing'),
    ofType(broker, { Users: { Password: secret } }, 'secrets-manager'),
    ofType(broker, { Users: [{ Password: secret }, { Password: 'hunter2' }] }, 'literal', 'secrets-manager'),
    ofType(broker, { Users: { Ref: 'Users' } }, 'reference'),
    ofType(broker, { Users: { 'Fn::If': ['A', [{ Password: secret }], []] } }, 'secrets-manager'),
    ofType(broker, { Users: { 'Fn::If': ['A', [{ Password: 'hunter2' }], []] } }, 'literal'),
    ofType(broker, { Users: 'root' }, 'missing'),
    ofType(user, {}),
    ofType(user, { LoginProfile: {} }, 'missing'),
    ofType(user, { LoginProfile: { Password: { Ref: 'Secure' } } }, 'secure-parameter'),
    ofType(user, { LoginProfile: { Ref: 'AWS::NoValue' } }),
  ],
  userNameSources: placed('AWS::RDS::DBInstance', (MasterUsername) => ({ MasterUsername })),
  redshiftPasswordSources: [
    ofType(stream, {}),
    ofType(stream, { RedshiftDestinationConfiguration: { Password: 'hunter2' } }, 'literal'),
    ofType(stream, { RedshiftDestinationConfiguration: {} }, 'missing'),
    ofType(stream, {
      RedshiftDestinationConfiguration: { SecretsManagerConfiguration: { Enabled: true, SecretARN: 'a' } },
    }),
    ofType(
      stream,
      { RedshiftDestinationConfiguration: { SecretsManagerConfiguration: { Enabled: false } } },
      'missing',
    ),
  ],
  splunkTokenSources: [
    ofType(stream, {}),
    ofType(stream, { SplunkDestinationConfiguration: { HECToken: secret } }, 'secrets-manager'),
    ofType(stream, { SplunkDestinationConfiguration: { HECEndpoint: 'a' } }, 'missing'),
  ],
  authenticationMetadata: [
    [{}, { value: 'none' }],
    [{}, { value: 'with-credentials' }, authentication({ type: 'basic', username: 'a', password: 'b' })],
    [{}, { value: 'with-credentials' }, authentication({ type: 'basic', password: { Ref: 'Secure' } })],
    [{}, { value: 'with-credentials' }, authentication({ type: 'S3', accessKeyId: 'a', secretKey: 'b' })],
    [{}, { value: 'without-credentials' }, authentication({ type: 'S3', roleName: { Ref: 'Role' } })],
    [{}, { value: 'without-credentials' }, authentication('no entry at all')],
  ],
  rotationScheduled: [
    [{}, no],
    [{}, yes, { resources: [schedule({ Ref: 'Subject' })] }],
    [{}, yes, { resources: [schedule({ 'Fn::GetAtt': ['Subject', 'Id'] })] }],
    [{}, yes, { resources: [schedule({ 'Fn::GetAtt': 'Subject.Id' })] }],
    [{}, yes, { resources: [schedule({ 'Fn::Sub': '${Subject}' })] }],
    [{}, yes, { resources: [schedule({ Ref: 'Attachment' }), attachment({ Ref: 'Subject' })] }],
    [{}, no, { resources: [schedule({ Ref: 'Attachment' }), attachment({ Ref: 'Other' })] }],
    [{}, no, { resources: [attachment({ Ref: 'Subject' })] }],
    [{}, no, { resources: [schedule({ Ref: 'Other' })] }],
    [{}, no, { resources: [schedule(null)] }],
    [{ Name: 'db' }, yes, { resources: [schedule('db')] }],
    [{ Name: 'db' }, no, { resources: [schedule('other')] }],
    [{ Name: { Ref: 'Name' } }, yes, { resources: [schedule({ Ref: 'Name' })] }],
  ],
  usesManagedKey: [
    [{}, yes],
    [{ KmsKeyId: null }, yes],
    [{ KmsKeyId: { Ref: 'AWS::NoValue' } }, yes],
    [{ KmsKeyId: 'alias/aws/secretsmanager' }, yes],
    [{ KmsKeyId: 'aws/secretsmanager' }, yes],
    [{ KmsKeyId: 'arn:aws:kms:eu-west-1:111111111111:alias/aws/secretsmanager' }, yes],
    [{ KmsKeyId: { 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:1:alias/aws/secretsmanager' } }, yes],
    [{ KmsKeyId: { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Region' }, 'alias/aws/secretsmanager']] } }, yes],
    [{ KmsKeyId: { Ref: 'OldKey' } }, yes, { parameters }],
    [{ KmsKeyId: { Ref: 'Open' } }, no, { parameters }],
    [{ KmsKeyId: { Ref: 'Key' } }, no],
    [{ KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } }, no],
    [{ KmsKeyId: 'alias/ours' }, no],
    [{ KmsKeyId: 'alias/aws-like/ours' }, no],
  ],
};
