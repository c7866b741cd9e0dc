import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { batonApp } from '../../lib/infra/app.ts';
import { acknowledgeWildcards } from '../../lib/infra/nag.ts';
import { story } from '../sample.ts';
import { plainDefinition } from './rendered-machines.ts';
import { listOf, plain, resources, resourcesOf, scratch } from './synthesized.ts';

describe('resources that hold data', () => {
  for (const [name, indexes] of Object.entries({
    Inventory: ['inverted', 'by-type', 'by-owner', 'by-service', 'by-environment', 'by-status'],
    Ledger: ['inverted', 'open'],
  }))
    test(`${name}: on-demand, recoverable, customer managed key, retained`, () => {
      const [id, table] = resourcesOf('AWS::DynamoDB::Table').find(([id]) => id.startsWith(name)) ?? [];
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      });
      expect(
        listOf(table?.GlobalSecondaryIndexes).map((index) => (index as { IndexName: string }).IndexName),
      ).toEqual(indexes);
      expect(resources[String(id)]?.DeletionPolicy).toBe('Retain');
    });

  test('buckets are versioned, private, encrypted and retained', () => {
    const buckets = resourcesOf('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const [id, bucket] of buckets) {
      expect(bucket).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      });
      expect(bucket.BucketEncryption).toBeDefined();
      expect(resources[id]?.DeletionPolicy).toBe('Retain');
    }
  });

  test("its key is rotated; a signing key can't be", () => {
    const keys = resourcesOf('AWS::KMS::Key').map(([, key]) => [key.KeyUsage, key.EnableKeyRotation]);
    expect(keys).toEqual([
      [undefined, true],
      ['SIGN_VERIFY', undefined],
    ]);
  });

  test('the signing key is retained, and only one role may sign with it', () => {
    const [id = '', key] =
      resourcesOf('AWS::KMS::Key').find(([, { KeyUsage }]) => KeyUsage !== undefined) ?? [];
    expect(resources[id]?.DeletionPolicy).toBe('Retain');
    const policy = key?.KeyPolicy as { Statement: Record<string, unknown>[] } | undefined;
    const denial = policy?.Statement.find(({ Effect }) => Effect === 'Deny');
    expect(denial).toMatchObject({ Action: 'kms:Sign', Principal: { AWS: '*' } });
    const condition = denial?.Condition as { ArnNotEquals: Record<string, unknown> } | undefined;
    expect(plain(condition?.ArnNotEquals['aws:PrincipalArn'])).toMatch(/role\/baton-seal-ledger$/);
  });
});

describe('machines', () => {
  for (const [id, machine] of resourcesOf('AWS::StepFunctions::StateMachine'))
    test(`${machine.StateMachineName}: standard, JSONata, traced, logged without data, limited in time`, () => {
      const definition = plainDefinition(machine.DefinitionString);
      expect(id).toMatch(/^Machines/);
      expect(machine).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      });
      expect(definition.QueryLanguage).toBe('JSONata');
      expect(definition.TimeoutSeconds).toBeGreaterThan(0);
    });
});

describe('undelivered events', () => {
  const queues = resourcesOf('AWS::SQS::Queue');

  test('go to the dead-letter queue of their rule, for every target', () => {
    const letters = resourcesOf('AWS::Events::Rule').flatMap(([, rule]) =>
      listOf(rule.Targets).map((target) => {
        const { DeadLetterConfig, RetryPolicy } = target as {
          DeadLetterConfig: { Arn: unknown };
          RetryPolicy: { MaximumRetryAttempts: number };
        };
        expect(RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0);
        return plain(DeadLetterConfig.Arn);
      }),
    );
    expect([...new Set(letters)].sort()).toEqual(queues.map(([id]) => plain({ Ref: id })).sort());
  });

  test('and failures of functions that rules call go there too', () => {
    const destinations = resourcesOf('AWS::Lambda::EventInvokeConfig').map(
      ([, config]) => config.DestinationConfig as { OnFailure: { Destination: unknown } },
    );
    expect(destinations.map(({ OnFailure }) => plain(OnFailure.Destination)).sort()).toEqual([
      // Of cancellations and of directives to shifts of traffic.
      'RulesCancellationDeadLetters',
      'RulesCancellationDeadLetters',
      'RulesReviewDeadLetters',
      'RulesScalingDeadLetters',
      'RulesSealDeadLetters',
    ]);
  });

  test('are encrypted, sent over TLS only, and kept for 14 days', () => {
    for (const [, queue] of queues)
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    for (const [id] of queues)
      expect(JSON.stringify(resourcesOf('AWS::SQS::QueuePolicy'))).toContain(
        `{"Action":"sqs:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":{"AWS":"*"},"Resource":{"Fn::GetAtt":["${id}","Arn"]}}`,
      );
  });

  test('raise an alarm, and so does a machine whose executions fail', () => {
    const alarms = resourcesOf('AWS::CloudWatch::Alarm').map(([id]) => plain({ Ref: id }));
    expect(alarms.sort()).toEqual([
      'AlarmsAccessDenied',
      'AlarmsApplyPlanEnded',
      'AlarmsCallsDenied',
      'AlarmsCancellationDeadLetters',
      'AlarmsDoorDenied',
      'AlarmsDoorFailing',
      'AlarmsExecutionEndedDeadLetters',
      'AlarmsFunctionsFailing',
      'AlarmsFunctionsThrottled',
      'AlarmsGovernRequestEnded',
      'AlarmsLockQueue',
      'AlarmsPumpLag',
      'AlarmsPumpRunEnded',
      'AlarmsPumpSlow',
      'AlarmsRequestDeadLetters',
      'AlarmsReviewDeadLetters',
      'AlarmsReviewsOverdue',
      'AlarmsRunsFailing',
      'AlarmsScaleAssetEnded',
      'AlarmsScalingDeadLetters',
      'AlarmsScalingDueDeadLetters',
      'AlarmsSealDeadLetters',
      'AlarmsSettleRunEnded',
      'AlarmsSweepDeadLetters',
    ]);
  });
});

test('the command line finds all names in one parameter', () => {
  const [[, parameter] = []] = resourcesOf('AWS::SSM::Parameter');
  expect(parameter?.Name).toBe('/baton/config');
  expect(JSON.parse(plain(parameter?.Value))).toMatchObject({
    ledgerTable: 'Ledger',
    inventoryTable: 'Inventory',
    documentsBucket: 'Documents',
    busName: 'Bus',
    stateMachines: { 'govern-request': expect.stringMatching(/:stateMachine:baton-govern-request$/) },
  });
});

describe('cdk-nag', () => {
  /** Returns an app with one queue and one role, checked like ours. */
  const check = (build: (stack: Stack) => void) => () => {
    const app = new App({ outdir: join(scratch, 'nag'), analyticsReporting: false });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    build(new Stack(app, 'Stack'));
    app.synth();
  };

  test('fails the synthesis on an unacknowledged finding', () => {
    expect(check((stack) => new sqs.Queue(stack, 'Queue'))).toThrow(/AwsSolutions-SQS3/);
  });

  test('fails on a wildcard without a reason', () => {
    const build = (resource: string) => (stack: Stack) => {
      const role = new iam.Role(stack, 'Role', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] }));
      acknowledgeWildcards(role, [[/^arn:aws:s3:::known\/\*$/, 'any object of one bucket']]);
    };
    expect(check(build('arn:aws:s3:::known/*'))).not.toThrow();
    expect(check(build('arn:aws:s3:::other/*'))).toThrow(/AwsSolutions-IAM5\[Resource::arn:aws:s3:::other/);
  });

  // Measures processor time, which other work on the machine doesn't change.
  story('reports no finding in our stack without a written reason, and synthesis is quick', () => {
    const started = process.cpuUsage();
    batonApp({ outdir: join(scratch, 'cdk.out'), output: join(scratch, 'lambdas') }).synth();
    const { user, system } = process.cpuUsage(started);
    // Below 10 s on an idle machine. Processor time doubles if the other thread of a core is busy.
    expect((user + system) / 1e6).toBeLessThan(20);
  });
});
