import * as z from 'zod';

/**
 * What `governance check --json` prints. Every field that stands here keeps its name and meaning; more may come.
 */
const holder = z.looseObject({
  /** `user/ana`, `role/Deploy`, `permission-set/Admin`, `account 222222222222`, a service, `everybody`. */
  who: z.string(),
  kind: z.enum([
    ...(['user', 'role', 'permission-set', 'service', 'workload'] as const),
    ...(['account', 'everybody', 'federated'] as const),
  ]),
  way: z.enum(['named', 'allowed', 'rewrites', 'keys']),
  /** Roles that are assumed on the way, in this order. */
  through: z.array(z.string()),
  /** It depends on a condition, or on a policy that can't be read. */
  maybe: z.boolean(),
});

const voice = z.looseObject({
  voice: z.string(),
  /** The voice it counts as. */
  countsAs: z.string(),
  /** Where the settings name it. */
  named: z.array(z.string()),
  groups: z.array(z.string()),
  status: z.enum(['machine', 'person', 'shared', 'missing', 'elsewhere']),
  arn: z.string().optional(),
  holders: z.array(holder),
});

export const governanceReport = z.looseObject({
  account: z.string(),
  environment: z.string().nullable(),
  voices: z.array(voice),
  /** Those who may change any identity of the account. */
  administrators: z.array(z.string()),
  /** Members of groups whom Identity Center proves. */
  bySingleSignOn: z.array(z.string()),
  warnings: z.array(
    z.looseObject({
      code: z.string(),
      voice: z.string(),
      who: z.string().optional(),
      message: z.string(),
      remedy: z.string(),
    }),
  ),
});
