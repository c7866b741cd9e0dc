import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../lib/ledger/records.ts';
import { closeChange } from '../../../lib/tasks/govern/close-change.ts';
import { planUndo } from '../../../lib/tasks/govern/plan-undo.ts';

/** A ledger with one request whose run has this status. Everything else is missing. */
const services = (status: RunRecord['status']) =>
  ({
    ledger: {
      request: async () => ({ requestId: 'r', runId: 'r-1', status: 'Applying' }),
      findRun: async () => ({ runId: 'r-1', status }),
    },
  }) as never;
const now = '2026-01-01T00:00:00.000Z';

describe('while a run may have an operation in progress', () => {
  for (const status of ['Running', 'Settling'] as const) {
    it(`${status}: it is not rolled back, because its effects are unknown`, async () => {
      const undo = planUndo(services(status), { requestId: 'r', runId: 'r-1', now });
      await expect(undo).rejects.toMatchObject({ name: 'RunNotSettled' });
    });
    it(`${status}: its request is not closed, and its lock is not released`, async () => {
      const close = closeChange(services(status), { requestId: 'r', now });
      await expect(close).rejects.toMatchObject({ name: 'RunNotSettled' });
    });
  }
});
