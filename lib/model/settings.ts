import * as z from 'zod';

const pack = z.strictObject({
  /** Folder of the pack under lib/policy/packs, or a path relative to cdk.json. */
  name: z.string(),
  mode: z.enum(['enforce', 'warn']).default('enforce'),
});

export const environmentSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  policyPacks: z.array(pack).min(1),
  /** Resource types that may be provisioned; `*` stands for any text. */
  resourceTypes: z.array(z.string()).min(1).default(['AWS::*']),
});

/** The settings of a deployment, from `cdk.json` context key `baton`. */
export const settingsSchema = z.strictObject({
  environments: z.record(z.string(), environmentSchema),
  /** Environment used when a request from the command line names none. */
  defaultEnvironment: z.string().optional(),
  /** Rate budget per account, region and operation, in calls a second (Cloud Control's quotas). */
  callsPerSecond: z
    .strictObject({ create: z.number(), update: z.number(), delete: z.number() })
    .default({ create: 5, update: 5, delete: 5 }),
  /** How often the sweep looks for runs nobody ends. */
  sweepEveryMinutes: z.number().int().min(1).default(15),
  logRetentionDays: z.number().int().default(90),
  alarmTopicArn: z.string().optional(),
  /** Names of the secrets that `{{resolve:secretsmanager:...}}` may refer to; `*` stands for any text. */
  readableSecrets: z.array(z.string().min(1)).min(1).default(['baton/*']),
  /** Names of the SSM parameters a request may refer to; `*` stands for any text. */
  readableParameters: z.array(z.string().min(1)).min(1).default(['*']),
  /** Roles, with their path, that no request may pass, change or delete: those the account itself is run by. */
  protectedRoles: z
    .array(z.string().min(1))
    .min(1)
    .default([
      'aws-reserved/*',
      'aws-service-role/*',
      'cdk-*',
      'AWSControlTower*',
      'OrganizationAccountAccessRole',
      'stacksets-exec-*',
    ]),
});
export type Settings = z.output<typeof settingsSchema>;
export type Environment = z.output<typeof environmentSchema>;
