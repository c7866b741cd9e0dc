import * as z from 'zod';

/** The output of `baton policy check --format json`. It is a stable format: no field is renamed or removed. */
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

/** The output of `baton policy list --format json`. Fields keep their names and meanings; new ones may be added. */
export const rulesReport = z.looseObject({
  rules: z.array(
    z.looseObject({
      rule: z.string(),
      pack: z.string(),
      severity: z.enum(['low', 'medium', 'high', 'critical']),
      message: z.string(),
      remedy: z.string().optional(),
      /** The entity types that the rule evaluates; `*` is every resource. */
      types: z.array(z.string()),
      facts: z.array(z.looseObject({ name: z.string(), description: z.string() })),
      /** Alternative rules: a resource that satisfies one of them satisfies this rule. */
      alternatives: z.array(z.string()),
      /** Ids in other tools that suppress this rule. */
      aliases: z.array(z.string()),
      frameworks: z.array(
        z.looseObject({ name: z.string(), title: z.string(), controls: z.array(z.string()) }),
      ),
    }),
  ),
});
