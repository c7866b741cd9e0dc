import { ArnFormat } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { recordTypes } from '../model/record-sets.ts';
import { environmentTag } from '../model/tags.ts';
import type { Reach, TableReach } from './reach.ts';

/** Statements that several grants use. The grants are in grants.ts. */

// Checking a condition counts as reading: a transaction may depend on items that its function may not write.
const readItems = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:ConditionCheckItem',
];

/**
 * Events with one source and some detail types. One call may contain several events, so the keys contain lists ("Using
 * IAM policy conditions in Amazon EventBridge", EventBridge User Guide). An absent list matches `ForAllValues`, so
 * `Null` is also needed.
 */
export function putEvents({ bus }: Reach, from: string, detailTypes: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': [from], 'events:detail-type': detailTypes },
      Null: { 'events:source': 'false', 'events:detail-type': 'false' },
    },
  });
}

export function allow(actions: string[], resources: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources });
}

/** Calls of Cloud Control, only in regions where resources may be. Its actions support no resources. */
export function allowInPlaces({ regions }: Reach, actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: ['*'],
    conditions: { StringEquals: { 'aws:RequestedRegion': regions } },
  });
}

export function readTable({ arn, indexes }: TableReach): iam.PolicyStatement {
  return allow(readItems, [arn, ...Object.keys(indexes).map((index) => `${arn}/index/${index}`)]);
}

/** Without the permission to list, S3 answers a missing document with AccessDenied in place of NoSuchKey. */
export function readDocuments(reach: Reach, keys = '*'): iam.PolicyStatement[] {
  return [
    allow(['s3:ListBucket'], [reach.documents.bucketArn]),
    allow(['s3:GetObject', 's3:GetObjectVersion'], [reach.documents.arnForObjects(keys)]),
  ];
}

/** The data key, only through the service that stores the data. */
export function useKey(reach: Reach, service: string, actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: [reach.key.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `${service}.${reach.stack.region}.${reach.stack.urlSuffix}` },
    },
  });
}

/** The keys of secrets that requests refer to. Their key policies decide which ones. */
export function decryptThrough(reach: Reach, services: string[]): iam.PolicyStatement {
  const { region, urlSuffix } = reach.stack;
  return new iam.PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [reach.stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
    conditions: {
      StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.${urlSuffix}`) },
    },
  });
}

/** Route 53 knows no role that is passed with a call, so the function itself may change records, in named zones only. */
export function readRecords(reach: Reach): iam.PolicyStatement[] {
  return inZones(reach, (zones) => allow(['route53:ListResourceRecordSets'], zones));
}

/** A change has an ARN of its own, without the zone. */
export function followRecords(reach: Reach): iam.PolicyStatement[] {
  return inZones(reach, () => allow(['route53:GetChange'], [route53Arn(reach, 'change/*')]));
}

/**
 * No record that hands a name to other servers, whatever a request says ("Using IAM policy conditions for fine-grained
 * access control", Amazon Route 53 Developer Guide). An absent list matches `ForAllValues`, so `Null` is also needed.
 */
export function changeRecords(reach: Reach): iam.PolicyStatement[] {
  return inZones(
    reach,
    (zones) =>
      new iam.PolicyStatement({
        actions: ['route53:ChangeResourceRecordSets'],
        resources: zones,
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsRecordTypes': [...recordTypes],
            'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
          },
          Null: {
            'route53:ChangeResourceRecordSetsRecordTypes': 'false',
            'route53:ChangeResourceRecordSetsActions': 'false',
          },
        },
      }),
  );
}

function inZones(reach: Reach, make: (zones: string[]) => iam.PolicyStatement): iam.PolicyStatement[] {
  const zones = reach.hostedZones.map((zone) => route53Arn(reach, `hostedzone/${zone}`));
  return zones.length === 0 ? [] : [make(zones)];
}

function route53Arn({ stack }: Reach, resource: string): string {
  return `arn:${stack.partition}:route53:::${resource}`;
}

export function passProvisioningRole(reach: Reach): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    resources: reach.provisioningRoleArns,
    conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
  });
}

/**
 * Exactly the functions that the settings name, and not their versions and aliases: permission for an ARN without a qualifier is none
 * for the others ("Versioning, aliases, and resource policies", Lambda Developer Guide). A function that requests of another
 * environment made has its tag, whatever its name. One that Baton did not make has no tag, which `IfExists` allows.
 */
export function askVerdicts({ verdictFunctions, stack }: Reach): iam.PolicyStatement[] {
  return verdictFunctions.map(
    ([environment, functions]) =>
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functions.map((resourceName) =>
          stack.formatArn({
            ...{ service: 'lambda', resource: 'function', resourceName },
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ),
        conditions: { StringEqualsIfExists: { [`aws:ResourceTag/${environmentTag}`]: environment } },
      }),
  );
}

/** The ARN of a secret ends in a hyphen and six characters that aren't part of its name. */
export const withSuffix = (name: string) => (name.endsWith('*') ? name : `${name}-??????`);

/** Secrets that requests created, with any name. They have the tag of their environment. */
export function secretsMade(reach: Reach): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: arns(reach, 'secretsmanager', 'secret:', ['*']),
    conditions: { StringEquals: { [`aws:ResourceTag/${environmentTag}`]: reach.environments } },
  });
}

/** Returns ARNs by name patterns. A resource that ends in a colon is followed by its name, and any other by a slash. */
export function arns(reach: Reach, service: string, resource: string, patterns: string[]): string[] {
  const { partition, region, account } = reach.stack;
  const separator = resource.endsWith(':') ? '' : '/';
  return patterns.map(
    (pattern) =>
      `arn:${partition}:${service}:${region}:${account}:${resource}${separator}${pattern.replace(/^\//, '')}`,
  );
}
