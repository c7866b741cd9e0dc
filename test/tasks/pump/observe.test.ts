import { describe, expect, it } from 'vitest';
import type { Update } from '../../../lib/dynamodb/table.ts';
import type { StepRecord } from '../../../lib/ledger/records.ts';
import type { Asset } from '../../../lib/model/asset.ts';
import { handlerErrors } from '../../../lib/providers/handler-errors.ts';
import { type OperationState, ProviderBusy, ProviderRefused } from '../../../lib/providers/provider.ts';
import { observe } from '../../../lib/tasks/pump/observe.ts';

const now = '2026-01-01T00:00:00.000Z';
const busy = () => {
  throw new ProviderBusy('ThrottlingException: Rate exceeded');
};
const refused = () => {
  throw new ProviderRefused('AccessDeniedException', 'may not be read');
};
const done = (): OperationState => ({ state: 'Succeeded', identifier: 'q-1' });

/** Returns the step in progress after a tick with a provider that answers like this. */
async function observed(
  provider: { poll: () => OperationState; read: () => object | undefined },
  holder?: Partial<Asset>,
  operation = 'create',
  checked: { health?: object[]; healthy?: () => Promise<boolean> } = {},
): Promise<StepRecord> {
  const step = {
    ...{ health: checked.health },
    ...{ id: `${operation}:Queue`, type: 'AWS::SQS::Queue', operation, resource: 'Queue' },
    ...(operation === 'create' ? {} : { identifier: 'q-1' }),
  };
  const inFlight: StepRecord = { index: 0, status: 'InFlight', operationToken: 't' };
  const view = {
    run: { runId: 'r', changeId: 'c' },
    plan: { steps: [step], environment: 'dev', scope: 'dev/a', account: '1', region: 'r' },
    steps: [inFlight],
  };
  const services = {
    ledger: {
      updateStep: async (_run: string, index: number, { set }: Omit<Update, 'key'>) => ({ index, ...set }),
      task: async () => undefined,
      stopRun: async () => {},
      record: async () => {},
    },
    documents: {},
    inventory: { asset: async () => holder },
    tokens: {},
    lookup: () => undefined,
    healthy: checked.healthy,
    providers: {
      of: () => ({
        lostAfterSeconds: 120,
        poll: async () => new Map([['t', provider.poll()]]),
        read: async () => provider.read(),
      }),
    },
  };
  await observe({ services, view, now } as never);
  return view.steps[0] ?? inFlight;
}

describe("a provider that can't answer", () => {
  it('about an operation because it is throttled is asked again in the next tick', async () => {
    expect(await observed({ poll: busy, read: () => ({}) })).toMatchObject({ status: 'InFlight' });
  });
  it('about a resource because it is throttled is asked again in the next tick', async () => {
    expect(await observed({ poll: done, read: busy })).toMatchObject({ status: 'InFlight' });
  });
  it('about a resource because access is denied fails only that step, and the rollback knows', async () => {
    expect(await observed({ poll: done, read: refused })).toMatchObject({
      status: 'Failed',
      identifier: 'q-1',
      error: { code: 'AccessDeniedException' },
    });
  });
  it('at first is believed when it answers', async () => {
    expect(await observed({ poll: done, read: () => ({ QueueName: 'q' }) })).toMatchObject({
      status: 'Succeeded',
      identifier: 'q-1',
      attributes: { QueueName: 'q' },
    });
  });
});

describe('health checks of an operation that has ended', () => {
  const health = [{ kind: 'property', path: 'State', equals: 'Ready', timeoutSeconds: 60 }];
  for (const [healthy, status] of [
    [true, 'Succeeded'],
    [false, 'Verifying'],
  ] as const)
    it(`are polled once in its tick, with the same read: ${status}`, async () => {
      const calls = { reads: 0, checks: 0 };
      const read = () => {
        calls.reads += 1;
        return { QueueName: 'q' };
      };
      const check = async () => {
        calls.checks += 1;
        return healthy;
      };
      const step = await observed({ poll: done, read }, undefined, 'create', { health, healthy: check });
      expect(step).toMatchObject({ status, identifier: 'q-1', attributes: { QueueName: 'q' } });
      expect(calls).toEqual({ reads: 1, checks: 1 });
    });
});

describe('a creation claims no resource that it has not provably created', () => {
  const there = () => ({ QueueName: 'q' });
  const failed = (code: string, identifier?: string) => (): OperationState => ({
    ...{ state: 'Failed', code, message: 'no', permanence: 'permanent' },
    ...(identifier === undefined ? {} : { identifier }),
  });
  const other = {
    scope: 'prod/b',
    logicalId: 'Theirs',
    owner: 'b',
    type: 'AWS::SQS::Queue',
    identifier: 'q-1',
  };
  const nothing: [what: string, poll: () => OperationState, read: () => object, holder?: Partial<Asset>][] = [
    ['AlreadyExists that names the resource', failed('AlreadyExists', 'q-1'), there],
    ['AlreadyExists for an unreadable resource', failed('AlreadyExists', 'q-1'), refused],
    ['a failure that names nothing', failed('InternalFailure'), there],
    ['success with a resource of another scope', done, there, { ...other, status: 'Active' }],
    ['success with a resource that another scope retained', done, there, { ...other, status: 'Retained' }],
    [
      'success with what the scope has under another logical id',
      done,
      there,
      { ...other, scope: 'dev/a', status: 'Active' },
    ],
    ['success with an unreadable resource of another scope', done, refused, { ...other, status: 'Active' }],
    [
      'a failure that names what another scope has',
      failed('NotStabilized', 'q-1'),
      there,
      { ...other, status: 'Active' },
    ],
  ];
  for (const [what, poll, read, holder] of nothing)
    it(what, async () => {
      const step = await observed({ poll, read }, holder);
      expect(step.status).toBe('Failed');
      expect(step.identifier).toBeUndefined();
    });
  it('but a partial resource of its own operation is named for the rollback', async () => {
    const poll = failed('NotStabilized', 'q-1');
    expect(await observed({ poll, read: there })).toMatchObject({ status: 'Failed', identifier: 'q-1' });
  });
  it('and what another scope retired can be claimed', async () => {
    const holder = { ...other, status: 'Retired' } as const;
    expect(await observed({ poll: done, read: there }, holder)).toMatchObject({ status: 'Succeeded' });
  });
});

describe('a failure is recorded only after a read', () => {
  const codes = Object.keys(handlerErrors);
  const failed = (code: string) => (): OperationState => ({
    ...{
      state: 'Failed',
      permanence: handlerErrors[code] === 'retry' ? 'passing' : 'permanent',
      code,
      message: 'no',
      identifier: 'q-1',
    },
  });
  const there = () => ({ QueueName: 'q' });
  const nothing = () => undefined;
  for (const code of codes) {
    it(`${code} of a deletion without a remaining resource: completed, with a note`, async () => {
      const step = await observed({ poll: failed(code), read: nothing }, undefined, 'delete');
      expect(step).toMatchObject({
        status: 'Succeeded',
        identifier: 'q-1',
        note: expect.stringContaining(code),
      });
    });
    it(`${code} of a deletion that deleted nothing: not completed`, async () => {
      const step = await observed({ poll: failed(code), read: there }, undefined, 'delete');
      expect(step).toMatchObject({ status: handlerErrors[code] === 'retry' ? 'Waiting' : 'Failed' });
    });
    if (handlerErrors[code] !== 'retry')
      it(`${code} of an update: its partial effect is recorded`, async () => {
        const step = await observed({ poll: failed(code), read: there }, undefined, 'update');
        expect(step).toMatchObject({ status: 'Failed', attributes: { QueueName: 'q' } });
      });
  }
  it('and if the read is throttled, the next tick reads again', async () => {
    const step = await observed({ poll: failed('InternalFailure'), read: busy }, undefined, 'delete');
    expect(step).toMatchObject({ status: 'InFlight' });
  });
});
