import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { assetChain, changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import type { Verdicts } from '../../lib/model/policy.ts';
import { story, storyAt } from '../sample.ts';
import { assemblyWith } from './assembly-with.ts';
import { speak } from './people.ts';
import { openPlayground, type Playground } from './playground.ts';

const waiver = { reason: 'SEC-1', approver: 'security', expires: '2026-06-30' };
const environment = { policyPacks: [{ name: 'starter' }], resourceTypes: ['AWS::S3::*', 'AWS::SSM::*'] };
const settings = {
  defaultEnvironment: 'dev',
  groups: { board: ['user/ana', 'user/cho'] },
  environments: {
    dev: {
      ...environment,
      waivers: [
        { ...waiver, rule: 'S3_BUCKET_VERSIONING_ENABLED', resource: 'dev/*/Agreed*' },
        { ...waiver, rule: 'S3_BUCKET_VERSIONING_ENABLED', resource: 'Over', expires: '2025-12-31' },
        {
          ...waiver,
          rule: 'S3_BUCKET_VERSIONING_ENABLED',
          resource: 'Brief',
          expires: '2026-01-01T00:00:05Z',
        },
      ],
    },
    governed: {
      ...environment,
      governance: {
        packs: ['default'],
        levels: { 'service-owner': { groups: ['board'] }, 'change-authority': { groups: ['board'] } },
      },
    },
    shadow: { ...environment, policyPacks: [{ name: 'starter', mode: 'warn' }] },
  },
};

let play: Playground;
beforeAll(async () => {
  play = await openPlayground({ assemblyDirectory: await assemblyWith(settings) });
});
afterAll(() => play.close());

/**
 * Returns a bucket that violates the rule on versioning, created after a parameter, with its metadata and a header's
 * exceptions.
 */
const bucket = (
  name: string,
  { environment = 'dev', header = '', metadata = '', status = '' } = {},
) => `baton: v1
environment: ${environment}
service: ${name.toLowerCase()}
owner: tests
reason: a story
${header}
Resources:
  First:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: /${name}/first, Value: Suspended }
  ${name}:
    Type: AWS::S3::Bucket
    DependsOn: [First]
${metadata}
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }]
      PublicAccessBlockConfiguration:
        { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }
${status && `      VersioningConfiguration: { Status: ${status} }`}
`;

async function verdictsOf(requestId: string): Promise<Verdicts> {
  const { ledger, documents } = play.deployment;
  return documents.get<Verdicts>((await ledger.request(requestId)).verdictsHash ?? '');
}

const entries = async (requestId: string, event: string) =>
  (await readChain(play.deployment.ledger.table, changeChain(changeIdOf(requestId)))).filter(
    (entry) => entry.event === event,
  );

const asking = (resource: string) =>
  `exceptions: [{ rule: S3_BUCKET_VERSIONING_ENABLED, resource: "${resource}", reason: r, expires: 2026-06-30 }]`;

// The first story: little time has passed, so the waiver, which expires soon, still applies at admission.
story(
  'a waiver that expires before the call no longer applies: the step is stopped, and the run is rolled back',
  async () => {
    expect(await play.submit('Brief', bucket('Brief'))).toMatchObject({ status: 'RolledBack' });
    const [failed] = await entries('Brief', 'StepFailed');
    expect(failed?.detail).toMatchObject({
      code: 'PolicyDenied',
      message: expect.stringMatching(/waiver expired/),
    });
    expect(await play.live('brief')).toEqual([]);
  },
);

describe('rejects a request that violates a rule', () => {
  const stories: [string, string, string, RegExp][] = [
    ['without a waiver', 'Plain', bucket('Plain'), /must enable versioning$/],
    ['with a waiver that has expired', 'Over', bucket('Over'), /the waiver expired on 2025-12-31/],
    [
      'with an exception of its own, where nobody approves',
      'Asked',
      bucket('Asked', { header: asking('Asked') }),
      /no governance policy/,
    ],
    [
      'with metadata that asks for an exemption',
      'Hushed',
      bucket('Hushed', {
        metadata: '    Metadata: { guard: { SuppressedRules: [S3_BUCKET_VERSIONING_ENABLED] } }',
      }),
      /must enable versioning$/,
    ],
  ];
  for (const [index, [what, name, document, message]] of stories.entries())
    storyAt(index, 2)(what, async () => {
      expect(await play.submit(name, document)).toMatchObject({ status: 'Rejected' });
      const { violations, suppressed } = await verdictsOf(name);
      expect(violations).toMatchObject([{ rule: 'S3_BUCKET_VERSIONING_ENABLED', resource: name }]);
      expect(violations[0]?.message).toMatch(message);
      expect(suppressed).toHaveLength(name === 'Hushed' ? 1 : 0);
      const [evaluated] = await entries(name, 'PolicyEvaluated');
      expect(evaluated?.detail).toMatchObject({
        decision: 'deny',
        enforced: 1,
        suppressed: suppressed.length,
      });
      expect(await entries(name, 'WaiversUsed')).toEqual([]);
    });
});

describe('a waiver in the settings', () => {
  it('applies at both enforcement points, and every use of it is recorded', async () => {
    expect(await play.submit('Agreed', bucket('Agreed'))).toMatchObject({ status: 'Completed' });
    expect((await verdictsOf('Agreed')).waived).toMatchObject([
      { resource: 'Agreed', waiver: { approver: 'security' } },
    ]);
    const [used] = await entries('Agreed', 'WaiversUsed');
    expect(used?.detail).toMatchObject({
      waivers: [{ ...waiver, source: 'settings', resources: ['Agreed'] }],
    });
    const { table } = play.deployment.ledger;
    const made = (await play.assets('agreed')).find(({ logicalId }) => logicalId === 'Agreed');
    const [registered] = await readChain(table, assetChain(made?.id ?? ''));
    expect(registered?.detail).toMatchObject({ waived: ['S3_BUCKET_VERSIONING_ENABLED'] });
  });

  story('applies to values that are known only at the call', async () => {
    const document = bucket('AgreedLate', { status: '!GetAtt First.Value' });
    expect(await play.submit('AgreedLate', document)).toMatchObject({ status: 'Completed' });
    expect((await verdictsOf('AgreedLate')).waived).toMatchObject([{ unknowns: expect.any(Array) }]);
  });
});

it('without a waiver, values that are known only at the call are evaluated there, and the run is rolled back', async () => {
  const document = bucket('Late', { status: '!GetAtt First.Value' });
  expect(await play.submit('Late', document)).toMatchObject({ status: 'RolledBack' });
  expect((await verdictsOf('Late')).pending).toMatchObject([{ rule: 'S3_BUCKET_VERSIONING_ENABLED' }]);
  expect((await entries('Late', 'StepFailed'))[0]?.detail).toMatchObject({ code: 'PolicyDenied' });
});

story('in shadow mode nothing is stopped, and violations are recorded at both points', async () => {
  expect(await play.submit('Shadowed', bucket('Shadowed', { environment: 'shadow' }))).toMatchObject({
    status: 'Completed',
  });
  const rules = ['S3_BUCKET_VERSIONING_ENABLED'];
  const [evaluated] = await entries('Shadowed', 'PolicyEvaluated');
  expect(evaluated?.detail).toMatchObject({ decision: 'allow', enforced: 0, warned: 1, warnedRules: rules });
  const made = await play.deployment.inventory.scopeAssets('shadow/shadowed');
  const asset = made.find(({ logicalId }) => logicalId === 'Shadowed');
  const [registered] = await readChain(play.deployment.ledger.table, assetChain(asset?.id ?? ''));
  expect(registered?.detail).toMatchObject({ warned: rules });
});

describe('an exception in a request, in an environment with approvals', () => {
  const rule = 'S3_BUCKET_VERSIONING_ENABLED';
  /** Submits through the front door, because a requester on the bus is unproven and would need a third voice. */
  const ask = (requestId: string, document: string) =>
    speak(play, 'olga', '/requests', { requestId, file: 'story.yaml', document });

  /** Submits, and lets people decide. There are two levels, so two different people must approve. */
  async function decided(name: string, kind: 'approve' | 'reject', header: string, status = '') {
    await ask(name, bucket(name, { environment: 'governed', header, status }));
    await play.world.clock.quiet();
    const { changeId, capsuleHash, status: opened } = await play.deployment.ledger.change(changeIdOf(name));
    expect(opened).toBe('AwaitingApproval');
    for (const who of kind === 'approve' ? ['ana', 'cho'] : ['ana']) {
      const answer = await speak(play, who, `/changes/${changeId}/${kind}`, { capsuleHash, reason: 'so' });
      expect(answer).toMatchObject({ status: 200 });
    }
    await play.world.clock.quiet();
    return play.ending(name);
  }

  it('applies after the change is approved, also to values that are known only at the call', async () => {
    expect(await decided('Wanted', 'approve', asking('Wanted'))).toMatchObject({ status: 'Completed' });
    const [used] = await entries('Wanted', 'WaiversUsed');
    expect(used?.detail).toMatchObject({ waivers: [{ rule, source: 'request', resources: ['Wanted'] }] });
    expect(await decided('WantedLate', 'approve', asking('*'), '!GetAtt First.Value')).toMatchObject({
      status: 'Completed',
    });
  });

  story(
    'that has expired when its change is approved makes the capsule stale, and nothing starts',
    async () => {
      const expires = new Date(play.world.clock.now() + 3_600_000).toISOString();
      const header = asking('Lapsed').replace('2026-06-30', expires);
      await ask('Lapsed', bucket('Lapsed', { environment: 'governed', header }));
      await play.world.clock.quiet();
      await play.world.clock.pass(2 * 3_600_000);
      const { changeId, capsuleHash } = await play.deployment.ledger.change(changeIdOf('Lapsed'));
      for (const who of ['ana', 'cho'])
        await speak(play, who, `/changes/${changeId}/approve`, { capsuleHash });
      await play.world.clock.quiet();
      expect(await play.ending('Lapsed')).toMatchObject({ status: 'Rejected' });
      const [stale] = await entries('Lapsed', 'CapsuleStale');
      expect(stale?.reason).toMatch(
        /the exception from S3_BUCKET_VERSIONING_ENABLED for Lapsed is no longer valid/,
      );
      expect(await entries('Lapsed', 'StepsStarted')).toEqual([]);
    },
  );

  it('is not applied if it is rejected', async () => {
    expect(await decided('Unwanted', 'reject', asking('Unwanted'))).toMatchObject({ status: 'Rejected' });
    expect(await play.live('unwanted')).toEqual([]);
  });

  story('for another resource leaves the request denied', async () => {
    const document = bucket('Elsewhere', { environment: 'governed', header: asking('Other') });
    expect(await play.submit('Elsewhere', document)).toMatchObject({ status: 'Rejected' });
  });
});
