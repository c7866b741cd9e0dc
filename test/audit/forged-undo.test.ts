import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { hashOf } from '../../lib/model/json.ts';
import type { Plan, Step } from '../../lib/model/plan.ts';
import type { UndoSource } from '../../lib/planner/index.ts';
import { ChangeStory, emptySample, keyPair, linesOf, minute, seal } from './sample.ts';
import { stepOf } from './sample-capsule.ts';

/** An update of an existing topic, and a step that never began. */
const plan: Step[] = [
  {
    ...stepOf('update:A'),
    identifier: 'a',
    previous: { DisplayName: 'before' },
    desired: { DisplayName: 'after' },
  },
  stepOf('create:B'),
];

/**
 * Returns the first break of a trail that is sealed with the right key, as an attacker who controls functions could.
 */
async function firstOf(forge: Parameters<ChangeStory['undo']>[0]): Promise<Finding | undefined> {
  const sample = emptySample();
  new ChangeStory(sample, { changeId: 'CHG-1', from: 0, plan }).open().run().undo(forge).close();
  seal(sample, minute(900));
  return verifyBundle(await gather(linesOf(sample)), [keyPair.publicKey]).findings[0];
}

it('accepts an inverse plan that follows from the run', async () => {
  expect(await firstOf({})).toBeUndefined();
});

describe('finds an inverse plan that does not follow from the run, and names the first difference', () => {
  const first = (one: Plan): Step => one.steps[0] ?? stepOf('none');
  const plans: Record<string, [forge: (plan: Plan) => void, expected: string, found: string]> = {
    'an additional step': [
      (one) => one.steps.push({ ...stepOf('create:Backdoor'), type: 'AWS::IAM::Role' }),
      'no further step',
      'step create:Backdoor',
    ],
    'an additional step on a resource of the run': [
      (one) => one.steps.push(stepOf('delete:A')),
      'no further step',
      'step delete:A',
    ],
    'no steps': [(one) => one.steps.splice(0), 'step update:A', 'none'],
    'another payload': [
      (one) => Object.assign(first(one), { restore: { DisplayName: 'mine' } }),
      'update:A: restore none',
      'restore ',
    ],
    'another payload in the record': [
      (one) => Object.assign(first(one), { desired: { DisplayName: 'mine' } }),
      'update:A: desired ',
      'desired ',
    ],
    'another operation': [
      (one) => Object.assign(first(one), { operation: 'delete' }),
      'update:A: operation update',
      'operation delete',
    ],
    'another identifier': [
      (one) => Object.assign(first(one), { identifier: 'neighbor' }),
      'update:A: identifier update:A',
      'identifier neighbor',
    ],
    'another type': [
      (one) => Object.assign(first(one), { type: 'AWS::SQS::Queue' }),
      'update:A: type AWS::SNS::Topic',
      'type AWS::SQS::Queue',
    ],
    'another scope': [(one) => Object.assign(one, { scope: 'prod/s' }), 'scope dev/s', 'scope prod/s'],
    'a rollback of another run': [
      (one) => Object.assign(one, { undoes: 'CHG-0-run' }),
      'an undo of run CHG-1-run',
      'one of CHG-0-run',
    ],
  };
  for (const [what, [forge, expected, found]] of Object.entries(plans))
    it(what, async () => {
      const finding = await firstOf({ plan: forge });
      expect(finding).toMatchObject({ check: 'UndoDerivation', chain: 'CHAIN#CHANGE#CHG-1' });
      expect(finding?.expected).toContain(expected);
      expect(finding?.found).toContain(found);
    });
});

describe('finds inputs of a rollback that other entries contradict', () => {
  const journal = (set: Partial<UndoSource['journal'][number]>) => (source: UndoSource) =>
    Object.assign(source.journal[0] ?? {}, set);
  const sources: Record<string, [forge: (source: UndoSource) => void, expected: RegExp]> = {
    'another pre-image': [journal({ preImage: { DisplayName: 'mine' } }), /the journal that run/],
    'another identifier': [journal({ identifier: 'neighbor' }), /the journal that run/],
    'another status': [journal({ status: 'Failed' }), /the journal that run/],
    'a step that did not begin': [
      (source) => source.journal.push({ index: 1, status: 'Succeeded', identifier: 'b' }),
      /the journal that run/,
    ],
    'a resource left to another scope': [(source) => source.taken.push(0), /an undo of step update:A/],
    'an asset at a version it never had': [
      (source) => source.standing.push({ id: 'x', type: 'T', identifier: 'i', version: 7 }),
      /version 7 of asset x/,
    ],
    'another run': [(source) => Object.assign(source, { runId: 'CHG-0-run' }), /a source of run CHG-1-run/],
    'another plan': [(source) => Object.assign(source, { planHash: hashOf('x') }), /a source of run/],
  };
  for (const [what, [forge, expected]] of Object.entries(sources))
    it(what, async () => {
      const finding = await firstOf({ source: forge });
      expect(finding?.check).toBe('UndoDerivation');
      expect(finding?.expected).toMatch(expected);
    });

  it('accepts inputs without differences', async () => {
    expect(await firstOf({ sourceHash: hashOf('nothing') })).toMatchObject({ check: 'DocumentMissing' });
    const finding = await firstOf({ sourceHash: '' });
    expect(finding?.check).toBe('EntryForm');
  });
});
