import * as z from 'zod';

const failedSide = z.strictObject({
  /** The logical id of the side, or what the service calls it. */
  side: z.string(),
  failedAt: z.iso.datetime(),
  why: z.string(),
  /** The request that shifted to it. */
  requestId: z.string(),
  /** The request that shifted to it all the same, and succeeded. */
  lifted: z.strictObject({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).optional(),
});
export type FailedSideReport = z.output<typeof failedSide>;

/** `baton traffic status --json`. */
export const trafficStatusReport = z.strictObject({
  shifts: z.array(
    z.strictObject({
      requestId: z.string(),
      requester: z.string(),
      /** Of the request. */
      status: z.string(),
      assetId: z.string(),
      scope: z.string(),
      logicalId: z.string(),
      /** The logical ids of both sides, or what the service calls them. */
      from: z.string(),
      to: z.string(),
      /** Percent of the traffic that the new side gets: the last weight that was set. */
      weight: z.number(),
      weights: z.array(z.strictObject({ weight: z.number(), bakeSeconds: z.number() })),
      /** The last decision. */
      decision: z
        .strictObject({
          at: z.iso.datetime(),
          phase: z.string(),
          rule: z.string(),
          why: z.string(),
          waitsForPerson: z.boolean(),
        })
        .optional(),
    }),
  ),
  /** With an asset: the sides that failed an analysis. */
  failed: z.array(failedSide),
});
export type TrafficStatus = z.output<typeof trafficStatusReport>['shifts'][number];
