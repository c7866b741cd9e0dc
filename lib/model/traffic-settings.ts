import * as z from 'zod';
import { functionNamePattern } from './verdict.ts';

/** What shifts of traffic in an environment may use beyond the policies of their resources. */
export const trafficSettingsSchema = z.strictObject({
  /**
   * Lambda functions that may be asked for a verdict, each with the scopes (`prod/shop`) whose shifts may ask it. Without wildcards:
   * Baton may call exactly these, and a scope that someone makes later asks none.
   */
  verdictFunctions: z
    .array(
      z.strictObject({
        function: z
          .string()
          .regex(
            functionNamePattern,
            'expected the name of a function of this account and region, without ARN, version and alias',
          )
          .refine((name) => !/^baton-/i.test(name), 'is a function of Baton; expected one of yours'),
        scopes: z
          .array(
            z.string().regex(/^[^/*\s]+\/[^/*\s]+$/, 'expected a scope such as prod/shop, without wildcards'),
          )
          .min(1, 'expected at least one scope'),
      }),
    )
    .max(50, 'expected at most 50 functions')
    .default([]),
});
export type TrafficSettings = z.output<typeof trafficSettingsSchema>;
