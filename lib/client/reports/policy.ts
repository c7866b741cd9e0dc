import * as z from 'zod';

/** What `baton policy check --format json` prints. The form is contract: nothing is renamed or taken away. */
export const checkReport = z.strictObject({
  files: z.array(
    z.strictObject({
      file: z.string(),
      rules: z.array(
        z.strictObject({
          rule: z.string(),
          verdict: z.enum(['FAIL', 'PASS', 'SKIP']),
          violations: z.array(
            z.strictObject({ resource: z.string(), path: z.string(), message: z.string() }),
          ),
        }),
      ),
    }),
  ),
});
export type CheckReport = z.output<typeof checkReport>;

/** What `baton policy list --format json` prints. Every field that stands here keeps its name and meaning; more may come. */
export const rulesReport = z.looseObject({
  rules: z.array(
    z.looseObject({
      rule: z.string(),
      pack: z.string(),
      severity: z.enum(['low', 'medium', 'high', 'critical']),
      message: z.string(),
      remedy: z.string().optional(),
      /** Entity types it judges; `*` is every resource. */
      types: z.array(z.string()),
      facts: z.array(z.looseObject({ name: z.string(), description: z.string() })),
      /** It holds where one of these does. */
      alternatives: z.array(z.string()),
      /** Ids of other tools that suppress it. */
      aliases: z.array(z.string()),
      frameworks: z.array(
        z.looseObject({ name: z.string(), title: z.string(), controls: z.array(z.string()) }),
      ),
    }),
  ),
});
