import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { publicKeys } from '../../lib/audit/verify-seals.ts';
import { readTrail } from '../../lib/client/audit/read-trail.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { verifyTrail } from '../machines/trail-holds.ts';
import { story, storyAt } from '../sample.ts';

/** A requester names a scope, a service or an owner of another team. */
let play: Playground;
beforeAll(async () => {
  const warn = [{ name: 'starter', mode: 'warn' }];
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { dba: ['user/ana', 'user/ben'], web: ['user/wim', 'source/ci'] },
      mayAsk: [
        { who: ['*'], environments: ['dev'] },
        { who: ['dba'], environments: ['prod'], services: ['db*'] },
        { who: ['user/local', 'source/baton.cli'], anyScope: true },
      ],
      scopes: {
        'dev/moved': { service: 'moved', owner: 'web', group: 'web', reason: 'the web team runs it now' },
      },
      environments: { dev: { policyPacks: warn }, prod: { policyPacks: warn } },
    }),
  });
  await ask('ana', 'r-orders', document('orders'));
  await ask('wim', 'r-single', document('single', { owner: 'wim' }));
  await play.submit('r-moved', document('moved', { owner: 'ops' }));
  await play.submit('r-seeded', document('seeded', { owner: 'ops' }));
}, 300_000);
afterAll(() => play.close());

interface Header {
  name?: string;
  service?: string;
  owner?: string;
  environment?: string;
}
/** Returns the resources of `scope` under a header that may claim anything. */
function document(scope: string, { name, service = scope, owner = 'dba', environment = 'dev' }: Header = {}) {
  return queueAndTopic(scope)
    .replace('environment: dev', `environment: ${environment}`)
    .replace(`service: ${scope}`, `service: ${service}${name === undefined ? '' : `\nname: ${name}`}`)
    .replace('owner: tests', `owner: ${owner}`);
}

async function ask(who: string, requestId: string, text: string, more = {}) {
  await speak(play, who, '/requests', { requestId, file: 'claim.yaml', document: text, ...more });
  await play.world.clock.quiet();
  return outcome(requestId);
}
async function onTheBus(source: string, requestId: string, text: string) {
  await play.startByHand('govern-request', {
    ...{ id: requestId, source, account: '111111111111', region: 'us-east-1' },
    'detail-type': 'Infrastructure Request',
    detail: { requestId, file: 'claim.yaml', document: text },
  });
  return outcome(requestId);
}
async function outcome(requestId: string) {
  const { status, problems } = await play.deployment.ledger.request(requestId);
  return problems?.[0]?.code ?? status;
}

describe("a scope can't be emptied, changed or taken over by", () => {
  const attempts: Record<string, (id: string) => Promise<string>> = {
    'someone who names it': (id) => ask('mallory', id, document('other', { name: 'orders' })),
    'someone who copies its whole header': (id) => ask('mallory', id, document('orders')),
    'somebody of another group': (id) => ask('wim', id, document('orders')),
    'a role': (id) => ask('role~Tool~ana', id, document('orders')),
    'a sender on the bus': (id) => onTheBus('acme', id, document('orders')),
    'a sender from another group': (id) => onTheBus('ci', id, document('orders')),
    'a member of its group, for another service': (id) =>
      ask('ben', id, document('orders', { name: 'orders', service: 'billing' })),
    'a member of its group, for another owner': (id) => ask('ben', id, document('orders', { owner: 'web' })),
    'a decommission of the whole scope': (id) =>
      ask('mallory', id, '', {
        document: undefined,
        assets: [],
        header: { ...{ environment: 'dev', service: 'orders', owner: 'dba' }, reason: 'gone' },
      }),
    'Baton in the name of another owner': (id) =>
      onTheBus('baton.schedule', id, document('orders', { owner: 'web' })),
    'anyone but the new holders in the settings': (id) => ask('ana', id, document('moved', { owner: 'ops' })),
    'someone with another owner than an administrator set': (id) =>
      ask('mallory', id, document('seeded', { owner: 'mallory' })),
    'anybody where one person alone asked for it': (id) =>
      ask('ana', id, document('single', { owner: 'wim' })),
  };
  for (const [index, [what, attempt]] of Object.entries(attempts).entries())
    storyAt(index, 6)(what, async () => {
      const calls = play.calls.length;
      expect(await attempt(`claim-${index}`)).toBe('ScopeBound');
      expect(play.calls.length).toBe(calls);
    });

  test('and the rejection names the holder', async () => {
    const { problems } = await play.deployment.ledger.request('claim-0');
    expect(problems?.[0]?.message).toContain(
      'dev/orders is bound to service orders, owner dba and the group dba',
    );
  });
});

describe('the service of another team, and what it may read, is not available to', () => {
  const attempts: Record<string, (id: string) => Promise<string>> = {
    'someone who gives the scope another name': (id) =>
      ask('mallory', id, document('mine', { name: 'mine', service: 'orders', owner: 'mallory' })),
    'somebody of another group': (id) =>
      ask('wim', id, document('mine', { name: 'mine', service: 'orders', owner: 'web' })),
    'a sender on the bus': (id) =>
      onTheBus('acme', id, document('mine', { name: 'mine', service: 'orders', owner: 'acme' })),
    'anybody where one person alone asked for it': (id) =>
      ask('ana', id, document('mine', { name: 'mine', service: 'single' })),
    'anyone if an administrator submitted it': (id) =>
      ask('mallory', id, document('mine', { name: 'mine', service: 'seeded', owner: 'mallory' })),
  };
  for (const [index, [what, attempt]] of Object.entries(attempts).entries())
    storyAt(index, 6)(what, async () => {
      const calls = play.calls.length;
      expect(await attempt(`service-${index}`)).toBe('ServiceBound');
      expect(play.calls.length).toBe(calls);
    });

  test('but a member of its group may bind more scopes to it', async () => {
    expect(await ask('ben', 'more', document('more', { name: 'more', service: 'orders' }))).toBe('Completed');
  });
});

describe('no requester can', () => {
  test('name a group as owner without being a member', async () => {
    expect(await ask('mallory', 'owner', document('fresh', { owner: 'dba' }))).toBe('OwnerRefused');
  });
  test('submit requests for an environment without permission', async () => {
    const prod = document('fresh', { environment: 'prod', owner: 'mallory' });
    expect(await ask('mallory', 'environment', prod)).toBe('AskerRefused');
  });
  test('submit requests for a service without permission', async () => {
    expect(await ask('ana', 'service', document('web', { environment: 'prod' }))).toBe('AskerRefused');
  });
  story('keep a scope through a request without effect', async () => {
    const bad = document('squatted', { owner: 'mallory' }).replace('TopicName', 'NoSuchProperty');
    expect(await ask('mallory', 'squat-a', bad)).not.toBe('Completed');
    play.faults(() => ({ errorCode: 'InvalidRequest', message: 'no' }));
    expect(await ask('mallory', 'squat-b', document('squatted', { owner: 'mallory' }))).toBe('RolledBack');
    play.faults(() => undefined);
    expect(await ask('ana', 'squat-c', document('squatted'))).toBe('Completed');
    expect(await ask('mallory', 'squat-d', document('squatted', { owner: 'mallory' }))).toBe('ScopeBound');
  });
  test('bind a scope that another request claims at the same moment', async () => {
    play.deliveries({ delayMillis: () => 1_000 });
    const texts = { mallory: document('raced', { owner: 'mallory' }), ana: document('raced') };
    for (const [who, text] of Object.entries(texts))
      await speak(play, who, '/requests', { requestId: `raced-${who}`, file: 'claim.yaml', document: text });
    play.deliveries({});
    await play.world.clock.quiet();
    const ends = await Promise.all(Object.keys(texts).map((who) => outcome(`raced-${who}`)));
    expect(ends.sort()).toEqual(['Completed', 'ScopeBound']);
  });
});

describe('a scope stays available to', () => {
  test('the first requester and members of the group', async () => {
    expect(await ask('ben', 'by-ben', document('orders').replace('30', '45'))).toBe('Completed');
  });
  story('the holder that the settings name', async () => {
    expect(await ask('wim', 'by-wim', document('moved', { owner: 'web' }))).toBe('Completed');
  });
  test('the administrator of a local cloud', async () => {
    expect(await play.submit('by-local', document('orders'))).toMatchObject({ status: 'Completed' });
  });
});

describe('the audit trail', () => {
  const chain = changeChain('CHG-by-ben');
  /** Returns the findings of a verification after the binding's entry was altered. Nothing removes it. */
  async function foundWith(change?: (detail: Record<string, unknown>) => object): Promise<Finding[]> {
    const bundle = await gather(readTrail(play.deployment));
    const entries = (bundle.chains.get(chain) ?? []).flatMap((entry) => {
      if (entry.event !== 'ScopeBound') return [entry];
      return change === undefined ? [] : [{ ...entry, detail: { ...entry.detail, ...change(entry.detail) } }];
    });
    bundle.chains.set(chain, entries);
    const key = await play.deployment.sealingKey.publicKey();
    return verifyBundle(bundle, publicKeys([key])).findings.filter(({ check }) => check === 'ScopeBinding');
  }

  test('is valid', async () => {
    expect((await verifyTrail(play)).findings).toEqual([]);
  });

  const forgeries: Record<string, ((detail: Record<string, unknown>) => object) | undefined> = {
    'by someone who does not hold the scope': () => ({ holder: { voice: 'user/mallory', groups: [] } }),
    'for another service': () => ({ service: 'billing' }),
    'for another owner': () => ({ owner: 'web' }),
    'as if it were the first binding': ({ version }) => ({ version: Number(version) + 1 }),
    'by someone as administrator who is not one': () => ({
      as: 'administrator',
      holder: { voice: 'user/mallory', groups: [] },
    }),
    'by an administrator if there is no holder': () => ({ as: 'administrator', holder: undefined }),
    'without a binding': undefined,
  };
  for (const [index, [what, forgery]] of Object.entries(forgeries).entries())
    storyAt(index, 3)(`shows that a bound scope was used ${what}`, async () => {
      expect(await foundWith(forgery)).toMatchObject([{ check: 'ScopeBinding', chain }]);
    });
});
