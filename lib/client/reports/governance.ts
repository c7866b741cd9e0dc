import * as z from 'zod';

/** The output of `governance check --json`. Fields keep their names and meanings; new ones may be added. */
const holder = z.looseObject({
  /** `user/ana`, `role/Deploy`, `permission-set/Admin`, `account 222222222222`, a service, or `everybody`. */
  who: z.string(),
  kind: z.enum([
    ...(['user', 'role', 'permission-set', 'service', 'workload'] as const),
    ...(['account', 'everybody', 'federated'] as const),
  ]),
  way: z.enum(['named', 'allowed', 'rewrites', 'keys']),
  /** Roles that are assumed on the way, in order. */
  through: z.array(z.string()),
  /** Whether it depends on a condition, or on a policy that can't be read. */
  maybe: z.boolean(),
});

const voice = z.looseObject({
  voice: z.string(),
  /** The voice that its decisions count under. */
  countsAs: z.string(),
  /** The settings that name it. */
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
  /** Identities that may change every other identity of the account. */
  administrators: z.array(z.string()),
  /** Group members that Identity Center proves. */
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
