import * as z from 'zod';

export const properties = z.record(z.string(), z.json());
const deletionPolicy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

const owner = {
  path: z.string(),
  owner: z.literal('configuration'),
  /** The request that took the property over. */
  requestId: z.string(),
  /** What the manifest says. */
  manifest: z.json().optional(),
};

/** What every report says of a step of a plan. */
export const stepFields = {
  id: z.string(),
  resource: z.string(),
  type: z.string(),
  operation: z.enum(['create', 'update', 'replace', 'delete', 'retain']),
  dependsOn: z.array(z.string()),
  holdsData: z.boolean(),
  deletionPolicy,
  updateReplacePolicy: deletionPolicy,
  /** Of the existing resource. */
  identifier: z.string().optional(),
  /** What it should become, and what it was asked to be before; references stay, secrets are references. */
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
  /** What else the `Baton` block declares. */
  baton: properties.optional(),
  /** How CloudFormation would carry out updates of the resource. */
  updatePolicy: properties.optional(),
  /** Properties whose values somebody other than the manifest decides. */
  owners: z.array(z.strictObject(owner)).optional(),
  /** Those of them that the manifest mentions, with the values that stay. */
  kept: z.array(z.strictObject({ ...owner, value: z.json().optional() })).optional(),
};
