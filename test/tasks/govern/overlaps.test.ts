import { expect, test } from 'vitest';
import type { ChangeStatus } from '../../../lib/model/change.ts';
import { findOverlaps } from '../../../lib/tasks/govern/overlaps.ts';

/** Open requests `id: status of its change`, all in one scope. Counts the reads. */
function services(changes: Record<string, ChangeStatus | 'none'>) {
  const read: string[] = [];
  const ids = Object.keys(changes);
  return {
    read,
    ledger: {
      openRequests: async (limit: number) =>
        ids.slice(0, limit).map((requestId) => ({
          requestId,
          ...(changes[requestId] === 'none' ? {} : { changeId: `CHG-${requestId}` }),
        })),
      change: async (changeId: string) => ({
        status: changes[changeId.slice(4)],
        capsuleHash: changeId.slice(4),
      }),
    },
    documents: {
      get: async (requestId: string) => {
        read.push(requestId);
        return { requestId, scope: 'dev/own', impact: [], steps: [{ resource: 'Queue' }] };
      },
    },
  };
}
const own = { requestId: 'own', scope: 'dev/own', assetIds: [], resources: ['Queue'] };
const find = (open: ReturnType<typeof services>) => findOverlaps(open as never, own);

test('compares only open changes that may still run', async () => {
  const open = services({
    own: 'Approved',
    waiting: 'AwaitingApproval',
    none: 'none',
    over: 'Rejected',
    due: 'ReviewDue',
  });
  expect((await find(open)).map(({ requestId }) => requestId)).toEqual(['due', 'waiting']);
  expect(open.read.sort()).toEqual(['due', 'waiting']);
});

test('compares at most 200 open requests', async () => {
  const ids = Array.from({ length: 500 }, (_, index) => [`r${index}`, 'Approved'] as const);
  const open = services(Object.fromEntries(ids));
  expect(await find(open)).toHaveLength(200);
  expect(open.read).toHaveLength(200);
});
