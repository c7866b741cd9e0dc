import type { GovernedChange } from '../../lib/change/governance.ts';
import { scalingFactsOf } from '../../lib/model/capacity/scaling-step.ts';
import type { Capsule, Decision, DecisionKind, RequiredApproval, Risk } from '../../lib/model/change.ts';

export const capsuleHash = 'c'.repeat(64);

export const calm: Risk = {
  level: 'low',
  creates: 1,
  updates: 0,
  replaces: 0,
  deletes: 0,
  blastRadius: 0,
  irreversibleSteps: 0,
  dataLosses: 0,
  novelTypes: [],
  policyWarnings: 0,
  pendingResiduals: 0,
  exceptions: 0,
  exposed: [],
  rehearsal: 'passed',
};

export const speaker = (name: string) => ({
  voice: `user/${name}`,
  arn: `arn:aws:iam::111111111111:user/${name}`,
});

/** Returns a level that these people may approve. */
export function level(name: string, quorum: number, ...people: string[]): RequiredApproval {
  const eligible = people.map((one) => `user/${one}`);
  return { level: name, quorum, groups: ['people'], eligible, because: [{ rule: 'RULE', message: 'so' }] };
}

export function ballotOf(
  approvals: RequiredApproval[],
  requester = 'dan',
): Pick<Capsule, 'approvals' | 'requester'> {
  return { approvals, requester: speaker(requester) };
}

export function decision(
  name: string,
  kind: DecisionKind = 'approve',
  more: Partial<Decision> = {},
): Decision {
  return {
    changeId: 'CHG-1',
    capsuleHash,
    kind,
    speaker: speaker(name),
    reason: 'because',
    at: '2026-01-02T10:00:00.000Z',
    ...more,
  };
}

export function governed(risk: Partial<Risk> = {}, more: Partial<GovernedChange> = {}): GovernedChange {
  return {
    changeId: 'CHG-1',
    type: 'normal',
    header: { environment: 'regulated', service: 'shop', owner: 'commerce' },
    actions: ['provision'],
    scope: 'regulated/shop',
    requester: speaker('dan'),
    risk: { ...calm, ...risk },
    resourceTypes: ['AWS::S3::Bucket'],
    vehicles: [],
    overlaps: 0,
    predicted: { doSeconds: 60, undoSeconds: 60 },
    waitsSeconds: 0,
    frozen: false,
    dayPoints: 2,
    scaling: { ...scalingFactsOf([]), dayScales: 0, utcHour: 12 },
    ...more,
  };
}
