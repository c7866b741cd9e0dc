import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RateLimit } from '../../lib/local/cloud-control/rate-limit.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { failChange, otherZone, type RecordWorld, recordWorld, zone } from '../contract/record-world.ts';

const single = 'AWS::Route53::RecordSet';
const group = 'AWS::Route53::RecordSetGroup';

let open: RecordWorld;
beforeEach(async () => {
  open = await recordWorld();
});
afterEach(async () => {
  expect(open.world.internalErrors).toEqual([]);
  await open.world.stop();
});

const www = {
  HostedZoneId: zone,
  Name: 'www.example.com',
  Type: 'A',
  TTL: '60',
  ResourceRecords: ['192.0.2.1'],
};
const side = (SetIdentifier: string, Weight: number, more: JsonObject = {}) => ({
  ...{ Name: 'www.example.com', Type: 'A', SetIdentifier, Weight, TTL: '60', ResourceRecords: ['192.0.2.1'] },
  ...more,
});
const sides = (blue: number, green: number) => ({
  HostedZoneId: zone,
  RecordSets: [side('blue', blue), side('green', green, { ResourceRecords: ['192.0.2.2'] })],
});
const id = `${zone}|www.example.com|A`;
let tokens = 0;
const input = (type: string) => ({ type, place: open.place, clientToken: `t${tokens++}` });
const create = (type: string, properties: JsonObject, again = false) =>
  open.provider.create({ ...input(type), properties, again });
const read = (type: string, identifier = id) => open.provider.read({ type, identifier, place: open.place });
const names = () =>
  open.world.services.route53.recordsOf(zone).map(({ name, setIdentifier }) => [name, setIdentifier]);
const weights = async () => {
  const live = (await read(group)) as { RecordSets: { SetIdentifier: string; Weight: number }[] } | undefined;
  return live?.RecordSets.map(({ SetIdentifier, Weight }) => `${SetIdentifier} ${Weight}`);
};

describe('a name has one spelling, so no one takes over a record under another one', () => {
  for (const Name of [
    'WWW.example.com',
    'www.example.com.',
    'www\\056example.com',
    'w\\167w.example.com',
    'www.example.com|A',
  ])
    test(`${Name} is refused`, async () => {
      await create(single, www);
      await expect(create(single, { ...www, Name })).rejects.toMatchObject({ code: 'InvalidRequest' });
      await expect(
        create(group, { HostedZoneId: zone, RecordSets: [side('red', 255, { Name })] }),
      ).rejects.toThrow(/Name/);
      await expect(read(single, `${zone}|${Name}|A`)).rejects.toMatchObject({ code: 'InvalidRequest' });
      expect(names()).toEqual([['www.example.com.', undefined]]);
    });
  test('a wildcard is read as it was written, although Route 53 shows \\052', async () => {
    await create(single, { ...www, Name: '*.example.com' });
    expect(names()).toEqual([['\\052.example.com.', undefined]]);
    expect(await read(single, `${zone}|*.example.com|A`)).toEqual({ ...www, Name: '*.example.com' });
  });
});

describe('what exists belongs to someone else', () => {
  const attacks: [what: string, type: string, properties: JsonObject][] = [
    ['the same record', single, www],
    [
      'a weighted record with another SetIdentifier',
      group,
      { HostedZoneId: zone, RecordSets: [side('red', 255)] },
    ],
    [
      'an alias that sends all traffic elsewhere',
      group,
      {
        HostedZoneId: zone,
        RecordSets: [
          {
            ...{ Name: 'www.example.com', Type: 'A', SetIdentifier: 'red', Weight: 255 },
            AliasTarget: { HostedZoneId: otherZone, DNSName: 'evil.example.org' },
          },
        ],
      },
    ],
  ];
  for (const [what, type, properties] of attacks)
    for (const [owner, owned] of [
      [single, { ...www, TTL: '61' }],
      [group, sides(100, 0)],
    ] as const)
      test(`${what} is not created where there is an ${owner}`, async () => {
        await create(owner, owned);
        const before = open.world.services.route53.recordsOf(zone);
        for (const again of [false, true])
          await expect(create(type, properties, again)).rejects.toMatchObject({ code: 'AlreadyExists' });
        expect(open.world.services.route53.recordsOf(zone)).toEqual(before);
      });

  test('equal records are claimed only by a call that may have made them', async () => {
    await create(group, sides(100, 0));
    await expect(create(group, sides(100, 0))).rejects.toMatchObject({ code: 'AlreadyExists' });
    const token = await create(group, sides(100, 0), true);
    const states = await open.provider.poll(open.place, [token]);
    expect(states.get(token)).toEqual({ state: 'Succeeded', identifier: id });
  });

  test('what became a group through others is neither updated nor deleted as a record', async () => {
    await create(group, sides(100, 0));
    const refused = { code: 'RecordsChanged' };
    await expect(open.provider.delete({ ...input(single), identifier: id })).rejects.toMatchObject(refused);
    const patch = [{ op: 'replace', path: '/TTL', value: '9' } as const];
    await expect(open.provider.update({ ...input(single), identifier: id, patch })).rejects.toMatchObject(
      refused,
    );
    expect(names()).toHaveLength(2);
  });
});

test('records of a zone that the environment does not have are neither changed nor read', async () => {
  const refused = { code: 'ZoneRefused' };
  await expect(
    create(single, { ...www, HostedZoneId: otherZone, Name: 'www.example.org' }),
  ).rejects.toMatchObject(refused);
  await expect(read(single, `${otherZone}|www.example.org|A`)).rejects.toMatchObject(refused);
  const prod = { ...open.place, role: 'baton-provisioning-prod' };
  await expect(
    open.provider.create({ ...input(single), properties: www, place: prod }),
  ).rejects.toMatchObject(refused);
  await expect(create(single, { ...www, HostedZoneId: `${zone}/rrset/../../${otherZone}` })).rejects.toThrow(
    /HostedZoneId/,
  );
  expect(names()).toEqual([]);
});

test('records that hand a name to other servers are refused', async () => {
  for (const Type of ['NS', 'SOA', 'DS'])
    await expect(create(single, { ...www, Type, ResourceRecords: ['ns.evil.example.'] })).rejects.toThrow(
      /no type of record/,
    );
});

test('both weights change in one batch, or none does', async () => {
  await create(group, sides(100, 0));
  const patch = (RecordSets: JsonObject[]) => [
    { op: 'replace', path: '/RecordSets', value: RecordSets } as const,
  ];
  await open.provider.update({ ...input(group), identifier: id, patch: patch(sides(90, 10).RecordSets) });
  expect(await weights()).toEqual(['blue 90', 'green 10']);
  const wrong = [side('blue', 0), side('green', 300)];
  await expect(
    open.provider.update({ ...input(group), identifier: id, patch: patch(wrong) }),
  ).rejects.toThrow(/weight/);
  expect(await weights()).toEqual(['blue 90', 'green 10']);
});

test('an update whose answer was lost is found to be done', async () => {
  await create(group, sides(100, 0));
  failChange(open.world.services.route53, 'InternalFailure', true);
  const patch = [{ op: 'replace', path: '/RecordSets', value: sides(0, 100).RecordSets } as const];
  const again = { ...input(group), identifier: id, patch };
  await expect(open.provider.update(again)).rejects.toMatchObject({ permanence: 'passing', taken: true });
  const token = await open.provider.update({ ...again, again: true });
  expect((await open.provider.poll(open.place, [token])).get(token)).toMatchObject({ state: 'Succeeded' });
  expect(await weights()).toEqual(['blue 0', 'green 100']);
});

test('a change by others since the read makes the whole batch fail, and the next attempt read again', async () => {
  await create(group, sides(100, 0));
  const { route53 } = open.world.services;
  let changed = false;
  route53.onCall = (operation, phase) => {
    if (operation !== 'ChangeResourceRecordSets' || phase !== 'before' || changed) return;
    changed = true;
    const state = structuredClone(route53.snapshot());
    const [first] = state.zones[zone] ?? [];
    const weight = first?.element.children.find(({ name }) => name === 'Weight');
    if (weight !== undefined) weight.text = '77';
    route53.restore(state);
  };
  const patch = [{ op: 'replace', path: '/RecordSets', value: sides(0, 100).RecordSets } as const];
  const update = () => open.provider.update({ ...input(group), identifier: id, patch });
  await expect(update()).rejects.toMatchObject({ permanence: 'passing', taken: false });
  expect(await weights()).toEqual(['blue 77', 'green 0']);
  await update();
  expect(await weights()).toEqual(['blue 0', 'green 100']);
});

test('a change that was answered is in progress until it is in sync', async () => {
  const token = await create(single, www);
  const state = async () => (await open.provider.poll(open.place, [token])).get(token);
  expect(await state()).toMatchObject({ state: 'InProgress' });
  await open.world.clock.pass(60_000);
  expect(await state()).toEqual({ state: 'Succeeded', identifier: id });
});

test('a throttled call passes, and was not taken', async () => {
  failChange(open.world.services.route53, 'Throttling', false);
  await expect(create(single, www)).rejects.toMatchObject({ permanence: 'passing', taken: false });
  expect(names()).toEqual([]);
});

describe('of nine requests within a second', () => {
  for (const [who, kind, throttled] of [
    ['a function has four throttled', 'session', 4],
    ['a person has none throttled, because simulated time waits for people', 'user', 0],
  ] as const)
    test(who, async () => {
      const { route53 } = open.world.services;
      route53.limit = new RateLimit(5, open.world.clock.now());
      const call = {
        ...{ region: 'us-east-1', requestId: 'r', caller: { kind }, demand: () => {} },
        request: {
          method: 'GET',
          path: `/2013-04-01/hostedzone/${zone}/rrset`,
          query: new URLSearchParams(),
        },
      };
      const answers = await Promise.all(Array.from({ length: 9 }, () => route53.handle(call as never)));
      expect(answers.filter(({ body }) => String(body).includes('Throttling'))).toHaveLength(throttled);
    });
});

test('asks for a few changes at a time, and the others count as in progress', async () => {
  const created: string[] = [];
  for (let at = 0; at < 5; at += 1)
    created.push(await create(single, { ...www, Name: `p${at}.example.com` }));
  await open.world.clock.pass(60_000);
  const asked: string[] = [];
  open.world.services.route53.onCall = (operation) => void asked.push(operation);
  const states = await open.provider.poll(open.place, created);
  expect(asked).toEqual(['GetChange', 'GetChange', 'GetChange']);
  expect([...states.values()].map(({ state }) => state)).toEqual([
    ...['Succeeded', 'Succeeded', 'Succeeded', 'InProgress', 'InProgress'],
  ]);
});

test('a listing of more than a page is read to its end', async () => {
  const values = Array.from({ length: 302 }, (_, at) => side(`s${at}`, 1));
  await create(group, { HostedZoneId: zone, RecordSets: values });
  const live = (await read(group)) as { RecordSets: unknown[] };
  expect(live.RecordSets).toHaveLength(302);
  await open.provider.delete({ ...input(group), identifier: id });
  expect(await read(group)).toBeUndefined();
});

test('a listing leaves out what a zone has of its own', async () => {
  await create(single, www);
  const { route53 } = open.world.services;
  const state = route53.snapshot();
  const [record] = state.zones[zone] ?? [];
  if (record === undefined) throw new Error('there is no record');
  const own = JSON.parse(
    JSON.stringify(record).replaceAll('www.example.com.', 'example.com.').replaceAll('"A"', '"NS"'),
  ) as typeof record;
  route53.restore({ ...state, zones: { [zone]: [own, record] } });
  const found: string[] = [];
  for await (const { identifier } of open.provider.list(single, open.place)) found.push(identifier);
  expect(found).toEqual([id]);
});
