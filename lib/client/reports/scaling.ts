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

const limit = z.strictObject({ kind: z.string(), name: z.string(), from: z.number(), to: z.number() });

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
      limits: z.array(limit),
    }),
  ),
});

/** `baton scaling replay --decision ID --json`. */
export const decisionReplayReport = z.strictObject({
  /** The document with everything that the decision was made from. */
  decisionHash: z.string(),
  assetId: z.string(),
  property: z.string(),
  at: z.iso.datetime(),
  from: z.number(),
  /** What was asked for at once, on the way to what was decided; a normal change needs an approval. */
  to: z.number(),
  change: z.enum(['standard', 'normal']),
  /** Whether the record leads to the same decision again. */
  same: z.boolean(),
  /** Values of the decision that come out otherwise. */
  differences: z.array(
    z.strictObject({ path: z.string(), recorded: z.json().optional(), now: z.json().optional() }),
  ),
  /** What the largest proposal asked for, and its metric; absent if no source had data. */
  wanted: z.number(),
  metric: z.string().optional(),
  /** The limits that changed the result. */
  limits: z.array(limit),
  /** What other sources asked for (null without usable data), and why it does not count. */
  rejected: z.array(z.strictObject({ source: z.string(), want: z.number().nullable(), why: z.string() })),
  /** What the load asked for beyond the limits of the policy. */
  beyond: z.strictObject({ to: z.number(), limits: z.array(z.string()) }).optional(),
  why: z.array(z.string()),
});

const onItsWay = z.strictObject({ to: z.number(), since: z.iso.datetime(), requestId: z.string() });

/** `baton scaling status --json`. */
export const statusReport = z.strictObject({
  capacities: z.array(
    z.strictObject({
      assetId: z.string(),
      scope: z.string(),
      logicalId: z.string(),
      type: z.string(),
      /** Path of the capacity, and what it counts. */
      property: z.string(),
      unit: z.string(),
      /** The last one written; absent if no request and no manifest has set it. */
      capacity: z.number().optional(),
      /** The outermost bounds of the policy and its schedule. */
      min: z.number(),
      max: z.number(),
      /** The last decision that asked for a change. */
      last: z
        .strictObject({
          at: z.iso.datetime(),
          from: z.number(),
          to: z.number(),
          /** The document of the decision, for `baton scaling replay --decision`. */
          decisionHash: z.string(),
          requestId: z.string(),
          /** How its request ended; absent while it is in flight. */
          outcome: z.string().optional(),
          /** Until when nothing is decided because requests failed. */
          retryAt: z.iso.datetime().optional(),
          /** What the decision was made from and which limits changed it, in lines. */
          why: z.array(z.string()),
        })
        .optional(),
      /** The change on its way. */
      inFlight: onItsWay.optional(),
      /** A change beyond what is allowed without an approval, which waits for one. */
      waiting: onItsWay.optional(),
    }),
  ),
});
export type ScalingStatus = z.output<typeof statusReport>['capacities'][number];
