import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { assetChain } from '../../lib/ledger/keys.ts';
import { append, ChangeStory, emptySample, keyPair, linesOf, minute, type Sample, seal } from './sample.ts';

async function found(sample: Sample, header: object = {}): Promise<Finding[]> {
  const [first, ...others] = linesOf(sample);
  const lines = [{ ...first, ...header }, ...others];
  return verifyBundle(await gather(lines), [keyPair.publicKey]).findings;
}

const begun = (sample: Sample) =>
  new ChangeStory(sample, { changeId: 'CHG-1', from: 0, steps: ['create:A', 'create:B'] }).open().run();

describe('missing outcomes', () => {
  const ends: Record<string, (story: ChangeStory) => unknown> = {
    ended: (story) => story.end(2),
    'was settled': (story) =>
      story.entry('RunSettled', { detail: { runId: 'CHG-1-run', steps: { Succeeded: 2, Skipped: 1 } } }),
  };
  for (const [what, end] of Object.entries(ends))
    it(`are found if the run ${what} with more completed steps`, async () => {
      const sample = emptySample();
      end(begun(sample).asset('a', 'create:A'));
      seal(sample, minute(100));
      expect(await found(sample)).toMatchObject([
        { check: 'RunOutcome', chain: 'CHAIN#CHANGE#CHG-1', entry: 8, found: '1' },
      ]);
    });

  it('are not reported if all are present, or if nothing was done', async () => {
    const sample = emptySample();
    begun(sample).asset('a', 'create:A').asset('b', 'create:B').end(2);
    new ChangeStory(sample, { changeId: 'CHG-2', from: 50 }).open().run().end(0);
    seal(sample, minute(100));
    expect(await found(sample)).toEqual([]);
  });

  it('are not decidable in a bundle of a time range, or if the end is not sealed yet', async () => {
    const sample = emptySample();
    const story = begun(sample).asset('a', 'create:A');
    seal(sample, minute(100));
    story.end(2);
    expect(await found(sample)).toEqual([]);
    seal(sample, minute(200));
    expect(await found(sample, { from: minute(0), to: minute(300) })).toEqual([]);
    expect(await found(sample)).toHaveLength(1);
  });
});

describe('the authority of a sealed change', () => {
  /** Seals only the chains of assets, as if the others had been withheld from the seal. */
  const sealAssets = (sample: Sample, at: string) => {
    const chains = [...sample.chains].filter(([chain]) => chain === assetChain('a'));
    seal({ ...sample, chains: new Map(chains) }, at);
  };

  function kept(): Sample {
    const sample = emptySample();
    const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open();
    seal(sample, minute(10));
    story.run().asset('a', 'create:A');
    sealAssets(sample, minute(60));
    return sample;
  }

  it('is missing if later seals omit the start of the run', async () => {
    const sample = kept();
    sealAssets(sample, minute(120));
    expect(await found(sample)).toMatchObject([
      { check: 'AssetAuthority', chain: 'CHAIN#ASSET#a', entry: 1, found: 'a beginning that is not sealed' },
    ]);
  });

  it('may be in the next seal, which covers changes during sealing', async () => {
    const sample = kept();
    expect(await found(sample)).toEqual([]);
    // Another seal of the same invocation.
    sealAssets(sample, minute(60));
    expect(await found(sample)).toEqual([]);
    seal(sample, minute(120));
    expect(await found(sample)).toEqual([]);
  });
});

describe('an entry of an asset', () => {
  const detail = {
    version: 1,
    changeId: 'CHG-1',
    runId: 'CHG-1-run',
    step: 'create:A',
    assetHash: 'a'.repeat(64),
  };
  const without = (name: string) =>
    Object.fromEntries(Object.entries(detail).filter(([field]) => field !== name));
  const entries: Record<string, [event: string, detail: Record<string, unknown>]> = {
    'without the hash of the asset': ['AssetRegistered', without('assetHash')],
    'with an invalid hash': ['AssetRegistered', { ...detail, assetHash: '' }],
    'of an observation, without its data': ['AssetObserved', { version: 1, changeId: 'CHG-1' }],
    'without its version': ['AssetRegistered', without('version')],
    'without its step': ['AssetRegistered', without('step')],
    'of an unknown event': ['AssetBlessed', detail],
  };
  for (const [what, [event, told]] of Object.entries(entries))
    it(`without a valid ${what} is found`, async () => {
      const sample = emptySample();
      const story = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open().run();
      const { capsuleHash: capsule } = story;
      append(sample, assetChain('a'), {
        key: 'version-1',
        event,
        actor: 'x',
        at: minute(20),
        capsule,
        detail: told,
      });
      sample.assets.push({ assetId: 'a', version: 1, hash: 'a'.repeat(64) });
      seal(sample, minute(100));
      const [first] = await found(sample);
      expect(first).toMatchObject({ check: 'EntryForm', chain: assetChain('a'), entry: 1 });
    });
});
