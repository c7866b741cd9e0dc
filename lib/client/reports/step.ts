import * as z from 'zod';
import { operations } from '../../model/operations.ts';
import { ownerKinds } from '../../model/wish.ts';

export const properties = z.record(z.string(), z.json());
const deletionPolicy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

const owner = {
  path: z.string(),
  owner: z.enum(ownerKinds),
  /** For `native`: the resource that lets native auto scaling decide it. */
  by: z.string().optional(),
  /** The request that owns the property; for `scaling` and `traffic`, the last one that set it. */
  requestId: z.string(),
  /** The value in the manifest. */
  manifest: z.json().optional(),
};

/** The fields of a plan's step in every report. */
export const stepFields = {
  id: z.string(),
  resource: z.string(),
  type: z.string(),
  operation: z
    .string()
    .refine((name) => Object.hasOwn(operations, name))
    .meta({ enum: Object.keys(operations) }),
  /** Where it works, and the IAM role it acts with. */
  place: z.strictObject({ account: z.string(), region: z.string(), role: z.string() }).optional(),
  dependsOn: z.array(z.string()),
  holdsData: z.boolean(),
  deletionPolicy,
  updateReplacePolicy: deletionPolicy,
  /** The identifier of the existing resource. */
  identifier: z.string().optional(),
  /** The desired properties after and before the step. References are kept, and secrets are references. */
  desired: properties.optional(),
  previous: properties.optional(),
  changes: z
    .array(
      z.strictObject({
        path: z.string(),
        before: z.json().optional(),
        after: z.json().optional(),
        replacement: z.enum(['yes', 'no', 'maybe']),
      }),
    )
    .optional(),
  health: z.array(properties).optional(),
  /** How long the health checks must hold. */
  bakeSeconds: z.int().optional(),
  /** Only in an `act` step: the verb, with the words of its table. */
  act: z
    .strictObject({
      verb: z.string(),
      harm: z.enum(['none', 'brief outage', 'data loss']),
      /** What the call sets, with words in place of a nonce. */
      sends: properties,
      precondition: z.string(),
      witness: z.string(),
      verification: z.string(),
    })
    .optional(),
  /** Only in a step of a shift of traffic: the whole shift, and which of its weights the step sets or analyzes. */
  shift: z
    .strictObject({
      plan: z.strictObject({
        asset: z.string(),
        /** What gives and what gets traffic; a reference to a resource is `${Name}`. */
        sides: z.strictObject({ stable: z.string(), target: z.string() }),
        /** Percent of the traffic that the new side had before. */
        original: z.number(),
        steps: z.array(z.strictObject({ weight: z.number(), bakeSeconds: z.int() })),
        alarms: z.array(z.string()),
        metrics: z.array(properties),
        minimumSamples: z.int(),
        intervalSeconds: z.int(),
        patienceSeconds: z.int(),
        drainSeconds: z.int(),
      }),
      step: z.int(),
      /** The failed analysis in spite of which traffic goes to the side. */
      lift: z.strictObject({ failedAt: z.number(), failure: z.string(), reason: z.string() }).optional(),
    })
    .optional(),
  /** Other declarations in the `Baton` block. */
  baton: properties.optional(),
  /** How CloudFormation would update the resource. */
  updatePolicy: properties.optional(),
  /** Properties whose values are owned by a request other than the manifest, by scaling or by traffic. */
  owners: z.array(z.strictObject(owner)).optional(),
  /** Owned properties that the manifest mentions, with the values that are kept. */
  kept: z
    .array(
      z.strictObject({
        ...owner,
        value: z.json().optional(),
        /** For `scaling` and `native`: the value before, if the bounds move it. */
        from: z.json().optional(),
        /** For `native`: between which bounds it moves, as far as they are known. */
        bounds: z.strictObject({ min: z.number().optional(), max: z.number().optional() }).optional(),
        /** For `native`: why it can't be told what it scales. */
        unresolved: z.string().optional(),
      }),
    )
    .optional(),
};
