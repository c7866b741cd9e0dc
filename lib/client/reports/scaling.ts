import * as z from 'zod';

const row = z.strictObject({
  policy: z.string(),
  /** Its cost divided by the least that is possible if the future is known. */
  costToOptimum: z.number(),
  /** Intervals in which some load was not served. */
  overloadedPercent: z.number(),
  unservedPercent: z.number(),
  changesADay: z.number(),
  meanCapacity: z.number(),
});

/** `baton scaling replay TRACE --json`. */
export const replayReport = z.strictObject({
  trace: z.strictObject({
    points: z.int(),
    missing: z.int(),
    intervalSeconds: z.number(),
    start: z.iso.datetime().optional(),
  }),
  /** Load that one unit of capacity serves at most in an interval. */
  unit: z.number(),
  result: row,
  others: z.array(row),
  decisions: z.array(
    z.strictObject({
      /** The interval at whose end it was made, from 0. */
      interval: z.int(),
      at: z.iso.datetime().optional(),
      from: z.number(),
      to: z.number(),
      /** The load of the interval; absent if its point is missing. */
      load: z.number().optional(),
      /** The metric that asked for most, and what it asked for. */
      metric: z.string().optional(),
      wanted: z.number(),
      /** The limits that changed the result. */
      limits: z.array(
        z.strictObject({ kind: z.string(), name: z.string(), from: z.number(), to: z.number() }),
      ),
    }),
  ),
});
