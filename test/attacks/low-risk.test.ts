import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Capsule } from '../../lib/model/change.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';
import { story, storyAt } from '../sample.ts';

/**
 * Permissions, trust or network access are disguised as a low risk. With the `regulated` settings that ship, none of it
 * is created without approval: a policy denies it, or a person must approve it.
 */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play.close());

const quiet = () => play.world.clock.quiet();
const count = () => play.world.services.cloudControl.store.list().length;
const document = (scope: string, resources: object) =>
  JSON.stringify({
    ...{ environment: 'regulated', service: scope, owner: 'tests', reason: 'a story' },
    Resources: resources,
  });
const submit = (requestId: string, scope: string, resources: object) =>
  speak(play, 'olga', '/requests', { requestId, file: 'story.json', document: document(scope, resources) });

async function capsuleOf(requestId: string): Promise<Capsule | undefined> {
  const change = await play.deployment.ledger.findChange(`CHG-${requestId}`);
  return change && play.deployment.documents.get<Capsule>(change.capsuleHash);
}

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const group = (...SecurityGroupIngress: object[]) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: 'a group', VpcId: 'vpc-1', SecurityGroupIngress },
});
const ingress = (way: object) => ({
  Type: 'AWS::EC2::SecurityGroupIngress',
  Properties: { GroupId: 'sg-1', ...ssh, ...way },
});
const statement = (one: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...one }],
});
const trust = (Principal: object, more = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: statement({ Principal, Action: 'sts:AssumeRole', ...more }),
  },
});
const policy = (one: object) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: statement(one) },
});
const foreign = 'arn:aws:iam::222222222222:root';

const attempts: Record<string, { resources: object; kind: string }> = {
  'the internet in halves': {
    resources: { Group: group({ ...ssh, CidrIp: '0.0.0.0/1' }, { ...ssh, CidrIp: '128.0.0.0/1' }) },
    kind: 'network',
  },
  'the internet in halves, one in each resource': {
    resources: { Low: ingress({ CidrIp: '0.0.0.0/1' }), High: ingress({ CidrIp: '128.0.0.0/1' }) },
    kind: 'network',
  },
  'a part of the internet, with the rest in a later change': {
    resources: { Part: ingress({ CidrIp: '32.0.0.0/9' }) },
    kind: 'network',
  },
  'the internet of IPv6': {
    resources: { Group: group({ ...ssh, CidrIpv6: '2000::/3' }) },
    kind: 'network',
  },
  'a subscription that sends every message to an address': {
    resources: {
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'told', KmsMasterKeyId: 'alias/aws/sns' } },
      Out: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: { Ref: 'Topic' },
          Protocol: 'https',
          Endpoint: 'https://collector.example.com/',
        },
      },
    },
    kind: 'sharing',
  },
  'a prefix list that others manage': {
    resources: { Listed: ingress({ SourcePrefixListId: 'pl-0123456789abcdef0' }) },
    kind: 'network',
  },
  'every action with NotAction': {
    resources: { Policy: policy({ NotAction: 'iam:*', Resource: '*' }) },
    kind: 'rights',
  },
  'permission to pass any role': {
    resources: { Policy: policy({ Action: ['iam:PassRole', 'lambda:CreateFunction'], Resource: '*' }) },
    kind: 'rights',
  },
  'trust of another account': { resources: { Role: trust({ AWS: foreign }) }, kind: 'trust' },
  'trust of another account by its number': {
    resources: { Role: trust({ AWS: ['222222222222'] }) },
    kind: 'trust',
  },
  'trust of anyone with another sign-in': {
    resources: {
      Role: trust({ Federated: 'accounts.google.com' }, { Action: 'sts:AssumeRoleWithWebIdentity' }),
    },
    kind: 'trust',
  },
  'a function that another account calls': {
    resources: {
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: { Action: 'lambda:InvokeFunction', FunctionName: 'theirs', Principal: '222222222222' },
      },
    },
    kind: 'rights',
  },
  'a function at a public address': {
    resources: {
      Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: 'theirs' } },
    },
    kind: 'invocation',
  },
  'a queue that everyone can read': {
    resources: {
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: ['https://sqs.us-east-1.amazonaws.com/111111111111/theirs'],
          PolicyDocument: statement({ Principal: '*', Action: 'sqs:ReceiveMessage', Resource: '*' }),
        },
      },
    },
    kind: 'resource-policy',
  },
  'a key that another account uses': {
    resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          EnableKeyRotation: true,
          KeyPolicy: statement({
            Principal: { AWS: foreign },
            Action: ['kms:CreateGrant', 'kms:Decrypt'],
            Resource: '*',
          }),
        },
      },
    },
    kind: 'keys',
  },
  'a health check that calls an address': {
    resources: {
      Note: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: 'note', Type: 'String', Value: 'a' },
        Baton: { health: [{ kind: 'http', url: 'https://collector.example.com/' }] },
      },
    },
    kind: 'health-url',
  },
};

describe('allows resources with an exposure without approval', () => {
  for (const [index, [what, { resources, kind }]] of Object.entries(attempts).entries())
    storyAt(index, 3)(`not: ${what}`, async () => {
      const [requestId, before] = [`bears${index}`, count()];
      await submit(requestId, `bears${index}`, resources);
      await quiet();
      const capsule = await capsuleOf(requestId);
      const { status } = (await play.deployment.ledger.findRequest(requestId)) ?? {};
      expect(count()).toBe(before);
      // A change that policy denies needs no approval.
      if (capsule === undefined) expect(status).toBe('Rejected');
      else {
        expect(capsule.type).toBe('normal');
        expect(capsule.risk.exposed.map((one) => one.kind)).toContain(kind);
        expect(capsule.approvals.length).toBeGreaterThan(0);
      }
    });
});

describe('many small changes', () => {
  const parameters = (amount: number) =>
    Object.fromEntries(
      Array.from({ length: amount }, (_, at) => [
        `P${at}`,
        { Type: 'AWS::SSM::Parameter', Properties: { Name: `drip-${at}`, Type: 'String', Value: 'a' } },
      ]),
    );
  const statusOf = async (requestId: string) =>
    (await play.deployment.ledger.findChange(`CHG-${requestId}`))?.status;

  story('require approval after a limit, under any service name', async () => {
    await submit('drip0', 'drip', parameters(1));
    await quiet();
    // The first of its type.
    const { capsuleHash } = await play.deployment.ledger.change('CHG-drip0');
    await speak(play, 'ana', '/changes/CHG-drip0/approve', { capsuleHash });
    await quiet();
    for (const [at, amount] of [6, 11, 16].entries()) {
      await submit(`drip${at + 1}`, 'drip', parameters(amount));
      await quiet();
      expect(await statusOf(`drip${at + 1}`)).toBe('Closed');
    }
    await submit('drip4', 'drip', parameters(19));
    // Another scope of the service, whose own changes have few points.
    const named = { ...JSON.parse(document('drip', parameters(2))), name: 'drip-two' };
    await speak(play, 'olga', '/requests', {
      requestId: 'drip5',
      document: JSON.stringify(named).replaceAll('drip-0', 'drip-x').replaceAll('drip-1', 'drip-y'),
    });
    await quiet();
    for (const requestId of ['drip4', 'drip5']) {
      expect(await statusOf(requestId)).toBe('AwaitingApproval');
      const rules = (await capsuleOf(requestId))?.approvals.flatMap(({ because }) => because);
      expect(rules?.map(({ rule }) => rule)).toContain('MANY_SMALL_CHANGES');
    }
  });
});
