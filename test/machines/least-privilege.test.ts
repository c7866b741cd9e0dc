import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectAt } from '../../lib/local/template/stack.ts';
import type { JsonValue } from '../../lib/model/json.ts';
import { stories } from '../sample.ts';
import { openPlayground, type Playground } from './playground.ts';
import { everyKindOfRequest } from './stories.ts';
import { windowedAssembly } from './windowed-assembly.ts';

/** Permissions that are granted together: using one of them justifies all. */
const together: string[][] = [
  ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
  ['ssm:GetParameter', 'ssm:GetParameters'],
  ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  ['states:DescribeExecution', 'states:ListExecutions'],
  ['cloudformation:GetResource', 'cloudformation:ListResources'],
  ['cloudformation:GetResourceRequestStatus', 'cloudformation:ListResourceRequests'],
  ['cloudformation:CreateResource', 'cloudformation:UpdateResource', 'cloudformation:DeleteResource'],
];

/** Permissions that no call in this test uses, each with the reason. */
const unseen: [rights: RegExp, reason: string][] = [
  [
    / kms:(?!Sign)/,
    'DynamoDB and S3 use the data key as whoever calls them; the local cloud encrypts nothing',
  ],
  [/ (logs|xray):/, 'Lambda itself writes logs and traces'],
  [/ dynamodb:ConditionCheckItem/, 'a condition on a partition that is written elsewhere in its transaction'],
  [
    /(cancel-request|direct-traffic|review-changes|seal-ledger) sqs:/,
    'Lambda itself puts what the function could not do into its dead-letter queue',
  ],
  [
    /(evaluate-scaling|(observe|decide|verify)-capacity) /,
    'scaling is off here; test/machines/scaling.test.ts runs it with IAM enforced',
  ],
  [
    /(direct-traffic |pump cloudwatch:GetMetricData)/,
    'no traffic is shifted here; test/machines/traffic.test.ts does it with IAM enforced',
  ],
  [/front-door s3:/, 'no document is handed in by reference here; test/attacks/canary.test.ts has some'],
  [/decision-door iam:GetRole/, 'no role decides here; test/attacks/four-eyes.test.ts has one try'],
  [/ s3:PutObject/, 'what is too large for an item goes to the bucket'],
  [/perform states:/, 'only where the outcome of a step is there before its child has begun to wait'],
  [
    /settle states:StopExecution/,
    'an execution ends with the one that waits for it, unless that is a lost cause',
  ],
  [
    /settle cloudformation:/,
    'a call whose answer got lost with its invocation is made again: no invocation is lost half-way here',
  ],
];

const listOf = (value: JsonValue | undefined) => (value === undefined ? [] : [value].flat());

/** Returns every function with the actions that its role allows and those it used. */
async function rightsOf(play: Playground, used: Map<string, Set<string>>) {
  const { stack } = play.world;
  const rights = new Map<string, { granted: Set<string>; used: Set<string> }>();
  for (const { name, properties } of stack.ofType('AWS::Lambda::Function')) {
    const roleName = String(properties.Role).split('/').at(-1) ?? '';
    const policies = stack
      .ofType('AWS::IAM::Policy')
      .filter((policy) => listOf(policy.properties.Roles).map(String).includes(roleName));
    const granted = new Set(
      policies
        .flatMap((policy) => listOf(objectAt(policy.properties, 'PolicyDocument').Statement))
        .flatMap((statement) => listOf((statement as { Action?: string | string[] }).Action))
        .map(String),
    );
    rights.set(name, { granted, used: used.get(roleName) ?? new Set() });
  }
  return rights;
}

stories('the permissions of the functions, over requests of every kind', () => {
  let play: Playground;
  const used = new Map<string, Set<string>>();

  beforeAll(async () => {
    play = await openPlayground({ assemblyDirectory: await windowedAssembly() });
    const { authorizer } = play.world;
    const check = authorizer.check.bind(authorizer);
    authorizer.check = (caller, permission, region) => {
      const denial = check(caller, permission, region);
      const role = /assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
      if (denial === undefined && role !== undefined)
        used.set(role, (used.get(role) ?? new Set()).add(permission.action));
      return denial;
    };
    await everyKindOfRequest(play);
  }, 400_000);
  afterAll(() => play.close());

  it('are never exceeded', () => {
    expect(play.world.authorizer.denials).toEqual([]);
  });

  it('are all used', async () => {
    const unused: string[] = [];
    for (const [name, { granted, used: seen }] of await rightsOf(play, used))
      for (const action of granted) {
        const group = together.find((actions) => actions.includes(action)) ?? [action];
        const right = `${name} ${action}`;
        if (!group.some((one) => seen.has(one)) && !unseen.some(([rights]) => rights.test(right)))
          unused.push(right);
      }
    expect(unused.sort()).toEqual([]);
  });
});
