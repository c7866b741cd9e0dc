import * as z from 'zod';
import { isExpiry } from './expiry.ts';
import { incomingDetailTypes } from './senders.ts';

const mode = z.enum(['enforce', 'warn']).default('enforce');

const pack = z.strictObject({
  /** Folder of the pack under lib/policy/packs, or a path relative to cdk.json. */
  name: z.string(),
  mode,
});

const framework = z.strictObject({
  /** `hipaa-security`; `baton policy list` knows them all. Its rules come from the packs that come with Baton. */
  name: z.string(),
  mode,
});

/** An exception from a rule that holds for an environment until it expires. */
export const waiverSchema = z.strictObject({
  rule: z.string().min(1),
  resource: z.string().min(1),
  reason: z.string().min(1).max(1024),
  approver: z.string().min(1).max(128),
  expires: z.string().refine(isExpiry, 'expected a day (2027-03-31) or an instant (2027-03-31T18:00:00Z)'),
});

/** Why a default is left: long enough to say something. */
const reason = () => z.string().trim().min(10, 'expected a reason of at least 10 characters').max(1024);

/** What changes in an environment need: which policies ask for which approval, and when they may run. */
export const governanceSchema = z.strictObject({
  /** Folders of governance policies: among those that come with Baton (`default`), else from `cdk.json`. */
  packs: z.array(z.string().min(1)).default([]),
  /** Levels of approval by name: who gives it, and how many of them must. */
  levels: z
    .record(
      z.string(),
      z.strictObject({ groups: z.array(z.string()).min(1), quorum: z.number().int().min(1).default(1) }),
    )
    .default({}),
  /** An approval that has not come by then never will: the change expires. */
  approvalHours: z.number().positive().max(720).default(72),
  /** Hours before the expiry at which those who may approve are reminded. */
  reminderHours: z.array(z.number().positive()).default([24, 4]),
  /** An emergency change that nobody has reviewed by then raises an alarm. */
  reviewHours: z.number().positive().max(8760).default(72),
  /**
   * Points of standard changes (1 a change and 1 a step) that a scope or a service may come to within 24 hours; from
   * then on the pack `default` asks.
   */
  dayPointsMax: z.number().int().min(0).default(20),
  /** Why what holds data may be deleted with nobody asked, in an environment without levels of approval. */
  unattendedDeletion: z.strictObject({ reason: reason() }).optional(),
  /** iCalendar files, from `cdk.json`: changes run within maintenance windows (any time without one) and outside freezes. */
  maintenance: z.array(z.string().min(1)).default([]),
  freezes: z.array(z.string().min(1)).default([]),
});
export type Governance = z.output<typeof governanceSchema>;

/** Names of secrets or parameters; `*` stands for any text, `{environment}` and `{service}` for those of the request. */
const readable = z
  .array(
    z
      .string()
      .regex(
        /^(?:[^{}]|\{environment\}|\{service\})+$/,
        'expected a name, which may contain {environment} and {service} of the request',
      ),
  )
  .min(1);

export const environmentSchema = z
  .strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    policyPacks: z.array(pack).default([]),
    /** Frameworks of compliance whose rules are judged by beside those of the packs; the stricter mode counts. */
    frameworks: z.array(framework).default([]),
    waivers: z.array(waiverSchema).default([]),
    /** Resource types that may be provisioned; `*` stands for any text. */
    resourceTypes: z.array(z.string()).min(1).default(['AWS::*']),
    governance: governanceSchema.default(governanceSchema.parse({})),
    /** In place of the general lists of the same names. */
    readableSecrets: readable.optional(),
    readableParameters: readable.optional(),
    /** Hosts that health checks may reach besides those of a request's own resources; `*` stands for any text. */
    healthHosts: z
      .array(z.string().regex(/^[\w*.:-]+$/, 'expected the name of a host, without scheme, port and path'))
      .default([]),
    /** Scopes of other environments (`prod/network`, with `*`) whose assets requests of this one may name, and why. */
    references: z
      .array(
        z.strictObject({
          scopes: z.array(z.string().min(1)).min(1),
          reason: z.string().trim().min(10, 'expected a reason of at least 10 characters').max(1024),
        }),
      )
      .default([]),
    /** Why this environment, where nobody is asked, may share an account with one where somebody is. */
    sharedAccount: z.strictObject({ reason: reason() }).optional(),
  })
  .refine(({ policyPacks, frameworks }) => policyPacks.length + frameworks.length > 0, {
    path: ['policyPacks'],
    error: 'expected at least one policy pack or framework',
  });

/** A voice as lib/change/speaker.ts writes it. User names of Identity Center do not differ by case. */
const voice = z
  .string()
  .regex(
    /^(?:sso\/|source\/|(?:user|role)\/(?:\d{12}\/)?)[\w+=,.@-]+$/,
    'expected sso/USERNAME, user/NAME, role/NAME or source/NAME, with the account number before the name if it is a different account',
  )
  .overwrite((text) => (text.startsWith('sso/') ? text.toLowerCase() : text));

/** Who may put which events on the bus under one source. */
const sender = z.strictObject({
  /** Roles and users of this account with their path (`role/ci/Deploy`, `user/ana`), or ARNs; `*` stands for any text. */
  principals: z
    .array(
      z
        .string()
        .regex(
          /^(?:\*|(?:arn:aws[a-z-]*:iam::\d{12}:)?(?:role|user)\/[\w+=,.@*/-]+)$/,
          'expected role/PATH/NAME, user/NAME, the ARN of one, or *',
        ),
    )
    .min(1),
  detailTypes: z.array(z.enum(incomingDetailTypes)).min(1).default(['Infrastructure Request']),
});

/**
 * Any principal of the account that may put events submits requests; nobody cancels by the bus. The source of the
 * command line belongs to the administrator of a local cloud: elsewhere the command line goes through the front door.
 */
const defaultSenders = {
  'baton.cli': { principals: ['user/local'], detailTypes: [...incomingDetailTypes] },
  '*': { principals: ['*'], detailTypes: ['Infrastructure Request' as const] },
};

/** Sources by name; `*` stands for every source that is not named. */
const senders = z.record(z.string().min(1).max(256), sender).check(({ value, issues }) => {
  for (const [source, { principals, detailTypes }] of Object.entries(value)) {
    const report = (message: string) =>
      issues.push({ code: 'custom', input: value, path: [source], message });
    if (/^(?:aws\.|baton(?:\.(?!cli$)|$))/.test(source))
      report(`"${source}" is reserved; expected the source of one of your senders`);
    const open = source === '*' || principals.includes('*');
    if (open && detailTypes.includes('Cancellation Requested'))
      report(
        'lets everyone cancel; expected named principals of a named source for "Cancellation Requested"',
      );
  }
});

/** Who may ask for changes of which services in which environments; `*` stands for any text. */
const asking = z.strictObject({
  /** Groups by name, and voices. */
  who: z.array(z.string().min(1)).min(1),
  environments: z.array(z.string().min(1)).min(1).default(['*']),
  services: z.array(z.string().min(1)).min(1).default(['*']),
  /** Also in scopes that are bound to others, and to give a scope another service and owner: for administrators. */
  anyScope: z.boolean().default(false),
  /** Also in scopes that are bound to others, for emergency changes alone: for those who break the glass. */
  emergencies: z.boolean().default(false),
});

/**
 * Everybody may ask for everything that is not bound to others; those who break the glass for that in an emergency, the
 * administrator of a local cloud always.
 */
const defaultAsking = [
  { who: ['*'] },
  { who: ['emergency-responders'], emergencies: true },
  { who: ['user/local', 'source/baton.cli'], anyScope: true },
].map((row) => asking.parse(row));

/** What a scope is bound to, whoever asked for it first. */
const scopeSetting = z.strictObject({
  service: z.string().min(1),
  owner: z.string().min(1),
  /** The group whose members may ask for it. */
  group: z.string().min(1),
  reason: z.string().trim().min(10, 'expected a reason of at least 10 characters').max(1024),
});

/** The settings of a deployment, from `cdk.json` context key `baton`. */
export const settingsSchema = z.strictObject({
  environments: z.record(z.string(), environmentSchema),
  /** Environment used when a request from the command line names none. */
  defaultEnvironment: z.string().optional(),
  /**
   * Groups of people and machines by name, each a list of voices: `sso/USERNAME` (Identity Center), `user/NAME`
   * (IAM user), `role/NAME` (any other role); with the account before the name where it is another one.
   */
  groups: z.record(z.string(), z.array(voice)).default({}),
  /** Humans who have more than one voice, by the name their decisions count under. */
  people: z
    .record(z.string().regex(/^[\w+=,.@-]+$/, 'expected a name without blanks'), z.array(voice))
    .default({}),
  /** Who may put which events on the bus, by source: an allow list, held by the policy of the bus and by Admit. */
  senders: senders.default(defaultSenders),
  /** Who may ask for what: a request that fits no row is refused. */
  mayAsk: z.array(asking).min(1).default(defaultAsking),
  /** Scopes (`ENVIRONMENT/NAME`) that are bound to a service, an owner and a group by decree: how one is handed over. */
  scopes: z.record(z.string(), scopeSetting).default({}),
  /** Rate budget per account, region and operation, in calls a second (Cloud Control's quotas). */
  callsPerSecond: z
    .strictObject({ create: z.number(), update: z.number(), delete: z.number() })
    .default({ create: 5, update: 5, delete: 5 }),
  /** How often the sweep looks for runs nobody ends. */
  sweepEveryMinutes: z.number().int().min(1).default(15),
  /** How often the heads of all audit chains are sealed: what happened is proven from its seal on. */
  sealEveryMinutes: z.number().int().min(1).default(60),
  logRetentionDays: z.number().int().default(90),
  alarmTopicArn: z.string().optional(),
  /** Names of the secrets that `{{resolve:secretsmanager:...}}` may refer to. */
  readableSecrets: readable.default(['{environment}/{service}/*']),
  /** Names of the SSM parameters a request may refer to; AWS's public ones belong to nobody. */
  readableParameters: readable.default(['{environment}/{service}/*', 'aws/service/*']),
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
  /** Roles, with their path, that requests may pass though Baton did not make them; `*` stands for any text. */
  passableRoles: z.array(z.string().min(1)).default([]),
});
export type Settings = z.output<typeof settingsSchema>;
export type Environment = z.output<typeof environmentSchema>;
