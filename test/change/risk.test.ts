import { describe, expect, test } from 'vitest';
import { isIrreversible, type RiskFacts, riskOf } from '../../lib/change/risk.ts';
import type { Operation, Step } from '../../lib/model/plan.ts';

function step(operation: Operation, more: Partial<Step> = {}): Step {
  return {
    id: `${operation}:Subject`,
    resource: 'Subject',
    type: 'AWS::S3::Bucket',
    operation,
    dependsOn: [],
    deletionPolicy: 'Delete',
    updateReplacePolicy: 'Delete',
    relationships: [],
    holdsData: false,
    inverse: { operation: 'none' },
    ...more,
  };
}

function risk(steps: Step[], more: Partial<RiskFacts> = {}) {
  return riskOf({
    plan: { steps },
    verdicts: { violations: [], pending: [] },
    exceptions: 0,
    blastRadius: 0,
    novelTypes: [],
    rehearsal: { outcome: 'passed', irreversible: [] },
    ...more,
  });
}

const data = { holdsData: true };
const violation = {
  rule: 'R',
  severity: 'low',
  enforcement: 'warn',
  resource: 'A',
  path: '',
  message: '',
} as const;

describe('classifies as irreversible', () => {
  test.each<[string, Step, boolean]>([
    ['deleting data', step('delete', data), true],
    ['replacing a resource with data', step('replace', data), true],
    ['deleting a resource without data', step('delete'), false],
    ['creating a resource with data', step('create', data), false],
    ['updating a resource with data', step('update', data), false],
    ['retaining data', step('retain', data), false],
    [
      'an update whose inverse needs an unreadable value',
      step('update', { inverse: { operation: 'update', irreversible: 'write-only' } }),
      true,
    ],
    [
      'a creation, whatever its inverse says: nothing was there',
      step('create', { inverse: { operation: 'none', irreversible: 'kept' } }),
      false,
    ],
  ])('%s: %s', (_name, one, wanted) => {
    expect(isIrreversible(one)).toBe(wanted);
  });
});

describe('the risk of a change', () => {
  test.each<[string, ReturnType<typeof risk>, string]>([
    ['deletes data', risk([step('delete', data)]), 'high'],
    ['asks for an exception', risk([step('create')], { exceptions: 1 }), 'high'],
    [
      'could not be rolled back in the rehearsal',
      risk([step('create')], { rehearsal: { outcome: 'failed', irreversible: [] } }),
      'high',
    ],
    [
      'has a step that rehearsal found irreversible',
      risk([step('update')], {
        rehearsal: { outcome: 'passed', irreversible: [{ step: 'update:Subject', reason: 'so' }] },
      }),
      'high',
    ],
    ['has ten dependents', risk([step('update')], { blastRadius: 10 }), 'high'],
    [
      'deletes what rehearsal says comes back as a new one, without data',
      risk([step('delete')], {
        rehearsal: { outcome: 'passed', irreversible: [{ step: 'delete:Subject', reason: 'so' }] },
      }),
      'medium',
    ],
    ['deletes a resource without data', risk([step('delete')]), 'medium'],
    ['replaces a resource without data', risk([step('replace')]), 'medium'],
    ['updates a resource with dependents', risk([step('update')], { blastRadius: 1 }), 'medium'],
    [
      'makes a type the environment does not know',
      risk([step('create')], { novelTypes: ['AWS::S3::Bucket'] }),
      'medium',
    ],
    [
      'breaks a rule that warns',
      risk([step('create')], { verdicts: { violations: [violation], pending: [] } }),
      'medium',
    ],
    [
      'waits for a value',
      risk([step('create')], { verdicts: { violations: [], pending: [{ ...violation, unknowns: ['x'] }] } }),
      'medium',
    ],
    ['updates a resource without dependents', risk([step('update')]), 'low'],
    ['creates a known type', risk([step('create')]), 'low'],
    ['does nothing', risk([]), 'low'],
  ])('that %s is %j', (_name, { level }, wanted) => {
    expect(level).toBe(wanted);
  });

  test('counts the actions of the plan', () => {
    const { creates, updates, replaces, deletes } = risk([
      step('create'),
      step('create'),
      step('delete'),
      step('retain'),
    ]);
    expect({ creates, updates, replaces, deletes }).toEqual({
      creates: 2,
      updates: 0,
      replaces: 0,
      deletes: 1,
    });
  });
});
