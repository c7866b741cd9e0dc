import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../../lib/local/gateway/wire.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { failChange } from '../contract/record-world.ts';
import { story, storyAt } from '../sample.ts';
import { assemblyWith } from './assembly-with.ts';
import { speak } from './people.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

/** DNS records from the request to Route 53, on the roles and policies of the synthesized template. */
let play: Playground;
const zone = 'Z111111QQQQQQQ';
const otherZone = 'Z222222QQQQQQQ';
beforeAll(async () => {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
  const { environments } = context.baton;
  const dev = { ...environments.dev, hostedZones: [zone] };
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      ...context.baton,
      environments: { ...environments, dev },
      groups: { ...context.baton.groups, web: ['user/wim'] },
    }),
  });
  for (const [identifier, Name] of [
    [zone, 'example.com'],
    [otherZone, 'example.org'],
  ] as const)
    play.world.services.cloudControl.store.put({
      ...{ type: 'AWS::Route53::HostedZone', identifier, properties: { Id: identifier, Name } },
      createdMillis: 0,
    });
}, 1_200_000);
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  expect(play.world.authorizer.denials).toEqual([]);
  await play.close();
});

const minutes = (count: number) => play.world.clock.pass(count * 60_000);
const records = () => play.world.services.route53.recordsOf(zone);
const shown = (name: string) =>
  records()
    .filter((record) => record.name === `${name}.example.com.`)
    .map(({ type, setIdentifier, element }) => {
      const text = (child: string) => element.children.find((one) => one.name === child)?.text;
      return [type, setIdentifier, text('Weight') ?? text('TTL')].filter(Boolean).join(' ');
    });
const one = (name: string, ttl = 60, more = '') =>
  `  Record: { Type: AWS::Route53::RecordSet, ${more}Properties: { HostedZoneId: ${zone}, Name: ${name}.example.com, Type: A, TTL: "${ttl}", ResourceRecords: [192.0.2.1] } }\n`;
const side = (name: string, id: string, weight: number) =>
  `{ Name: ${name}.example.com, Type: A, SetIdentifier: ${id}, Weight: ${weight}, TTL: "60", ResourceRecords: [192.0.2.${id.length}] }`;
const group = (name: string, traffic = '', weights: [number, number] = [100, 0]) =>
  `  Entry:
    Type: AWS::Route53::RecordSetGroup
    Properties:
      HostedZoneId: ${zone}
      RecordSets: [${side(name, 'blue', weights[0])}, ${side(name, 'green', weights[1])}]
${traffic}`;
const body = (text: string) => `Resources:\n${text}`;
const failing = '  Fails: { Type: AWS::SNS::Topic, DependsOn: Record, Properties: { TopicName: fails } }\n';
const failTopics = () =>
  play.faults(({ type }) =>
    type === 'AWS::SNS::Topic' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
  );

it('creates, changes and deletes a record, and plans nothing for the same manifest', async () => {
  const submit = (id: string, text: string) => play.submit(id, manifest('life', body(text)));
  expect(await submit('life-0', one('life'))).toMatchObject({ status: 'Completed' });
  expect(shown('life')).toEqual(['A 60']);
  const [asset] = await play.assets('life');
  expect(asset).toMatchObject({
    provider: 'route53',
    identifier: `${zone}|life.example.com|A`,
    status: 'Active',
  });
  const changes = play.world.services.route53.snapshot().changes.length;
  expect(await submit('life-1', one('life'))).toMatchObject({ status: 'Completed' });
  expect(play.world.services.route53.snapshot().changes).toHaveLength(changes);
  expect(await submit('life-2', one('life', 120))).toMatchObject({ status: 'Completed' });
  expect(shown('life')).toEqual(['A 120']);
  expect(
    await submit('life-3', '  Other: { Type: AWS::SNS::Topic, Properties: { TopicName: life } }\n'),
  ).toMatchObject({
    status: 'Completed',
  });
  expect(shown('life')).toEqual([]);
}, 300_000);

it('creates, changes and deletes forty records within the requests that Route 53 takes', async () => {
  const many = (ttl: number) =>
    body(
      Array.from({ length: 40 }, (_, index) =>
        one(`many${index}`, ttl).replace('Record:', `Record${index}:`),
      ).join(''),
    );
  const seconds = async (id: string, text: string) => {
    const began = play.world.clock.now();
    expect(await play.submit(id, manifest('many', text))).toMatchObject({ status: 'Completed' });
    return (play.world.clock.now() - began) / 1000;
  };
  for (const [id, text] of [
    ['many-0', many(60)],
    ['many-1', many(90)],
    ['many-2', body('  Other: { Type: AWS::SNS::Topic }\n')],
  ] as const)
    expect(await seconds(id, text)).toBeLessThan(240);
  expect(shown('many0')).toEqual([]);
}, 300_000);

it('rolls back a created and a changed record', async () => {
  failTopics();
  expect(await play.submit('back-0', manifest('back', body(one('back') + failing)))).toMatchObject({
    status: 'RolledBack',
  });
  expect(shown('back')).toEqual([]);
  play.faults(() => undefined);
  await play.submit('back-1', manifest('back', body(one('back'))));
  failTopics();
  expect(await play.submit('back-2', manifest('back', body(one('back', 120) + failing)))).toMatchObject({
    status: 'RolledBack',
  });
  play.faults(() => undefined);
  expect(shown('back')).toEqual(['A 60']);
}, 300_000);

story(
  'registers a record whose answer was lost',
  async () => {
    failChange(play.world.services.route53, 'InternalFailure', true);
    expect(await play.submit('lost-0', manifest('lost', body(one('lost'))))).toMatchObject({
      status: 'Completed',
    });
    expect(shown('lost')).toEqual(['A 60']);
    expect(await play.assets('lost')).toMatchObject([{ status: 'Active' }]);
  },
  300_000,
);

it('registers a record whose answer was lost, although the repeated call is throttled', async () => {
  const { route53 } = play.world.services;
  const faults = [
    ['ChangeResourceRecordSets', 'after', new ServiceError('InternalFailure', 'x', { statusCode: 500 })],
    ['ListResourceRecordSets', 'before', new ServiceError('Throttling', 'Rate exceeded')],
  ] as const;
  let next = 0;
  route53.onCall = (operation, phase) => {
    const [name, when, error] = faults[next] ?? [];
    if (operation !== name || phase !== when) return;
    next += 1;
    throw error;
  };
  expect(await play.submit('slow-0', manifest('slow', body(one('slow'))))).toMatchObject({
    status: 'Completed',
  });
  expect(next).toBe(2);
  expect(shown('slow')).toEqual(['A 60']);
  expect(await play.assets('slow')).toMatchObject([{ status: 'Active' }]);
  route53.onCall = undefined;
}, 300_000);

it('does not claim a group of others that is exactly the wanted one, although reads fail', async () => {
  const { route53 } = play.world.services;
  await play.submit('pair-0', manifest('pair', body(group('pair'))));
  const state = route53.snapshot();
  const made = (state.zones[zone] ?? []).filter(({ name }) => name.startsWith('pair'));
  const others = JSON.parse(JSON.stringify(made).replaceAll('pair', 'equal')) as typeof made;
  route53.restore({ ...state, zones: { ...state.zones, [zone]: [...(state.zones[zone] ?? []), ...others] } });
  let left = 8;
  route53.onCall = (operation, phase) => {
    if (operation !== 'ListResourceRecordSets' || phase !== 'before' || left === 0) return;
    left -= 1;
    throw new ServiceError('InternalFailure', 'x', { statusCode: 500 });
  };
  const ending = await play.submit('equal-0', manifest('equal', body(group('equal'))));
  route53.onCall = undefined;
  expect([ending.status, ending.reason]).toEqual(['RolledBack', expect.stringMatching(/already/)]);
  expect(left).toBe(0);
  expect(shown('equal')).toEqual(['A blue 100', 'A green 0']);
  expect(await play.assets('equal')).toEqual([]);
}, 300_000);

describe('leaves records of others alone', () => {
  const failed = /Failed|RolledBack/;
  const values = 'TTL: "60", ResourceRecords: [192.0.2.9]';
  const alias = `AliasTarget: { HostedZoneId: ${otherZone}, DNSName: evil.example.org }`;
  const red = (name: string, target: string) =>
    `  Mine: { Type: AWS::Route53::RecordSetGroup, Properties: { HostedZoneId: ${zone}, RecordSets: [{ Name: ${name}.example.com, Type: A, SetIdentifier: red, Weight: 255, ${target} }] } }\n`;
  const attempts: Record<string, [text: string, status: RegExp, reason: RegExp]> = {
    'under the same name': [one('theirs', 9), /Rejected/, /owned by tests/],
    'under the same name, if its creator is unknown': [one('unmanaged', 9), failed, /already/],
    'under an upper-case name': [one('Theirs', 9), /Rejected/, /one spelling of several/],
    'under a name with a dot at its end': [
      one('theirs', 9).replace('theirs.example.com', 'theirs.example.com.'),
      /Rejected/,
      /one spelling of several/,
    ],
    'under an escaped name': [
      one('theirs', 9).replace('theirs', '"th\\\\145irs').replace('.com,', '.com",'),
      /Rejected/,
      /./,
    ],
    'with another SetIdentifier': [red('shared', values), /Rejected/, /owned by tests/],
    'with another SetIdentifier, if its creator is unknown': [red('unmanaged', values), failed, /already/],
    'as a weighted record without a group': [
      one('shared', 9).replace('Type: A,', 'Type: A, SetIdentifier: red, Weight: 255,'),
      /Rejected/,
      /RecordSetGroup/,
    ],
    'by an alias that takes all traffic': [red('shared', alias), /Rejected/, /owned by tests/],
    'by an alias, if its creator is unknown': [red('unmanaged', alias), failed, /already/],
    'in a zone of someone else': [
      one('theirs', 9).replace(zone, otherZone).replace('example.com', 'example.org'),
      /Rejected|Denied/,
      /./,
    ],
    'in a zone whose id is known only later': [
      `  Param: { Type: AWS::SSM::Parameter, Properties: { Name: /attack/zone, Type: String, Value: ${otherZone} } }\n` +
        one('theirs', 9)
          .replace(`HostedZoneId: ${zone}`, 'HostedZoneId: !GetAtt Param.Value')
          .replace('example.com', 'example.org'),
      /Rejected|Failed|RolledBack/,
      /./,
    ],
  };
  let before: unknown;
  beforeAll(async () => {
    expect(
      await play.submit('theirs-0', manifest('theirs', body(one('theirs') + group('shared')))),
    ).toMatchObject({ status: 'Completed' });
    // Records that Baton doesn't know, as if someone had made them in the console.
    const { route53 } = play.world.services;
    const state = route53.snapshot();
    const made = (state.zones[zone] ?? []).filter(({ name }) => name.startsWith('shared'));
    const others = JSON.parse(JSON.stringify(made).replaceAll('shared', 'unmanaged')) as typeof made;
    route53.restore({
      ...state,
      zones: { ...state.zones, [zone]: [...(state.zones[zone] ?? []), ...others] },
    });
    before = [structuredClone(records()), await play.assets('theirs')];
  }, 300_000);
  for (const [index, [what, [text, status, reason]]] of Object.entries(attempts).entries())
    storyAt(index, 3)(
      what,
      async () => {
        const ending = await play.submit(`mine-${index}`, manifest(`mine-${index}`, body(text)));
        expect(ending.status).toMatch(status);
        expect(ending.reason ?? '').toMatch(reason);
        expect([records(), await play.assets('theirs')]).toEqual(before);
        expect((await play.assets(`mine-${index}`)).filter(({ provider }) => provider === 'route53')).toEqual(
          [],
        );
      },
      300_000,
    );
});

describe('shifts traffic between the records of a group', () => {
  const traffic = '    Baton: { traffic: { strategy: canary-10-5m, patience: 5m } }\n';
  const direct = (requestId: string, directive: string) =>
    speak(play, 'wim', `/requests/${requestId}/traffic`, { directive, reason: 'because' });
  const shift = async (scope: string, requestId: string, to: string): Promise<void> => {
    const asset = (await play.assets(scope)).find(({ logicalId }) => logicalId === 'Entry')?.id ?? '';
    const header: JsonObject = {
      action: 'shift-traffic',
      environment: 'dev',
      service: scope,
      owner: 'tests',
      reason: 'new',
    };
    await speak(play, 'wim', '/requests', { requestId, header, shifts: [{ asset, to }] });
  };

  it('step by step, both weights in one batch, and keeps them for later manifests', async () => {
    await play.submit('canary-0', manifest('canary', body(group('canary', traffic))));
    expect(shown('canary')).toEqual(['A blue 100', 'A green 0']);
    const changes = () => play.world.services.route53.snapshot().changes.length;
    const earlier = changes();
    await shift('canary', 'canary-1', 'green');
    await minutes(4);
    expect(shown('canary')).toEqual(['A blue 90', 'A green 10']);
    // No one counts the requests of a record, so a person decides.
    await minutes(10);
    expect(shown('canary')).toEqual(['A blue 90', 'A green 10']);
    await direct('canary-1', 'continue');
    await minutes(4);
    expect(shown('canary')).toEqual(['A blue 0', 'A green 100']);
    expect(changes()).toBe(earlier + 2);
    await direct('canary-1', 'continue');
    await minutes(12);
    expect(await play.ending('canary-1')).toMatchObject({ status: 'Completed' });
    await play.submit('canary-2', manifest('canary', body(group('canary', traffic))));
    expect(shown('canary')).toEqual(['A blue 0', 'A green 100']);
  }, 300_000);

  story(
    'puts both weights back in one batch when it is aborted',
    async () => {
      await play.submit('abort-0', manifest('abort', body(group('abort', traffic))));
      await shift('abort', 'abort-1', 'green');
      await minutes(4);
      expect(shown('abort')).toEqual(['A blue 90', 'A green 10']);
      await direct('abort-1', 'abort');
      await minutes(5);
      expect(shown('abort')).toEqual(['A blue 100', 'A green 0']);
      expect(await play.ending('abort-1')).toMatchObject({ status: 'RolledBack' });
    },
    300_000,
  );

  it('does not shift to a record that does not exist', async () => {
    await play.submit('third-0', manifest('third', body(group('third', traffic))));
    await shift('third', 'third-1', 'red');
    await minutes(2);
    expect(await play.ending('third-1')).toMatchObject({ status: 'Rejected' });
    expect(shown('third')).toEqual(['A blue 100', 'A green 0']);
  }, 300_000);
});
