import * as z from 'zod';
import { findCapacity } from './capacity/index.ts';

/** A capacity, by its type and, where a type has several, its property. */
const capacity = {
  type: z.string().min(1),
  property: z.string().min(1).optional(),
};

/** What limits scaling in an environment beyond the policies of its resources. */
export const scalingSettingsSchema = z
  .strictObject({
    /** Quotas of the account and region, in units of the capacity or of what a unit needs. */
    quotas: z
      .array(
        z.strictObject({
          ...capacity,
          /** How decisions name it, such as its code in Service Quotas. */
          name: z.string().min(1).max(128),
          max: z.number().min(0),
          /** How much of the quota one unit of capacity needs: the vCPUs of an instance. */
          perUnit: z.number().positive().default(1),
          /** Whether it is for each resource. Otherwise, all of the account and region share it. */
          each: z.boolean().default(false),
        }),
      )
      .default([]),
    /** What each resource of a type may cost, with the price of one unit. */
    budgets: z
      .array(
        z.strictObject({
          ...capacity,
          perUnitHour: z.number().positive(),
          perMonth: z.number().min(0),
        }),
      )
      .default([]),
  })
  .check(({ value: { quotas, budgets }, issues }) => {
    for (const [name, rows] of Object.entries({ quotas, budgets }))
      for (const [index, { type, property }] of rows.entries()) {
        const found = findCapacity(type, property);
        if (typeof found !== 'string') continue;
        issues.push({
          code: 'custom',
          input: type,
          path: [name, index, property === undefined ? 'type' : 'property'],
          message: found,
        });
      }
  });
export type ScalingSettings = z.output<typeof scalingSettingsSchema>;
