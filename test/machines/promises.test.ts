import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from './people-scenarios.ts';
import { play } from './play.ts';
import { openStage, type Stage } from './stage.ts';

/** Shows that the checks of the sweep can fail. */
describe('the guarantees can be violated', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());
  const approve = scenarios.find(({ name }) => name === 'approve');
  const wakeUp = { kind: 'wake', name: 'wake-up of AwaitApproval', occurrence: 1, what: 'lost' } as const;

  it('by a lost wake-up that nothing repeats', async () => {
    const { eventBridge } = stage.world.services;
    const rules = [
      eventBridge.rule('baton-review-sweep'),
      eventBridge.rule('baton-review-decision', 'baton'),
    ];
    for (const rule of rules) if (rule !== undefined) rule.enabled = false;
    if (approve === undefined) throw new Error('nobody approves');
    const { findings, status } = await play(stage, approve, wakeUp);
    expect({ findings, status }).toEqual({
      findings: [expect.stringMatching(/^CHG-s\d+-request was decided at .*; ChangeApproved only at /)],
      status: 'Completed',
    });
  });

  it('by a run without a decision', async () => {
    if (approve === undefined) throw new Error('nobody approves');
    const { ledger } = stage.deployment;
    // As if the request had passed without a decision.
    ledger.decisions = async () => [];
    const { findings } = await play(stage, approve);
    expect(findings.join()).toMatch(/began on a capsule that was (Waiting|Expired)/);
  });
});
