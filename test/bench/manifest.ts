import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { neededBy } from './graphs.ts';
import { randomFrom } from './random.ts';
import { hubAndSpoke, type MadeResource, microservices, threeTier } from './topology.ts';

/**
 * A generated request of any size, with actual types that refer to each other: as a desired state and as template text.
 */
export interface MadeManifest {
  desired: DesiredState;
  /** The same as a CloudFormation template in JSON. */
  template: string;
}

/**
 * Generates a request of exactly `size` resources: web applications, spokes and services in proportions drawn from the
 * seed.
 */
export function makeManifest(size: number, seed: number): MadeManifest {
  const random = randomFrom(seed);
  const shares = [random.next() + 0.2, random.next() + 0.2, random.next() + 0.2];
  const total = shares.reduce((sum, share) => sum + share, 0);
  const first = Math.floor((size * (shares[0] ?? 0)) / total);
  const second = Math.floor((size * (shares[1] ?? 0)) / total);
  const made = [...threeTier(first), ...hubAndSpoke(second), ...microservices(size - first - second)];
  return { desired: desiredOf(made), template: templateOf(made) };
}

function desiredOf(made: MadeResource[]): DesiredState {
  return {
    header: {
      baton: 'v1',
      action: 'provision',
      environment: 'dev',
      service: 'bench',
      owner: 'bench',
      reason: 'a request of a given size',
      onFailure: 'undo',
    },
    wish: { kind: 'resources' },
    scope: 'dev/bench',
    account: '111111111111',
    region: 'us-east-1',
    partition: 'aws',
    resources: made.map((resource) => ({
      logicalId: resource.logicalId,
      type: resource.type,
      properties: resolved(resource.properties),
      dependsOn: neededBy(resource),
      deletionPolicy: 'Delete',
      updateReplacePolicy: 'Delete',
    })),
    outputs: {},
    imports: [],
  };
}

/** Resolves the pseudo parameters as Admit does. */
function resolved(properties: JsonObject): JsonObject {
  const text = JSON.stringify(properties);
  if (!text.includes('AWS::AccountId')) return properties;
  return JSON.parse(
    text.replaceAll(
      `{"Fn::Sub":"arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root"}`,
      '"arn:aws:iam::111111111111:root"',
    ),
  ) as JsonObject;
}

function templateOf(made: MadeResource[]): string {
  const entries = made.map(({ logicalId, type, properties, dependsOn }) => [
    logicalId,
    {
      Type: type,
      ...(dependsOn.length > 0 ? { DependsOn: dependsOn } : {}),
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: properties,
    },
  ]);
  return JSON.stringify(
    { AWSTemplateFormatVersion: '2010-09-09', Resources: Object.fromEntries(entries) },
    null,
    1,
  );
}
