import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import type { Finding } from '../../lib/audit/finding.ts';
import { verifyBundle } from '../../lib/audit/verify.ts';
import { hashOf } from '../../lib/model/json.ts';
import {
  ChangeStory,
  emptySample,
  keyPair,
  level,
  linesOf,
  minute,
  put,
  type Sample,
  seal,
} from './sample.ts';
import { type capsuleOf, governanceOf, headerOf, person, type Story } from './sample-capsule.ts';

/** An attacker who controls the functions can seal anything, but contradictions are still found. */
async function found(sample: Sample): Promise<Finding[]> {
  return verifyBundle(await gather(linesOf(sample)), [keyPair.publicKey]).findings;
}

async function foundOf(story: Partial<Story>, tell: (told: ChangeStory) => unknown = () => undefined) {
  const sample = emptySample();
  const told = new ChangeStory(sample, { changeId: 'CHG-1', from: 0, ...story });
  tell(told);
  told.open();
  seal(sample, minute(900));
  return found(sample);
}

const approvals = [level('owner', 2, 'olga', 'otto')];
const [wanted] = approvals;
if (wanted === undefined) throw new Error('no level');
const because = [{ rule: 'WANTS_owner', message: 'owner is wanted' }];

describe('a capsule with other approvals than its governance requires', () => {
  const asked: Record<string, Partial<Story>> = {
    'none, as if it were a standard change': { approvals, forged: { approvals: [], type: 'standard' } },
    'none, for a normal change': { approvals, forged: { approvals: [] } },
    'fewer voices': { approvals, forged: { approvals: [{ ...wanted, because, quorum: 1 }] } },
    'another voice': {
      approvals,
      forged: { approvals: [{ ...wanted, because, eligible: ['sso/mallory', 'sso/olga'] }] },
    },
    'more than required': { forged: { approvals: [{ ...wanted, because }] } },
    'the right ones, with another change type': { approvals, forged: { type: 'standard' } },
  };
  for (const [what, story] of Object.entries(asked))
    it(`is found: ${what}`, async () => {
      expect(await foundOf({ ...story, forged: {} })).toEqual([]);
      expect(await foundOf(story)).toMatchObject([
        { check: 'RequiredApprovals', chain: 'CHAIN#CHANGE#CHG-1', entry: 5 },
      ]);
    });

  it('is found if a policy forbids a voice to approve', async () => {
    const text =
      'forbid (principal == Baton::Person::"sso/olga", action == Baton::Action::"approve", resource);';
    const rules = governanceOf([level('owner', 1, 'olga', 'otto')]);
    const governance = {
      ...rules,
      policies: [...rules.policies, { key: 'k', id: 'NO', message: 'no', text }],
    };
    const story = { approvals: [level('owner', 1, 'olga', 'otto')], governance };
    const [first] = await foundOf(story);
    expect(first).toMatchObject({
      expected: 'approvals: 1 of owner (sso/otto) by WANTS_owner',
      found: 'approvals: 1 of owner (sso/olga, sso/otto) by WANTS_owner',
    });
  });

  it('is found if the governance allows no one to submit it this way, or no one to review it', async () => {
    const text = 'forbid (principal, action == Baton::Action::"request", resource);';
    const forbidden = { ...governanceOf([]), policies: [{ key: 'k', id: 'NOT_HERE', message: 'no', text }] };
    expect(await foundOf({ governance: forbidden })).toMatchObject([{ found: 'no (NOT_HERE)' }]);
    expect(await foundOf({ type: 'emergency' })).toMatchObject([
      { check: 'RequiredApprovals', found: expect.stringContaining('NOBODY_TO_ASK') },
    ]);
  });

  it('is found if its governance can’t be read or evaluated', async () => {
    expect(await foundOf({ governance: { policies: 'none' } })).toMatchObject([
      { check: 'RequiredApprovals', found: 'none that can be read' },
    ]);
    const broken = { ...governanceOf([]), policies: [{ key: 'k', id: 'X', message: 'x', text: 'forbid (' }] };
    expect(await foundOf({ governance: broken })).toMatchObject([
      { check: 'RequiredApprovals', expected: 'governance that can be asked' },
    ]);
  });

  it('is not evaluated if the governance is missing, which is a finding of its own', async () => {
    const sample = emptySample();
    const told = new ChangeStory(sample, { changeId: 'CHG-1', from: 0 }).open();
    seal(sample, minute(900));
    const { governanceHash } = sample.documents.get(told.capsuleHash) as ReturnType<typeof capsuleOf>;
    sample.documents.delete(governanceHash);
    expect(await found(sample)).toMatchObject([
      { check: 'DocumentMissing', expected: `document ${governanceHash}` },
    ]);
  });
});

const counted = {
  ...{
    creates: 1,
    updates: 0,
    replaces: 0,
    deletes: 0,
    blastRadius: 0,
    irreversibleSteps: 0,
    dataLosses: 0,
    novelTypes: [],
  },
  ...{ policyWarnings: 0, pendingResiduals: 0, exceptions: 0, exposed: [], rehearsal: 'passed' as const },
};

describe('a capsule that contradicts its inputs', () => {
  const rehearsal = { outcome: 'passed', seed: 'live', steps: 9, undoSteps: 9 } as const;
  const forgeries: Record<string, [story: Partial<Story>, expected: string]> = {
    'about the risk': [
      { steps: ['create:A', 'delete:B'], forged: { risk: { ...counted, level: 'low' } } },
      'risk of its plan and verdicts',
    ],
    'about the impact that its risk counts': [
      {
        forged: {
          impact: [
            { assetId: 'x', logicalId: 'X', type: 'T', scope: 's', version: 1, relation: 'dependent' },
          ],
        },
      },
      'risk of its plan and verdicts',
    ],
    'about the steps': [{ forged: { steps: [] } }, 'steps of its plan and verdicts'],
    'about the violations': [
      { verdicts: { violations: [{ rule: 'R', severity: 'low' }] }, forged: { violations: [] } },
      'violations of its plan and verdicts',
    ],
    'about the rules': [{ forged: { bundleHash: 'governance' } }, 'bundleHash of its plan and verdicts'],
    'about a rehearsal that did not take place': [
      { forged: { rehearsal: { ...rehearsal, differences: [], irreversible: [] } } },
      'a rehearsal of plan',
    ],
    'about the requester': [
      { forged: { requester: person('mallory') } },
      'a capsule that sso/rita asked for',
    ],
    'about its header': [
      { approvals, forged: { header: { ...headerOf('CHG-1'), owner: 'mallory' } } },
      'header of what was asked for',
    ],
    'about its scope': [{ forged: { scope: 'prod/s' } }, 'scope of what was asked for'],
  };
  for (const [what, [story, expected]] of Object.entries(forgeries))
    it(`is found: ${what}`, async () => {
      expect(await foundOf({ ...story, forged: {} })).toEqual([]);
      const findings = await foundOf(story);
      expect(findings).toContainEqual(
        expect.objectContaining({ check: 'ChangeOpening', expected: expect.stringContaining(expected) }),
      );
    });

  it('is found: an emergency that was not submitted as one', async () => {
    const header = { ...headerOf('CHG-1'), change: 'emergency' as const };
    const findings = await foundOf({ approvals, forged: { header, type: 'emergency' } });
    expect(findings).toMatchObject([{ expected: expect.stringContaining('header of what was asked for') }]);
  });

  it('is found: a plan for something other than the request, or for a rejected request', async () => {
    const other = { header: headerOf('CHG-1'), scope: 'dev/s', resources: ['more'] };
    const forged = { desiredHash: hashOf(other) };
    const withOther = await foundOf({ forged }, ({ sample }) => put(sample, other));
    expect(withOther).toMatchObject([
      {
        check: 'ChangeOpening',
        expected: expect.stringContaining('what was asked for'),
        found: `one of ${hashOf(other)}`,
      },
    ]);
    const rejected = await foundOf({}, (told) =>
      told.entry('RequestReceived', { actor: 'sso/rita', detail: { problems: 1 } }),
    );
    expect(rejected).toMatchObject([{ check: 'ChangeOpening' }]);
  });

  for (const [what, planHash] of Object.entries({ 'another plan': 'f'.repeat(64), 'no plan': undefined }))
    it(`is found: by verdicts on ${what}`, async () => {
      const sample = emptySample();
      new ChangeStory(sample, { changeId: 'CHG-1', from: 0, verdicts: { planHash } }).open();
      seal(sample, minute(900));
      const plain = { ...sample, documents: new Map<string, unknown>() };
      for (const [hash, document] of sample.documents)
        plain.documents.set(hash, JSON.parse(JSON.stringify(document)));
      expect(await found(plain)).toMatchObject([{ check: 'PolicyVerdict', entry: 5 }]);
    });
});

describe('a plan that loses data', () => {
  it('is of high risk and needs the approvals for it, whatever the capsule says', async () => {
    const { policies, ...rest } = governanceOf([level('owner', 1, 'olga')]);
    const text =
      'forbid (principal, action == Baton::Action::"proceed", resource) when { resource.riskLevel == "high" };';
    const governance = { ...rest, policies: policies.map((policy) => ({ ...policy, text })) };
    const story = { steps: ['delete:Table'], governance };
    const forged = {
      type: 'standard' as const,
      risk: { ...counted, level: 'low' as const, creates: 0, deletes: 1, irreversibleSteps: 0 },
    };
    expect(await foundOf({ ...story, forged })).toMatchObject([
      { check: 'ChangeOpening', expected: expect.stringContaining('"level":"high"') },
      {
        check: 'RequiredApprovals',
        expected: 'approvals: 1 of owner (sso/olga) by WANTS_owner',
        found: 'approvals: none',
      },
    ]);
  });
});
