import { describe, expect, it } from 'vitest';
import { BundleUnreadable, gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { type Verification, verifyBundle } from '../../lib/audit/verify.ts';
import {
  append,
  ChangeStory,
  emptySample,
  goodSample,
  keyPair,
  level,
  linesOf,
  minute,
  otherKeyPair,
  type Sample,
  seal,
} from './sample.ts';
import { stepOf } from './sample-capsule.ts';

async function verified(sample: Sample, asOf?: string): Promise<Verification> {
  return verifyBundle(await gather(linesOf(sample)), [keyPair.publicKey], { asOf });
}

/** Returns the first break of a story that is sealed as it is. */
async function firstOf(tell: (sample: Sample) => void, asOf?: string): Promise<Finding | undefined> {
  const sample = emptySample();
  tell(sample);
  seal(sample, minute(900));
  return (await verified(sample, asOf)).findings[0];
}

const approvals = [level('owner', 1, 'olga', 'otto')];
const normal = { changeId: 'CHG-1', type: 'normal' as const, approvals, from: 0 };

describe('a bundle', () => {
  const broken: Record<string, (lines: unknown[]) => unknown[]> = {
    'that is empty': () => [],
    'without its header': (lines) => lines.slice(1),
    'that was cut off': (lines) => lines.slice(0, -1),
    'from which a line is missing': (lines) => [...lines.slice(0, 5), ...lines.slice(6)],
    'with a line after its end': (lines) => [...lines, lines[1]],
    'with a line of an unknown kind': (lines) => [...lines.slice(0, 3), { kind: 'tale' }, ...lines.slice(3)],
    'with a malformed entry': (lines) => [
      ...lines.slice(0, 3),
      { kind: 'entry', entry: 7 },
      ...lines.slice(3),
    ],
  };
  for (const [what, change] of Object.entries(broken))
    it(`is rejected: ${what}`, async () => {
      await expect(gather(change(linesOf(goodSample())))).rejects.toThrow(BundleUnreadable);
    });
});

describe('verification finds', () => {
  it('nothing in a valid bundle, and counts entries after the last seal', async () => {
    const { findings, ...counts } = await verified(goodSample());
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ seals: 3, changes: 5, runs: 6, assetChanges: 7 });
    expect(counts.entries.unsealed).toBe(8);
    expect(counts.lastSeal).toMatchObject({ number: 3, at: minute(200) });
  });

  it('that there is no seal', async () => {
    const sample = { ...goodSample(), seals: [] };
    expect((await verified(sample)).findings[0]).toMatchObject({ check: 'SealSequence' });
  });

  it('a seal by another key', async () => {
    const sample = goodSample();
    seal(sample, minute(300), otherKeyPair.privateKey);
    expect((await verified(sample)).findings[0]).toMatchObject({ check: 'SealSignature', entry: 4 });
  });

  it('a run without the approvals that its capsule requires', async () => {
    expect(await firstOf((sample) => new ChangeStory(sample, normal).open().run())).toMatchObject({
      check: 'RunAuthority',
      chain: 'CHAIN#CHANGE#CHG-1',
      entry: 6,
      expected: 'an approved capsule',
      found: expect.stringContaining('Waiting'),
    });
  });

  it('an approval after the run', async () => {
    const found = await firstOf((sample) => new ChangeStory(sample, normal).open().run().decide('olga'));
    expect(found).toMatchObject({ check: 'RunAuthority', entry: 6 });
  });

  it('a run after a rejection', async () => {
    const told = (sample: Sample) =>
      new ChangeStory(sample, { ...normal, approvals: [level('owner', 1, 'olga', 'otto')] })
        .open()
        .decide('olga')
        .decide('otto', 'reject', 'no')
        .run();
    expect(await firstOf(told)).toMatchObject({
      check: 'RunAuthority',
      found: expect.stringContaining('Rejected'),
    });
  });

  const deciders: Record<
    string,
    [name: string, more: Partial<typeof normal> & { expiresAt?: string; requester?: string }]
  > = {
    'an approval by the requester': ['olga', { requester: 'olga' }],
    'an approval by an ineligible voice': ['mallory', {}],
    'an approval after the expiry': ['olga', { expiresAt: minute(2) }],
  };
  for (const [what, [name, more]] of Object.entries(deciders))
    it(what, async () => {
      const told = (sample: Sample) => new ChangeStory(sample, { ...normal, ...more }).open().decide(name);
      expect(await firstOf(told)).toMatchObject({ check: 'DecisionEligibility', entry: 6 });
    });

  it('a withdrawal by someone other than the requester, and a second decision of one voice', async () => {
    const withdrawn = (sample: Sample) =>
      new ChangeStory(sample, normal).open().decide('olga', 'withdraw', 'x');
    expect(await firstOf(withdrawn)).toMatchObject({ check: 'DecisionEligibility', entry: 6 });
    const twice = (sample: Sample) =>
      new ChangeStory(sample, normal).open().decide('olga').decide('olga', 'reject');
    expect(await firstOf(twice)).toMatchObject({ check: 'DecisionEligibility', entry: 7 });
  });

  it('a plan that policy denied, a plan other than the capsule’s, and a stale capsule', async () => {
    const denied = (sample: Sample) =>
      new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open('deny').run();
    expect(await firstOf(denied)).toMatchObject({ check: 'PolicyVerdict', entry: 5 });
    const other = (sample: Sample) => {
      const first = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open();
      const earlier = first.planHash;
      first.open().run('r', earlier);
    };
    expect(await firstOf(other)).toMatchObject({ check: 'RunAuthority', entry: 10 });
    const stale = (sample: Sample) => {
      const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open();
      story.entry('CapsuleStale', { capsule: story.capsuleHash });
      story.run();
    };
    expect(await firstOf(stale)).toMatchObject({
      check: 'RunAuthority',
      found: 'one that was stale by then',
    });
  });

  it('no rollback after a late rejection', async () => {
    const late = (sample: Sample) =>
      new ChangeStory(sample, normal).open().decide('olga').run().decide('otto', 'reject', 'no').undo();
    expect(await firstOf(late)).toBeUndefined();
  });

  it('a capsule in the name of someone other than the requester', async () => {
    const told = (sample: Sample) => {
      const story = new ChangeStory(sample, { ...normal, requester: 'rita' });
      story.receive('sso/olga').open().decide('olga');
    };
    expect(await firstOf(told)).toMatchObject({ check: 'ChangeOpening', found: 'one of sso/rita' });
  });

  it('an emergency without a timely review, unless there is still time', async () => {
    const told = (sample: Sample) => {
      const story = new ChangeStory(sample, { ...normal, type: 'emergency' as const }).open().run();
      story.entry('ChangeReviewDue', { capsule: story.capsuleHash, detail: { reviewBy: minute(2000) } });
    };
    expect(await firstOf(told)).toBeUndefined();
    expect(await firstOf(told, minute(2001))).toMatchObject({
      check: 'Review',
      found: `none by ${minute(2001)}`,
    });
  });

  const foreign: Record<string, (story: ChangeStory) => void> = {
    'a run that never began': (story) => story.asset('a', 'create:A', 'AssetRegistered', 'another-run'),
    'a step that is not in the plan': (story) => story.asset('a', 'delete:Everything'),
    'a change that has no trail': ({ sample }) =>
      append(sample, 'CHAIN#ASSET#a', {
        ...{ key: 'version-1', event: 'AssetChanged', actor: 'x', at: minute(5) },
        detail: { changeId: 'CHG-none', version: 1, runId: 'r', step: 's', assetHash: 'a'.repeat(64) },
      }),
  };
  for (const [what, tell] of Object.entries(foreign))
    it(`an asset changed by ${what}`, async () => {
      const told = (sample: Sample) => {
        const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open().run();
        tell(story);
        sample.assets = [];
      };
      expect(await firstOf(told)).toMatchObject({
        check: 'AssetAuthority',
        chain: 'CHAIN#ASSET#a',
        entry: 1,
      });
    });

  it('two assets of one step, an asset that does not match its step, and an asset missing in the inventory', async () => {
    const twice = (sample: Sample) =>
      new ChangeStory(sample, { changeId: 'CHG-1', from: 0 })
        .open()
        .run()
        .asset('a', 'create:A')
        .asset('b', 'create:A');
    expect(await firstOf(twice)).toMatchObject({ check: 'AssetAuthority', found: 'a, and this one' });
    const swapped = (sample: Sample) => {
      const plan = [{ ...stepOf('update:B'), resource: 'A', assetId: 'b' }];
      const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0, plan }).open().run();
      story.asset('a', 'update:B', 'AssetChanged');
    };
    expect(await firstOf(swapped)).toMatchObject({
      check: 'AssetAuthority',
      expected: 'asset b, which step update:B is about',
      found: 'a',
    });
    const lost = (sample: Sample) => {
      new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open().run().asset('a', 'create:A');
      sample.assets = [];
    };
    expect(await firstOf(lost)).toMatchObject({ check: 'InventoryMatch', chain: 'CHAIN#ASSET#a' });
  });

  it('decisions in the ledger that are missing in the trail, and the reverse', async () => {
    const sample = goodSample();
    const [first, ...others] = sample.decisions;
    expect((await verified({ ...sample, decisions: others })).findings[0]).toMatchObject({
      check: 'DecisionRecord',
      found: 'none in the ledger',
    });
    const forged = {
      ...(first ?? others[0]),
      speaker: { voice: 'sso/mallory', arn: 'x' },
    } as (typeof others)[0];
    const { findings } = await verified({ ...sample, decisions: [...sample.decisions, forged] });
    expect(findings).toMatchObject([
      {
        check: 'DecisionRecord',
        chain: 'CHAIN#CHANGE#CHG-normal',
        found: expect.stringContaining('sso/mallory'),
      },
    ]);
  });

  it('an inventory that contradicts the trail', async () => {
    const sample = goodSample();
    const [first, ...others] = sample.assets;
    const altered = { assetId: first?.assetId ?? '', version: first?.version ?? 0, hash: 'f'.repeat(64) };
    const unknown = { ...altered, assetId: 'x' };
    const { findings } = await verified({ ...sample, assets: [altered, unknown, ...others] });
    expect(findings.map(({ check, chain }) => [check, chain])).toEqual([
      ['InventoryMatch', `CHAIN#ASSET#${first?.assetId}`],
      ['InventoryMatch', 'CHAIN#ASSET#x'],
    ]);
  });
});
