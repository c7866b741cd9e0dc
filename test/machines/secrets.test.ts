import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { everythingKept } from './everything-kept.ts';
import { speak } from './people.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

const password = 'correct-horse-battery-staple';
const changed = 'tr0ub4dor-and-three';
const referenceOf = (scope: string) =>
  `{{resolve:secretsmanager:dev/${scope}/database:SecretString:password}}`;

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play.close());

const setSecret = (value: string) => {
  for (const scope of ['vault', 'echo'])
    play.world.services.secrets.add(
      `dev/${scope}/database`,
      JSON.stringify({ user: 'admin', password: value }),
    );
};

/** A database whose password no read shows, and a stream whose token every read shows. */
const body = (scope: string, storage = 20) =>
  manifest(
    scope,
    `Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: ${scope}-database
      DBInstanceClass: db.t4g.micro
      Engine: postgres
      AllocatedStorage: "${storage}"
      MasterUsername: admin
      MasterUserPassword: "${referenceOf(scope)}"
  Shown:
    Type: AWS::KinesisFirehose::DeliveryStream
    DependsOn: [Database]
    Properties:
      DeliveryStreamName: ${scope}-stream
      SplunkDestinationConfiguration:
        HECEndpoint: https://splunk.example.com
        HECEndpointType: Raw
        HECToken: "Splunk ${referenceOf(scope)}"
        HECAcknowledgmentTimeoutInSeconds: ${storage * 10}
        S3Configuration: { BucketARN: arn:aws:s3:::${scope}, RoleARN: arn:aws:iam::111111111111:role/${scope} }
`,
  );

const everything = () => everythingKept(play);

async function placesWith(value: string): Promise<string[]> {
  return (await everything()).filter(([, text]) => text.includes(value)).map(([where]) => where);
}

const liveValues = (type: string, name: string) =>
  play.world.services.cloudControl.store.list(type).map(({ properties }) => properties[name]);
const streams = () =>
  liveValues('AWS::KinesisFirehose::DeliveryStream', 'SplunkDestinationConfiguration').map((splunk) => [
    (splunk as JsonObject).HECToken,
    (splunk as JsonObject).HECAcknowledgmentTimeoutInSeconds,
  ]);

describe('a secret is resolved for the provider only', () => {
  it('reaches the cloud resolved', async () => {
    setSecret(password);
    expect(await play.submit('vault-1', body('vault'))).toMatchObject({ status: 'Completed' });
    expect(liveValues('AWS::RDS::DBInstance', 'MasterUserPassword')).toEqual([password]);
    expect(streams()).toEqual([[`Splunk ${password}`, 200]]);
  });

  it('is in no history, ledger, inventory, document or log', async () => {
    expect((await everything()).length).toBeGreaterThan(50);
    expect((await placesWith(referenceOf('vault'))).length).toBeGreaterThan(3);
    expect(await placesWith(password)).toEqual([]);
  });

  it('nor after an update', async () => {
    expect(await play.submit('vault-2', body('vault', 30))).toMatchObject({ status: 'Completed' });
    expect(streams()).toEqual([[`Splunk ${password}`, 300]]);
    expect(await placesWith(password)).toEqual([]);
  });

  it('nor after a rollback, which resolves the reference again', async () => {
    play.faults(({ type, operation, properties }) =>
      type === 'AWS::KinesisFirehose::DeliveryStream' &&
      operation === 'UPDATE' &&
      JSON.stringify(properties).includes(':400')
        ? { errorCode: 'InvalidRequest', message: 'not like this' }
        : undefined,
    );
    expect(await play.submit('vault-3', body('vault', 40))).toMatchObject({ status: 'RolledBack' });
    play.faults(() => undefined);
    expect(liveValues('AWS::RDS::DBInstance', 'MasterUserPassword')).toEqual([password]);
    expect(liveValues('AWS::RDS::DBInstance', 'AllocatedStorage')).toEqual(['30']);
    expect(await placesWith(password)).toEqual([]);
  });

  it('nor if the provider repeats it in its error', async () => {
    setSecret(changed);
    play.faults(({ type, properties }) =>
      type === 'AWS::KinesisFirehose::DeliveryStream'
        ? { errorCode: 'InvalidRequest', message: `Value ${JSON.stringify(properties)} is refused` }
        : undefined,
    );
    expect(await play.submit('echo-1', body('echo'))).toMatchObject({ status: 'RolledBack' });
    play.faults(() => undefined);
    expect(await placesWith(changed)).toEqual([]);
  });

  it('that does not exist fails its step by name', async () => {
    const document = body('none').replaceAll('none/database', 'none/nowhere');
    expect(await play.submit('none-1', document)).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringContaining('dev/none/nowhere'),
    });
    expect(await play.findings('none', 'none-1')).toEqual([]);
  });
});

describe('a policy that only the resolved value violates', () => {
  it('is pending at first, denies at the call, and what was created is rolled back', async () => {
    const document = manifest(
      'open',
      `Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 0.0.0.0/0 } }
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: for the open scope
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !GetAtt Vpc.CidrBlock }]
`,
    ).replace('environment: dev', 'environment: prod');
    await play.submit('open-r', document);
    const { capsuleHash } = await play.deployment.ledger.change('CHG-open-r');
    // A network is a risk, so each level that applies needs one voice.
    for (const approver of ['ben', 'cho'])
      await speak(play, approver, '/changes/CHG-open-r/approve', { capsuleHash, reason: 'so' });
    await play.world.clock.quiet();
    const end = await play.deployment.ledger.request('open-r');
    const { verdictsHash = '' } = await play.deployment.ledger.request('open-r');
    const verdicts = await play.deployment.documents.get<{ decision: string; pending: { rule: string }[] }>(
      verdictsHash,
    );
    expect(verdicts.decision).toBe('allow');
    expect(verdicts.pending.map(({ rule }) => rule)).toContain('INCOMING_SSH_DISABLED');
    expect(end).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringMatching(/PolicyDenied: .*INCOMING_SSH_DISABLED/),
    });
    expect(play.world.services.cloudControl.store.list('AWS::EC2::SecurityGroup')).toEqual([]);
    expect(play.world.services.cloudControl.store.list('AWS::EC2::VPC')).toEqual([]);
  });
});
