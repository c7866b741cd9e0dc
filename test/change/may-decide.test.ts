import { describe, expect, test } from 'vitest';
import { countDecisions } from '../../lib/change/approvals.ts';
import { mayDecide } from '../../lib/change/may-decide.ts';
import type { ChangeStatus, DecisionKind, RequiredApproval } from '../../lib/model/change.ts';

const statuses: ChangeStatus[] = [
  'AwaitingApproval',
  'Approved',
  'Rejected',
  'Withdrawn',
  'Expired',
  'Refused',
  'ReviewDue',
  'ReviewOverdue',
  'Closed',
];
const kinds: DecisionKind[] = ['approve', 'reject', 'withdraw'];
/** `greedy` submitted the change and is in the group that approves. */
const speakers = ['requester', 'greedy', 'owner', 'authority', 'stranger'] as const;

const level = (name: string, ...eligible: string[]): RequiredApproval => ({
  level: name,
  quorum: 1,
  groups: [`${name}s`],
  eligible,
  because: [],
});
const approvals = [
  level('service-owner', 'user/owner', 'user/greedy'),
  level('change-authority', 'user/authority'),
];
const capsuleHash = 'c'.repeat(64);
const now = '2026-01-01T12:00:00Z';
const speaker = (name: string) => ({ voice: `user/${name}`, arn: `arn:aws:iam::111111111111:user/${name}` });

const decide = (status: ChangeStatus, kind: DecisionKind, name: string, expiresAt?: string) => {
  const capsule = { approvals, requester: speaker(name === 'greedy' ? 'greedy' : 'requester') };
  const change = {
    changeId: 'CHG-1',
    status,
    capsuleHash,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return mayDecide(capsule, change, speaker(name), kind, now);
};

/** Returns the expected result, computed independently of the code. */
function expected(status: ChangeStatus, kind: DecisionKind, name: string): string | undefined {
  const review = status === 'ReviewDue' || status === 'ReviewOverdue';
  if (status !== 'AwaitingApproval' && !(review && kind !== 'withdraw')) return '409 NothingToDecide';
  const asked = name === 'requester' || name === 'greedy';
  if (kind === 'withdraw') return asked ? undefined : '403 NotTheRequester';
  if (asked) return '403 OwnChange';
  return name === 'stranger' ? '403 NotEligible' : undefined;
}

for (const status of statuses)
  describe(`a change with status ${status}`, () => {
    for (const kind of kinds)
      for (const name of speakers) {
        const answer = expected(status, kind, name);
        test(`${name} may${answer === undefined ? '' : ' not'} ${kind}: ${answer ?? 'taken'}`, () => {
          const refusal = decide(status, kind, name);
          expect(refusal && `${refusal.status} ${refusal.code}`).toBe(answer);
          expect(refusal?.message ?? 'none').not.toContain('undefined');
        });
      }
  });

describe('expiry', () => {
  const at = (expiresAt: string) => decide('AwaitingApproval', 'approve', 'owner', expiresAt)?.code;
  test('accepts a decision before the expiry', () => expect(at('2026-01-01T12:00:01Z')).toBeUndefined());
  test('rejects a decision at the expiry', () => expect(at(now)).toBe('ChangeExpired'));
  test('rejects a decision after the expiry', () => expect(at('2026-01-01T11:00:00Z')).toBe('ChangeExpired'));
  test('does not apply to a review', () =>
    expect(decide('ReviewOverdue', 'approve', 'owner', '2026-01-01T11:00:00Z')).toBeUndefined());
});

test('no one may approve a change that requires no approval', () => {
  const capsule = { approvals: [], requester: speaker('requester') };
  const change = { changeId: 'CHG-1', status: 'AwaitingApproval' as const, capsuleHash };
  expect(mayDecide(capsule, change, speaker('owner'), 'approve', now)?.code).toBe('NotEligible');
});

describe('the front door accepts exactly the decisions that count', () => {
  for (const kind of kinds)
    for (const name of speakers)
      test(`${kind} by ${name}`, () => {
        const requester = speaker(name === 'greedy' ? 'greedy' : 'requester');
        const decision = {
          changeId: 'CHG-1',
          ...{ capsuleHash, kind, reason: 'because', at: now, speaker: speaker(name) },
        };
        const before = countDecisions({ capsule: { approvals, requester }, capsuleHash, decisions: [], now });
        const after = countDecisions({
          ...{ capsule: { approvals, requester }, capsuleHash, decisions: [decision], now },
        });
        const counted = JSON.stringify(before) !== JSON.stringify(after);
        expect(counted).toBe(decide('AwaitingApproval', kind, name) === undefined);
      });
});
