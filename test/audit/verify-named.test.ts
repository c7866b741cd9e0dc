import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { stepsNotNamed } from '../../lib/audit/verify-named.ts';
import type { Step } from '../../lib/model/plan.ts';
import type { Wish } from '../../lib/model/wish.ts';
import { ChangeStory, emptySample, keyPair, linesOf, minute, seal } from './sample.ts';
import { stepOf } from './sample-capsule.ts';

/** A request that changes named assets, and plans for it from an attacker who controls the functions. */
const wish: Wish = {
  kind: 'changes',
  changes: [
    { asset: 'asset-a', type: 'AWS::SNS::Topic', set: { DisplayName: 'x' }, remove: [], release: [] },
  ],
};
const step = (id: string, assetId?: string, relationships: string[] = []): Step => ({
  ...stepOf(id),
  ...(assetId !== undefined && { assetId }),
  relationships,
});

describe('rejects a plan for a request that names one asset if it', () => {
  const named = step('update:A', 'asset-a');
  const replaced = [step('replace:A', 'asset-a'), step('replace:B', 'asset-b', ['A'])];
  it.each<[what: string, steps: Step[], stray: string[]]>([
    ['changes it', [named], []],
    [
      'replaces it, and what reads it',
      [...replaced, step('delete:B', 'asset-b'), step('delete:A', 'asset-a')],
      [],
    ],
    ['deletes a leftover of a run', [named, step('delete:C', 'asset-old')], []],
    ['changes another', [named, step('update:B', 'asset-b')], ['update:B']],
    ['changes another that refers to itself', [step('update:B', 'asset-b', ['B'])], ['update:B']],
    ['creates a resource', [named, step('create:B', undefined, ['A'])], ['create:B']],
    ['deletes another', [named, step('delete:B', 'asset-b')], ['delete:B']],
    ['retains another', [step('retain:B', 'asset-b')], ['retain:B']],
    ['deletes it', [step('delete:A', 'asset-a')], ['delete:A']],
  ])('%s', (_what, steps, stray) => {
    const unchanged = [{ resource: 'C', assetId: 'asset-c', assetVersion: 1, identifier: 'c' }];
    expect(stepsNotNamed({ steps, unchanged }, wish)).toEqual(stray);
    expect(stepsNotNamed({ steps, unchanged }, { kind: 'resources' })).toEqual([]);
  });
});

it('finds such a plan in a sealed trail', async () => {
  const foundOf = async (plan: Step[]) => {
    const sample = emptySample();
    new ChangeStory(sample, { changeId: 'CHG-1', from: 0, wish, plan }).open();
    seal(sample, minute(900));
    return (await verifyBundle(await gather(linesOf(sample)), [keyPair.publicKey])).findings;
  };
  expect(await foundOf([step('update:A', 'asset-a')])).toEqual([]);
  expect(await foundOf([step('update:A', 'asset-a'), step('update:B', 'asset-b')])).toMatchObject([
    { check: 'ChangeOpening', found: 'update:B' },
  ]);
});
