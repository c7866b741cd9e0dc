import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Directive, keepDirective } from '../../../lib/ledger/traffic.ts';
import { isShiftDue } from '../../../lib/tasks/pump/shift-verification.ts';
import { lookAgain, lookAgainSeconds } from '../../../lib/tasks/pump/verification.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';
import { planOf } from '../../traffic/shift-world.ts';

const decidedAt = Date.parse('2026-01-01T00:10:00Z') / 1000;
const plan = planOf({ strategy: 'canary-10-5m', alarms: ['errors'] });
const shift = { plan, step: 0 };
const pause: Directive = { kind: 'pause', by: 'user/ana', reason: '', at: '2026-01-01T00:10:02Z', id: 'd-1' };

let memory: MemoryTable;
beforeAll(async () => {
  memory = await openMemoryTable();
  await keepDirective(memory.table, 'paused', pause);
});
afterAll(() => memory.close());

/** A `verify` step some seconds after the last decision of its shift. */
function later(seconds: number, requestId = 'quiet', directives = 0) {
  const reads: string[] = [];
  const record = {
    ...{ index: 0, identifier: 'listener', status: 'Verifying' },
    shift: { decidedAtSeconds: decidedAt, directives },
  };
  const context = {
    services: {
      ledger: {
        ...{
          table: memory.table,
          stopRun: async () => {},
          record: async () => {},
          task: async () => undefined,
        },
        updateStep: async () => ({ status: 'Failed' }),
      },
      documents: {},
      providers: {
        of: () => ({
          read: async ({ identifier }: { identifier: string }) => {
            reads.push(identifier);
          },
        }),
      },
    },
    view: {
      run: { requestId, runId: 'run', changeId: 'CHG-1' },
      plan: { account: '111111111111', region: 'us-east-1', environment: 'dev' },
      steps: [record],
    },
    step: {
      id: 'verify:Entry:10',
      operation: 'verify',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      shift,
    },
    ...{ index: 0, record, now: new Date((decidedAt + seconds) * 1000).toISOString() },
  };
  return { context: context as never, reads };
}

describe('a shift', () => {
  for (const [what, is, seconds, requestId, directives] of [
    ['is not due within its interval', false, plan.intervalSeconds - 1, 'quiet', 0],
    ['is due when its interval has passed', true, plan.intervalSeconds, 'quiet', 0],
    ['is due at once when a person directs it', true, 5, 'paused', 0],
    ['is not due for a directive that it has taken into account', false, 5, 'paused', 1],
  ] as const)
    it(what, async () => {
      const { context, reads } = later(seconds, requestId, directives);
      expect(await isShiftDue(context, shift)).toBe(is);
      // The provider is called only for a decision.
      await lookAgain(context);
      expect(reads).toEqual(is ? ['listener'] : []);
    });
});

describe('a run looks again', () => {
  const view = (...steps: object[]) =>
    ({
      plan: { steps: [{ operation: 'verify' }, { operation: 'verify' }, { operation: 'create' }] },
      steps: steps.map((step, index) => ({ index, ...step })),
    }) as never;
  const verifies = { status: 'Verifying' };
  const listens = { status: 'Verifying', shift: { waits: true } };
  for (const [what, seconds, steps] of [
    [
      'at no set time if no checks must hold',
      undefined,
      [{ status: 'Waiting' }, { status: 'Succeeded' }, verifies],
    ],
    ['every 15 seconds while checks must hold', 15, [verifies]],
    ['every 30 seconds while a shift waits for a person', 30, [listens]],
    ['every 15 seconds if another step is verified meanwhile', 15, [listens, verifies]],
  ] as const)
    it(what, () => expect(lookAgainSeconds(view(...steps))).toBe(seconds));
});
