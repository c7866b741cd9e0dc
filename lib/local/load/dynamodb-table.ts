/**
 * DynamoDB tables with provisioned capacity: four of five requests read.
 * Sources: "DynamoDB metrics and dimensions"; "Burst and adaptive capacity" (300 seconds of unused capacity are kept),
 * Amazon DynamoDB Developer Guide.
 */
import { isObject } from '../../model/json.ts';
import { type LoadModel, numberIn, type Reported, reported } from './model.ts';

const shares = { Read: 0.8, Write: 0.2 } as const;
const BURST_SECONDS = 300;
const SECONDS = 60;

export const dynamoDbTable: LoadModel = {
  type: 'AWS::DynamoDB::Table',
  load: 'capacity units, of which 80 % are read',
  perUnit: 1,
  warmUpSeconds: 120,
  capacities({ properties }) {
    const throughput = properties.ProvisionedThroughput;
    if (properties.BillingMode === 'PAY_PER_REQUEST' || !isObject(throughput ?? null))
      return 'a table on demand has no capacity of its own; expected BillingMode PROVISIONED';
    const units = isObject(throughput) ? throughput : {};
    return { Read: numberIn(units, 'ReadCapacityUnits', 1), Write: numberIn(units, 'WriteCapacityUnits', 1) };
  },
  minute({ load, perUnit, serving, wanted, left, resource: { identifier } }) {
    const metrics: Reported[] = [];
    const saved: Record<string, number> = {};
    for (const [kind, share] of Object.entries(shares)) {
      const [demanded, capacity] = [load * share * SECONDS, (serving[kind] ?? 0) * perUnit];
      const available = capacity * SECONDS + (left[kind] ?? 0);
      const consumed = Math.min(demanded, available);
      saved[kind] = Math.min(capacity * BURST_SECONDS, available - consumed);
      const throttled = demanded - consumed;
      metrics.push(
        ...reported(
          'AWS/DynamoDB',
          { TableName: identifier },
          {
            [`Consumed${kind}CapacityUnits`]: [consumed, 'Count'],
            [`Provisioned${kind}CapacityUnits`]: [wanted[kind] ?? 0, 'Count'],
            // DynamoDB reports throttled requests only if there are any.
            ...(throttled > 0 && { [`${kind}ThrottleEvents`]: [throttled, 'Count'] as const }),
          },
        ),
      );
    }
    return { left: saved, metrics };
  },
};
