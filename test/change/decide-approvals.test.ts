import { describe, expect, test } from 'vitest';
import { decideApprovals } from '../../lib/change/decide-approvals.ts';
import { builtInGovernance, loadGovernance } from '../../lib/change/governance-bundle.ts';
import { governanceSchema } from '../../lib/model/settings.ts';
import { governed, speaker } from './support.ts';

function bundle(levels: Record<string, { groups: string[]; quorum?: number }>, packs = ['default']) {
  const groups = { owners: ['user/ana', 'user/ben'], 'emergency-responders': ['user/eve'] };
  return loadGovernance({ groups, people: {} }, { governance: governanceSchema.parse({ packs, levels }) }, [
    builtInGovernance,
  ]);
}

const owners = { groups: ['owners'] };
const both = { 'service-owner': owners, 'change-authority': owners };
const ids = (one: ReturnType<typeof decideApprovals>) => one.refusals.map(({ id }) => id);

describe("rejects at once a change that can't be approved", () => {
  test('because a level needs more voices than there are besides the requester', () => {
    const change = governed({ level: 'medium' }, { requester: speaker('ana') });
    expect(ids(decideApprovals(bundle(both), change))).toEqual([]);
    const two = { ...both, 'service-owner': { ...owners, quorum: 2 } };
    expect(ids(decideApprovals(bundle(two), change))).toEqual(['QUORUM_OUT_OF_REACH']);
    expect(ids(decideApprovals(bundle(two), governed({ level: 'medium' })))).toEqual([]);
  });

  test.each([
    ['an exception', governed({ exceptions: 1 })],
    ['an emergency', governed({}, { type: 'emergency' })],
  ])('%s without an approval level', (_what, change) => {
    expect(ids(decideApprovals(bundle({}, []), change))).toEqual(['NOBODY_TO_ASK']);
  });

  test('because it is an emergency with exceptions, or by someone who may not submit emergencies', () => {
    const emergency = { type: 'emergency', requester: speaker('eve') } as const;
    expect(ids(decideApprovals(bundle(both), governed({}, emergency)))).toEqual([]);
    expect(ids(decideApprovals(bundle(both), governed({ exceptions: 1 }, emergency)))).toEqual([
      'EMERGENCIES_WITHOUT_EXCEPTIONS',
    ]);
    expect(ids(decideApprovals(bundle(both), governed({}, { type: 'emergency' })))).toEqual([
      'EMERGENCIES_BY_RESPONDERS',
    ]);
  });
});

test.each([
  ['an exception', governed({ exceptions: 1 })],
  ['an emergency', governed({}, { type: 'emergency' })],
])('requires an approval of any level for %s without a policy about it', (_what, change) => {
  const { approvals, refusals } = decideApprovals(bundle(both, []), change);
  expect(refusals).toEqual([]);
  expect(approvals).toMatchObject([{ level: 'anybody', quorum: 1, eligible: ['user/ana', 'user/ben'] }]);
});

test('a low-risk change needs no approval: it is a standard change', () => {
  expect(decideApprovals(bundle(both), governed())).toEqual({ approvals: [], refusals: [] });
});

describe('resources that hold data are never deleted without approval', () => {
  const loss = (voice = 'user/dan') =>
    governed({ dataLosses: 1 }, { requester: { voice, arn: voice }, actions: ['decommission'] });
  const unattended = { ...bundle({}, []), unattendedDeletion: 'all of it is made up' };

  test('an approval of any level is required without a policy about it', () => {
    const { approvals, refusals } = decideApprovals(bundle(both, []), loss());
    expect(refusals).toEqual([]);
    expect(approvals).toMatchObject([{ level: 'anybody', quorum: 1 }]);
  });

  test.each([
    ['without an approval level', bundle({}, []), 'user/dan', ['NOBODY_TO_ASK']],
    ['for a sender on the bus, with any settings', unattended, 'source/ci', ['NOBODY_TO_ASK']],
    ['but not for a proven person if the settings give a reason', unattended, 'user/dan', []],
    ['but not for a machine at the front door if they do', unattended, 'role/Deploy', []],
    ['but not for the administrator of a local cloud if they do', unattended, 'source/baton.cli', []],
  ])('the change is rejected %s', (_where, rules, voice, refused) => {
    expect(ids(decideApprovals(rules, loss(voice)))).toEqual(refused);
  });

  test('a reason for deletions without approval applies only in environments without levels', () => {
    const governance = governanceSchema.parse({
      levels: { anybody: owners },
      unattendedDeletion: { reason: 'all of it is made up' },
    });
    const settings = { groups: { owners: ['user/ana'] }, people: {} };
    expect(() => loadGovernance(settings, { governance }, [])).toThrow(/unattendedDeletion/);
  });
});

describe('a low-risk change requires an approval', () => {
  const rules = (change: ReturnType<typeof governed>) =>
    decideApprovals(bundle(both), change).approvals.flatMap(({ because }) => because.map(({ rule }) => rule));

  test.each([
    ['that runs more than a day later', governed({}, { waitsSeconds: 86_401 }), ['RUNS_DAYS_LATER']],
    ['that runs within a day', governed({}, { waitsSeconds: 86_400 }), []],
    ['that is one of many', governed({}, { dayPoints: 21 }), ['MANY_SMALL_CHANGES']],
    ['that is one of a few', governed({}, { dayPoints: 20 }), []],
  ])('%s', (_what, change, wanted) => {
    expect(rules(change)).toEqual(wanted);
  });
});
