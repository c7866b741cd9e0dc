import { describe, expect, test } from 'vitest';
import { countDecisions, remindersDue, secondsToWait, standingOf } from '../../lib/change/approvals.ts';
import type { Decision, RequiredApproval } from '../../lib/model/change.ts';
import { ballotOf, capsuleHash, decision, level } from './support.ts';

const expiresAt = '2026-01-04T10:00:00.000Z';
const now = '2026-01-03T10:00:00.000Z';
const owner = level('service-owner', 1, 'ana', 'ben');
const board = level('change-authority', 2, 'ben', 'cho', 'dee');

function status(approvals: RequiredApproval[], decisions: Decision[], at = now): string {
  return countDecisions({ capsule: ballotOf(approvals), capsuleHash, decisions, now: at, expiresAt }).status;
}

/** The required approvals, the decisions, and the result. */
const stories: [
  name: string,
  approvals: RequiredApproval[],
  decisions: Decision[],
  wanted: string,
  at?: string,
][] = [
  ['there are no decisions', [owner], [], 'Waiting'],
  ['there are no decisions by the expiry', [owner], [], 'Expired', expiresAt],
  ['silence long after the expiry', [owner], [], 'Expired', '2027-01-01T00:00:00.000Z'],
  ['an ineligible voice approves', [owner], [decision('mallory')], 'Waiting'],
  ['the requester approves', [level('service-owner', 1, 'dan')], [decision('dan')], 'Waiting'],
  [
    'the requester rejects, who may only withdraw',
    [level('service-owner', 1, 'dan')],
    [decision('dan', 'reject')],
    'Waiting',
  ],
  [
    'an approval of another capsule',
    [owner],
    [decision('ana', 'approve', { capsuleHash: 'other' })],
    'Waiting',
  ],
  [
    'an approval at the very expiry',
    [owner],
    [decision('ana', 'approve', { at: expiresAt })],
    'Expired',
    expiresAt,
  ],
  [
    'an approval just before the expiry, counted after it',
    [owner],
    [decision('ana', 'approve', { at: '2026-01-04T09:59:59.999Z' })],
    'Approved',
    '2026-01-05T00:00:00.000Z',
  ],
  ['one approval if two are required', [board], [decision('cho')], 'Waiting'],
  [
    'the same voice twice',
    [board],
    [decision('cho'), decision('cho', 'approve', { at: '2026-01-02T11:00:00.000Z' })],
    'Waiting',
  ],
  [
    'a rejection among approvals',
    [board],
    [decision('cho'), decision('dee'), decision('ben', 'reject')],
    'Rejected',
  ],
  [
    'a rejection by an ineligible voice',
    [board],
    [decision('cho'), decision('dee'), decision('mallory', 'reject')],
    'Approved',
  ],
  ['someone other than the requester withdraws', [owner], [decision('ana', 'withdraw')], 'Waiting'],
  ['the requester withdraws', [owner], [decision('ana'), decision('dan', 'withdraw')], 'Withdrawn'],
  ['one voice for two levels', [owner, level('security', 1, 'ana')], [decision('ana')], 'Waiting'],
  [
    'two levels, one voice fits both, the other only one',
    [owner, level('security', 1, 'ana')],
    [decision('ana'), decision('ben')],
    'Approved',
  ],
  [
    'three voices for a level of one and a level of two, in an order that misleads',
    [owner, board],
    [decision('ben'), decision('cho'), decision('ana')],
    'Approved',
  ],
  [
    'four voices for three seats',
    [owner, board],
    [decision('ben'), decision('cho'), decision('dee'), decision('ana')],
    'Approved',
  ],
  ['one approval', [owner], [decision('ana')], 'Approved'],
  ['no approval is required', [], [], 'Approved'],
];

describe('an approval', () => {
  test.each(stories)('%s', (_name, approvals, decisions, wanted, at) => {
    expect(status(approvals, decisions, at)).toBe(wanted);
    // The ledger returns decisions in no particular order.
    expect(status(approvals, decisions.toReversed(), at)).toBe(wanted);
  });

  test('tells which voice counted for which level', () => {
    const ballot = { capsule: ballotOf([owner, board]), capsuleHash, now, expiresAt };
    const decisions = ['ana', 'cho', 'dee'].map((name) => decision(name));
    expect(countDecisions({ ...ballot, decisions }).levels).toEqual([
      { level: 'service-owner', quorum: 1, given: ['user/ana'] },
      { level: 'change-authority', quorum: 2, given: ['user/cho', 'user/dee'] },
    ]);
  });
});

describe('reminders', () => {
  const hours = [24, 4];
  test.each([
    ['2026-01-02T10:00:00.000Z', 0, 24 * 3600],
    ['2026-01-03T09:59:59.500Z', 0, 1],
    ['2026-01-03T10:00:00.000Z', 1, 20 * 3600],
    ['2026-01-04T06:00:00.000Z', 2, 4 * 3600],
    ['2026-01-04T10:00:00.000Z', 2, 1],
    ['2026-02-01T00:00:00.000Z', 2, 1],
  ])('at %s %i are due, and the next check is in %i seconds', (at, due, seconds) => {
    expect(remindersDue(expiresAt, hours, at)).toBe(due);
    expect(secondsToWait(expiresAt, hours, at)).toBe(seconds);
  });
});

describe('the standing for display', () => {
  const standing = (approvals: RequiredApproval[], ...decisions: Decision[]) =>
    standingOf({ capsule: ballotOf(approvals), capsuleHash, decisions, now, expiresAt }).levels.map(
      ({ given, open }) => [given, open].map((voices) => voices.map((voice) => voice.replace('user/', ''))),
    );
  const rows: [what: string, approvals: RequiredApproval[], decisions: Decision[], expected: string[][][]][] =
    [
      ['no decisions', [owner], [], [[[], ['ana', 'ben']]]],
      ['a full level accepts no more', [owner], [decision('ana')], [[['ana'], []]]],
      ['one of two', [board], [decision('ben')], [[['ben'], ['cho', 'dee']]]],
      [
        'a voice that fits both is shown at the level without other approvers',
        [owner, level('security', 1, 'ana')],
        [decision('ana')],
        [
          [[], ['ben']],
          [['ana'], []],
        ],
      ],
      [
        'a voice that fits a full level alone makes room',
        [level('one', 1, 'ana', 'ben'), level('two', 1, 'ana', 'cho')],
        [decision('ana')],
        [
          [[], ['ben', 'cho']],
          [['ana'], []],
        ],
      ],
      [
        'the requester is not among those who may',
        [level('one', 2, 'ana', 'ben', 'dan')],
        [],
        [[[], ['ana', 'ben']]],
      ],
      [
        'who has decided another capsule may',
        [owner],
        [decision('ana', 'approve', { capsuleHash: 'other' })],
        [[[], ['ana', 'ben']]],
      ],
      ['no required approvals', [], [], []],
    ];
  for (const [what, approvals, decisions, expected] of rows)
    test(what, () => expect(standing(approvals, ...decisions)).toEqual(expected));
});
