import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { storyAt } from '../sample.ts';

/** One person submits and approves with two identities: through another source, or through a role they can assume. */
let play: Playground;
beforeAll(async () => {
  const policyPacks = [{ name: 'starter', mode: 'warn' }];
  const governed = (group: string) => ({
    policyPacks,
    governance: {
      packs: ['default'],
      levels: { 'service-owner': { groups: [group] }, 'change-authority': { groups: [group] } },
    },
  });
  const roles = [...Object.keys(trusts), 'Robot', 'GilAdmin'].map((name) => `role/${name}`);
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { owners: ['user/ana', 'user/ben', 'user/gil', ...roles], few: ['user/ana'] },
      people: { gil: ['user/gil', 'role/GilAdmin'] },
      environments: { dev: governed('owners'), lonely: governed('few') },
    }),
  });
  const { store } = play.world.services.cloudControl;
  for (const [identifier, principal] of Object.entries({ ...trusts, Robot: service, GilAdmin: root })) {
    const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
    const properties = { RoleName: identifier, AssumeRolePolicyDocument: { Statement: [statement] } };
    store.put({ type: 'AWS::IAM::Role', identifier, properties, createdMillis: 0 });
  }
});
afterAll(() => play.close());

const service = { Service: 'codepipeline.amazonaws.com' };
const root = { AWS: 'arn:aws:iam::111111111111:root' };
/** Roles that people can assume, by the principals they trust. */
const trusts = {
  OfTheAccount: root,
  OfOlga: { AWS: 'arn:aws:iam::111111111111:user/olga' },
  OfAnybody: { AWS: '*' },
  OfTheCompany: { Federated: 'arn:aws:iam::111111111111:saml-provider/corp' },
  OfAPermissionSet: {
    AWS: 'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
  },
  OfBoth: { ...service, AWS: 'arn:aws:iam::111111111111:user/olga' },
};

const change = (scope: string) => play.deployment.ledger.change(`CHG-${scope}-r`);
async function ask(scope: string, who: string) {
  const requestId = `${scope}-r`;
  await speak(play, who, '/requests', { requestId, file: 'story.yaml', document: queueAndTopic(scope) });
  await play.world.clock.quiet();
}
/** Returns the front door's response, or the status of the change afterwards. */
async function approve(scope: string, who: string): Promise<string> {
  const { capsuleHash } = await change(scope);
  const { code } = await speak(play, who, `/changes/CHG-${scope}-r/approve`, { capsuleHash });
  await play.world.clock.quiet();
  return code ?? (await change(scope)).status;
}

describe('a requester on the bus is unproven, so another voice must approve', () => {
  for (const [index, source] of ['ci', 'baton.cli', 'user/ana', 'aws.partner'].entries())
    storyAt(index, 4)(`for the source ${source}`, async () => {
      const scope = `bus-${source.replace(/\W/g, '-')}`;
      const detail = { requestId: `${scope}-r`, file: 'story.yaml', document: queueAndTopic(scope) };
      const event = { id: scope, source, account: '111111111111', region: 'us-east-1', detail };
      await play.startByHand('govern-request', { ...event, 'detail-type': 'Infrastructure Request' });
      expect((await change(scope)).status).toBe('AwaitingApproval');
      expect(await approve(scope, 'ana')).toBe('AwaitingApproval');
      expect(await play.live(scope)).toEqual([]);
      expect(await approve(scope, 'ben')).toBe('Closed');
      expect(await play.ending(`${scope}-r`)).toMatchObject({ status: 'Completed' });
    });

  test('rejects the change at once if there is no other voice', async () => {
    const document = queueAndTopic('lonely').replace('environment: dev', 'environment: lonely');
    const end = await play.submit('lonely-r', document);
    expect(end).toMatchObject({ status: 'Rejected', reason: expect.stringContaining('front door') });
  });
});

describe('decisions of a role that people may assume do not count', () => {
  for (const [index, name] of Object.keys(trusts).entries())
    storyAt(index, 3)(name, async () => {
      const scope = `by-${name.toLowerCase()}`;
      await ask(scope, 'olga');
      expect(await approve(scope, `role~${name}~olga`)).toBe('SharedRole');
      expect((await change(scope)).status).toBe('AwaitingApproval');
      expect(await play.deployment.ledger.decisions(`CHG-${scope}-r`)).toEqual([]);
    });

  test('and a request by it has an unproven requester', async () => {
    await ask('asked-by-role', 'role~OfTheAccount~ana');
    expect(await approve('asked-by-role', 'ana')).toBe('AwaitingApproval');
    expect(await approve('asked-by-role', 'ben')).toBe('Closed');
  });

  test('unless the settings assign the role to a person', async () => {
    await ask('own-role', 'gil');
    expect(await approve('own-role', 'role~GilAdmin~x')).toBe('OwnChange');
    await ask('for-ana', 'ana');
    expect(await approve('for-ana', 'role~GilAdmin~x')).toBe('Closed');
  });

  test('but decisions of a role that only machines may assume count', async () => {
    await ask('machine', 'olga');
    expect(await approve('machine', 'role~Robot~build-17')).toBe('Closed');
  });
});
