import { describe, expect, it } from 'vitest';
import type { Update } from '../../lib/dynamodb/table.ts';
import type { StepRecord } from '../../lib/ledger/records.ts';
import { type OperationState, ProviderBusy, ProviderRefused } from '../../lib/providers/provider.ts';
import { observe } from '../../lib/tasks/pump/observe.ts';

const now = '2026-01-01T00:00:00.000Z';
const busy = () => {
  throw new ProviderBusy('ThrottlingException: Rate exceeded');
};
const refused = () => {
  throw new ProviderRefused('AccessDeniedException', 'may not be read');
};
const done = (): OperationState => ({ state: 'Succeeded', identifier: 'q-1' });

/** How a step in flight stands after a tick that asks a provider which answers like this. */
async function observed(provider: { poll: () => OperationState; read: () => object }): Promise<StepRecord> {
  const step = { id: 'create:Queue', type: 'AWS::SQS::Queue', operation: 'create', resource: 'Queue' };
  const inFlight: StepRecord = { index: 0, status: 'InFlight', operationToken: 't' };
  const view = {
    run: { runId: 'r', changeId: 'c' },
    plan: { steps: [step], environment: 'dev' },
    steps: [inFlight],
  };
  const services = {
    ledger: {
      updateStep: async (_run: string, index: number, { set }: Omit<Update, 'key'>) => ({ index, ...set }),
      stopRun: async () => {},
      record: async () => {},
    },
    documents: {},
    tokens: {},
    lookup: () => undefined,
    roleArn: () => 'role',
    provider: {
      poll: async () => new Map([['t', provider.poll()]]),
      read: async () => provider.read(),
    },
  };
  await observe(services as never, view as never, now);
  return view.steps[0] ?? inFlight;
}

describe('a provider that does not tell', () => {
  it('how operations stand, since it is busy, is asked again by the next tick', async () => {
    expect(await observed({ poll: busy, read: () => ({}) })).toMatchObject({ status: 'InFlight' });
  });
  it('how a resource looks, since it is busy, is asked again by the next tick', async () => {
    expect(await observed({ poll: done, read: busy })).toMatchObject({ status: 'InFlight' });
  });
  it('how a resource looks, since that is not allowed, fails the step alone, and the undo knows of it', async () => {
    expect(await observed({ poll: done, read: refused })).toMatchObject({
      status: 'Failed',
      identifier: 'q-1',
      error: { code: 'AccessDeniedException' },
    });
  });
  it('but does in the end, is believed', async () => {
    expect(await observed({ poll: done, read: () => ({ QueueName: 'q' }) })).toMatchObject({
      status: 'Succeeded',
      identifier: 'q-1',
      attributes: { QueueName: 'q' },
    });
  });
});
