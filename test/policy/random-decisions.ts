import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { DesiredResource } from '../../lib/model/request.ts';
import { resource } from './support.ts';

/** Returns repeatable random numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[Math.floor(random() * from.length)] ?? from[0];
}

/** Conditions that can be true for each entity type. Those of one type are combined randomly. */
const atoms: Record<string, [string, ...string[]]> = {
  'AWS::S3::Bucket': [
    '(resource has BucketName && resource.BucketName == "a")',
    '(resource has BucketName && resource.BucketName like "b*")',
    '(resource has VersioningConfiguration.Status && resource.VersioningConfiguration.Status == "a")',
    '!(resource has VersioningConfiguration)',
    '(if resource.hasTag("owner") then resource.getTag("owner") == "a" else true)',
    'context.environment == "prod"',
  ],
  'AWS::RDS::DBInstance': [
    '(resource has MultiAZ && resource.MultiAZ)',
    '(resource has BackupRetentionPeriod && resource.BackupRetentionPeriod < 2)',
    '(resource has Engine && ["a", "b"].contains(resource.Engine))',
    '!(resource has Engine)',
  ],
  'AWS::EC2::SecurityGroup': [
    '(resource has VpcId && resource.VpcId == "a")',
    '!(resource has SecurityGroupIngress)',
  ],
  'AWS::EC2::SecurityGroup::Ingress': [
    'context.facts.openToWorld',
    '(resource has FromPort && resource.FromPort <= 1)',
    '(resource has IpProtocol && resource.IpProtocol == "a")',
    '(context.root has VpcId && context.root.VpcId == "a")',
  ],
  'AWS::IAM::Policy::IamStatement': [
    'resource.Actions.contains("a")',
    'resource.Effect == "a"',
    'resource.Resources.containsAny(["a", "b"])',
    'resource.NotActions.isEmpty()',
  ],
};
const types = Object.keys(atoms) as [string, ...string[]];

function condition(random: Random, type: string): string {
  const one = pick(random, atoms[type] ?? ['true']);
  if (random() < 0.3) return one;
  const next = condition(random, type);
  return pick(random, [`(${one} && ${next})`, `(${one} || ${next})`, `(${one} && !(${next}))`]);
}

/** Returns a rule that some resource may violate, sometimes without a type. */
export function randomPolicy(random: Random, index: number): string {
  const type = pick(random, types);
  const head = `@id("R${index}") @severity("low") @message("m")`;
  const clause = pick(random, ['when', 'when', 'unless']);
  return `${head}\nforbid (principal, action, resource is ${type}) ${clause} { ${condition(random, type)} };`;
}

/** Returns a value, nothing, an unknown value, or a value of the wrong type. */
function value(random: Random, fitting: [JsonValue, ...JsonValue[]]): JsonValue {
  const kind = random();
  if (kind < 0.12) return { Ref: 'Other' };
  if (kind < 0.16) return null;
  return kind < 0.18 ? ['odd'] : pick(random, fitting);
}

function properties(random: Random, table: Record<string, () => JsonValue>): JsonObject {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, make]) => (random() < 0.75 ? [[name, make()]] : [])),
  );
}

function list(random: Random, make: () => JsonValue): JsonValue {
  const open = random() < 0.1;
  return open ? { Ref: 'List' } : Array.from({ length: Math.floor(random() * 3) }, make);
}

export function randomResource(random: Random): DesiredResource {
  const text = (): JsonValue => value(random, ['a', 'b', 'c']);
  const number = (): JsonValue => value(random, [0, 1, '2', 3]);
  const texts = (): JsonValue => pick(random, [text(), [text(), text()]]);
  const tables: Record<string, Record<string, () => JsonValue>> = {
    'AWS::S3::Bucket': {
      BucketName: text,
      VersioningConfiguration: () => value(random, [properties(random, { Status: text })]),
      // The set of tags is always known here. engine.test.ts covers unknown tags.
      Tags: () => [{ Key: pick(random, ['owner', 'team']), Value: text() }],
    },
    'AWS::RDS::DBInstance': {
      MultiAZ: () => value(random, [true, 'false']),
      BackupRetentionPeriod: number,
      Engine: text,
    },
    'AWS::EC2::SecurityGroup': {
      VpcId: text,
      SecurityGroupIngress: () =>
        list(random, () =>
          value(random, [
            properties(random, {
              IpProtocol: text,
              FromPort: number,
              CidrIp: () => value(random, ['0.0.0.0/0', '10.0.0.0/8']),
            }),
          ]),
        ),
    },
    'AWS::IAM::Policy': {
      PolicyDocument: () =>
        value(random, [
          {
            Statement: list(random, () =>
              properties(random, { Effect: text, Action: texts, NotAction: texts, Resource: texts }),
            ),
          },
        ]),
    },
  };
  const type = pick(random, Object.keys(tables) as [string, ...string[]]);
  return resource(type, properties(random, tables[type] ?? {}));
}
