import { expect, it } from 'vitest';
import { failedSides } from '../../../lib/ledger/traffic.ts';
import { type MetricQuery, queryKey } from '../../../lib/model/metric-query.ts';
import { lookAtShift } from '../../../lib/tasks/pump/shift-verification.ts';
import { openMemoryTable } from '../../dynamodb/memory-table.ts';
import { planOf } from '../../traffic/shift-world.ts';

const prefix = 'arn:aws:elasticloadbalancing:us-east-1:111111111111';
const [blue, green] = [`${prefix}:targetgroup/blue/1`, `${prefix}:targetgroup/green/2`];
const now = '2026-01-01T00:10:00Z';

it('marks a side that fails its analysis even if the stable side can not take the traffic back yet', async () => {
  const memory = await openMemoryTable();
  const plan = {
    ...planOf({ strategy: 'canary-10-5m', alarms: ['errors'] }),
    sides: { stable: blue, target: green },
  };
  const shift = { plan, step: 0 };
  const TargetGroups = [
    { TargetGroupArn: blue, Weight: 90 },
    { TargetGroupArn: green, Weight: 10 },
  ];
  const live = { DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] };
  const steps = [{ index: 0, status: 'Verifying' }];
  const context = {
    services: {
      ledger: {
        ...{
          table: memory.table,
          record: async () => {},
          task: async () => undefined,
          stopRun: async () => {},
        },
        updateStep: async (_run: string, _index: number, { set }: { set: { status?: string } }) => ({
          status: set.status ?? 'Verifying',
        }),
      },
      documents: { put: async () => 'hash' },
      lookup: () => undefined,
      metrics: {
        alarms: async () => [{ name: 'errors', state: 'ALARM' }],
        // No target of the stable side is healthy.
        series: async (queries: MetricQuery[]) =>
          new Map(
            queries.map((query) => [
              queryKey(query),
              {
                points: [[Date.parse(now) - 60_000, query.dimensions.TargetGroup?.includes('blue') ? 0 : 2]],
              },
            ]),
          ),
      },
    },
    view: {
      run: {
        runId: 'run',
        changeId: 'CHG-1',
        requestId: 'shift-1',
        executionArn: 'arn:aws:states:us-east-1:111111111111:x',
      },
      plan: { account: '111111111111', region: 'us-east-1', environment: 'dev', partition: 'aws' },
      ...{ steps, unchanged: new Map(), stepOf: new Map() },
    },
    ...{ index: 0, now },
    step: {
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      id: 'verify:Entry:10',
      operation: 'verify',
      resource: 'Entry',
      shift,
    },
    record: { identifier: `${prefix}:listener/app/lb/1/2` },
  };
  await lookAtShift(context as never, shift, live);
  expect(steps).toMatchObject([{ status: 'Verifying', shift: { waits: true, rule: 'failed' } }]);
  expect(await failedSides(memory.table, plan.asset)).toMatchObject([{ side: green, requestId: 'shift-1' }]);
  await memory.close();
});
