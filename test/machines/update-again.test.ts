import { afterAll, beforeAll, describe, expect } from 'vitest';
import { storyAt } from '../sample.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

/**
 * A common week: an update fails because of another resource and is rolled back, the cause is fixed, and the update is
 * submitted again.
 */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const role = 'arn:aws:iam::111111111111:role/x';
/**
 * Types whose names and defaults the service generates, or that have write-only properties: what stays, what changes. A
 * sample through the machines; test/providers/update-again.test.ts tests many more types without them.
 */
const types: [type: string, stays: string, one: string, two: string][] = [
  ['AWS::SNS::Topic', '', 'DisplayName: one', 'DisplayName: two'],
  [
    'AWS::S3::Bucket',
    '',
    'VersioningConfiguration: { Status: Enabled }',
    'VersioningConfiguration: { Status: Suspended }',
  ],
  [
    'AWS::SecretsManager::Secret',
    'GenerateSecretString: { PasswordLength: 20 }',
    'Description: one',
    'Description: two',
  ],
  [
    'AWS::DynamoDB::Table',
    'BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }]',
    'DeletionProtectionEnabled: true',
    'DeletionProtectionEnabled: false',
  ],
  [
    'AWS::IAM::Role',
    'AssumeRolePolicyDocument: { Version: 2012-10-17, Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: ec2.amazonaws.com } }] }',
    'Description: one',
    'Description: two',
  ],
  [
    'AWS::RDS::DBInstance',
    'Engine: postgres, AllocatedStorage: "20", MasterUsername: shop, ManageMasterUserPassword: true',
    'DBInstanceClass: db.t4g.small',
    'DBInstanceClass: db.t4g.medium',
  ],
  [
    'AWS::Pipes::Pipe',
    `RoleArn: ${role}, Source: "arn:aws:kinesis:us-east-1:111111111111:stream/o", Target: "arn:aws:sqs:us-east-1:111111111111:o", SourceParameters: { KinesisStreamParameters: { StartingPosition: LATEST } }`,
    'Description: one',
    'Description: two',
  ],
];

const request = (scope: string, type: string, properties: string, late = false) =>
  manifest(
    scope,
    `Resources:\n  It: { Type: "${type}", Properties: { ${properties} } }\n${late ? '  Late: { Type: AWS::Kinesis::Stream, DependsOn: It }\n' : ''}`,
  );

describe('update, fail, roll back, update again', () => {
  for (const [index, [type, stays, one, two]] of types.entries())
    storyAt(index, 8)(type, async () => {
      const all = (changing: string) => [stays, changing].filter((text) => text !== '').join(', ');
      const scope = `again-${index}`;
      const straight = `straight-${index}`;
      const states = async (name: string) => {
        const [asset] = (await play.assets(name)).filter((each) => each.logicalId === 'It');
        const stored = play.world.services.cloudControl.store.get(type, asset?.identifier ?? '');
        return { desired: asset?.desired, sent: Object.keys(stored?.properties ?? {}).sort() };
      };
      expect(await play.submit(`${scope}-1`, request(scope, type, all(one)))).toMatchObject({
        status: 'Completed',
      });
      play.faults((question) =>
        question.type === 'AWS::Kinesis::Stream' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
      );
      const failed = await play.submit(`${scope}-2`, request(scope, type, all(two), true));
      play.faults(() => undefined);
      expect(failed).toMatchObject({ status: 'RolledBack' });
      expect(await play.submit(`${scope}-3`, request(scope, type, all(two), true))).toMatchObject({
        status: 'Completed',
      });
      expect(await play.submit(`${scope}-4`, request(scope, type, all(one), true))).toMatchObject({
        status: 'Completed',
      });
      // As it would be without the failure.
      for (const [step, changing] of [one, two, one].entries())
        expect(
          await play.submit(`${straight}-${step}`, request(straight, type, all(changing), step > 0)),
        ).toMatchObject({ status: 'Completed' });
      expect(await states(scope)).toEqual(await states(straight));
    });
});
