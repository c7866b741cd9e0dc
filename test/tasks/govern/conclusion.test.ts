import { describe, expect, it } from 'vitest';
import type { RequestRecord, RunRecord, StepRecord } from '../../../lib/ledger/records.ts';
import { conclusionOf, type Facts } from '../../../lib/tasks/govern/conclusion.ts';

const request: RequestRecord = {
  requestId: 'r',
  executionArn: 'arn',
  status: 'Applying',
  requester: 'test',
  attempt: 0,
  createdAt: '',
  updatedAt: '',
};
const run: RunRecord = {
  runId: 'r-1',
  requestId: 'r',
  changeId: 'CHG-r',
  planHash: 'p',
  direction: 'forward',
  status: 'Succeeded',
  fence: 1,
  stepCount: 1,
  executionArn: 'arn',
  ticks: 1,
  startedAt: '',
};
const done: StepRecord = { index: 0, status: 'Succeeded', registeredAssetId: 'a' };
const failed: RunRecord = { ...run, status: 'Failed', stopping: 'create:A failed: X: no.' };
const undone: RunRecord = { ...run, direction: 'undo' };

const cases: [what: string, facts: Partial<Facts>, status: string, reason: string][] = [
  [
    'problems',
    { request: { ...request, problems: [{ path: 'A', code: 'X', message: 'wrong' }] } },
    'Rejected',
    'A: wrong',
  ],
  ['a denial', { request: { ...request, decision: 'deny' } }, 'Rejected', 'Denied by policy.'],
  [
    'nothing to do',
    { request: { ...request, stepCount: 0, changeId: 'c' } },
    'Completed',
    'already as requested',
  ],
  [
    'cancelled before it ran',
    { request: { ...request, cancelRequestedBy: 'ann' } },
    'RolledBack',
    'Cancelled by ann',
  ],
  [
    'an execution that died before the run',
    { died: 'Its execution ended ABORTED' },
    'Failed',
    'ABORTED. Nothing was changed.',
  ],
  ['a complete run', { run, steps: [done] }, 'Completed', '1 of 1'],
  [
    'a complete run that was not registered',
    { run, steps: [{ ...done, registeredAssetId: undefined }] },
    'Failed',
    'no asset',
  ],
  [
    'a failed run, rolled back',
    { run: failed, steps: [], undone },
    'RolledBack',
    'create:A failed: X: no. The run was rolled back.',
  ],
  [
    'a failed run that had done nothing',
    { run: failed, request: { ...request, undoRunId: 'none' } },
    'RolledBack',
    'Nothing was changed',
  ],
  [
    'a failed run with kept changes',
    { run: failed, steps: [done] },
    'Failed',
    '1 of 1 steps succeeded and were kept',
  ],
  [
    'a failed run whose rollback failed',
    { run: failed, steps: [], undone: { ...undone, status: 'Failed', stopping: 'delete:A failed' } },
    'Failed',
    'The rollback failed too: delete:A failed',
  ],
  [
    'a run that was stopped',
    { run: { ...run, status: 'Settled' }, steps: [done], died: 'Its execution ended ABORTED' },
    'Failed',
    'ABORTED',
  ],
];

describe('the end of a request', () => {
  for (const [what, facts, status, reason] of cases)
    it(`${what}: ${status}`, () => {
      const conclusion = conclusionOf({ request, steps: [], ...facts });
      expect(conclusion.status).toBe(status);
      expect(conclusion.reason).toContain(reason);
    });
});
