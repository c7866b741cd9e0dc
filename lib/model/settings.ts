import * as z from 'zod';
import { isExpiry } from './expiry.ts';
import { scalingSettingsSchema } from './scaling-settings.ts';
import { incomingDetailTypes } from './senders.ts';
import { trafficSettingsSchema } from './traffic-settings.ts';

const mode = z.enum(['enforce', 'warn']).default('enforce');

const pack = z.strictObject({
  /** Folder of the pack under lib/policy/packs, or a path relative to cdk.json. */
  name: z.string(),
  mode,
});

const framework = z.strictObject({
  /** Such as `hipaa-security`; `baton policy list` shows all. Its rules come from the packs in Baton. */
  name: z.string(),
  mode,
});

/** An exception from a rule that applies to an environment until it expires. */
export const waiverSchema = z.strictObject({
  rule: z.string().min(1),
  resource: z.string().min(1),
  reason: z.string().min(1).max(1024),
  approver: z.string().min(1).max(128),
  expires: z.string().refine(isExpiry, 'expected a day (2027-03-31) or an instant (2027-03-31T18:00:00Z)'),
});

/** The reason for deviating from a default, with a minimum length. */
const reason = () => z.string().trim().min(10, 'expected a reason of at least 10 characters').max(1024);

/** What changes in an environment need: which policies require which approval, and when changes may run. */
export const governanceSchema = z.strictObject({
  /** Folders of governance policies: those that come with Baton (`default`), or paths relative to `cdk.json`. */
  packs: z.array(z.string().min(1)).default([]),
  /** Approval levels by name: who approves, and how many must. */
  levels: z
    .record(
      z.string(),
      z.strictObject({ groups: z.array(z.string()).min(1), quorum: z.number().int().min(1).default(1) }),
    )
    .default({}),
  /** Outstanding approvals expire after this time, and with them the change. */
  approvalHours: z.number().positive().max(720).default(72),
  /** Hours before the expiry at which eligible approvers are reminded. */
  reminderHours: z.array(z.number().positive()).default([24, 4]),
  /** An emergency change without a review within this time raises an alarm. */
  reviewHours: z.number().positive().max(8760).default(72),
  /**
   * Points of standard changes (1 for each change and 1 for each step) that a scope or a service may reach within 24
   * hours. Beyond it, the pack `default` requires approval.
   */
  dayPointsMax: z.number().int().min(0).default(20),
  /** Why resources that hold data may be deleted without approval, in an environment without approval levels. */
  unattendedDeletion: z.strictObject({ reason: reason() }).optional(),
  /**
   * iCalendar files relative to `cdk.json`: changes run during maintenance windows (or at any time without windows) and
   * outside freezes.
   */
  maintenance: z.array(z.string().min(1)).default([]),
  freezes: z.array(z.string().min(1)).default([]),
});
export type Governance = z.output<typeof governanceSchema>;

/** Names of secrets or parameters. `*` matches any text; `{environment}` and `{service}` are those of the request. */
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

const accountNumber = z.string().regex(/^\d{12}$/, 'expected an account number of 12 digits');
const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1');

export const environmentSchema = z
  .strictObject({
    account: accountNumber.optional(),
    region: regionName.optional(),
    /** In place of both: where resources may be, by names for manifests (`Baton: { place: NAME }`). The first is the default. */
    places: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(
              /^[A-Za-z][A-Za-z0-9-]{0,30}$/,
              'expected letters, digits and hyphens, the first a letter',
            ),
          account: accountNumber.optional(),
          region: regionName.optional(),
        }),
      )
      .min(1)
      .max(20)
      .optional(),
    policyPacks: z.array(pack).default([]),
    /** Compliance frameworks whose rules are evaluated in addition to those of the packs. The stricter mode applies. */
    frameworks: z.array(framework).default([]),
    waivers: z.array(waiverSchema).default([]),
    /** Resource types that may be provisioned. `*` matches any text. */
    resourceTypes: z.array(z.string()).min(1).default(['AWS::*']),
    governance: governanceSchema.default(governanceSchema.parse({})),
    /** What limits scaling beyond the policies of resources. */
    scaling: scalingSettingsSchema.default(scalingSettingsSchema.parse({})),
    /** Which functions shifts of traffic may ask. */
    traffic: trafficSettingsSchema.default(trafficSettingsSchema.parse({})),
    /** Replaces the general list with the same name. */
    readableSecrets: readable.optional(),
    readableParameters: readable.optional(),
    /** Ids of the hosted zones whose records may be changed. `*` matches any text. */
    hostedZones: z
      .array(
        z
          .string()
          .regex(
            /^(?:Z[A-Z0-9*]{0,31}|\*)$/,
            'expected the id of a hosted zone, such as Z111111QQQQQQQ, or *',
          ),
      )
      .default([]),
    /** Hosts that health checks may reach in addition to those of a request's own resources. `*` matches any text. */
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
    /** Why this environment without approvals may share an account with one that has approvals. */
    sharedAccount: z.strictObject({ reason: reason() }).optional(),
  })
  .refine(({ policyPacks, frameworks }) => policyPacks.length + frameworks.length > 0, {
    path: ['policyPacks'],
    error: 'expected at least one policy pack or framework',
  })
  .check(({ value: { account, region, places = [] }, issues }) => {
    const report = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', input: places, path: ['places', ...path], message });
    if (places.length > 0 && (account ?? region) !== undefined)
      report([], 'stands beside account or region; expected those inside each place');
    for (const [index, one] of places.entries()) {
      const before = places.slice(0, index);
      if (before.some(({ name }) => name === one.name))
        report([index, 'name'], `"${one.name}" is used twice; expected a name for each place`);
      if (before.some((other) => other.account === one.account && other.region === one.region))
        report(
          [index],
          `"${one.name}" is the account and region of another place; expected one name for each`,
        );
    }
  });

/** A voice in the format of lib/change/speaker.ts. Identity Center user names are case-insensitive. */
const voice = z
  .string()
  .regex(
    /^(?:sso\/|source\/|(?:user|role)\/(?:\d{12}\/)?)[\w+=,.@-]+$/,
    'expected sso/USERNAME, user/NAME, role/NAME or source/NAME, with the account number before the name if it is a different account',
  )
  .overwrite((text) => (text.startsWith('sso/') ? text.toLowerCase() : text));

/** Who may put which events on the bus with one source. */
const sender = z.strictObject({
  /** Roles and users of this account with their path (`role/ci/Deploy`, `user/ana`), or ARNs. `*` matches any text. */
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
 * By default, any principal of the account that may put events can submit requests, and no one can cancel through the
 * bus. The source of the command line belongs to the administrator of a local cloud; elsewhere the command line uses
 * the front door.
 */
const defaultSenders = {
  'baton.cli': { principals: ['user/local'], detailTypes: [...incomingDetailTypes] },
  '*': { principals: ['*'], detailTypes: ['Infrastructure Request' as const] },
};

/** Sources by name. `*` stands for every source that is not named. */
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

/** Who may submit changes for which services in which environments. `*` matches any text. */
const asking = z.strictObject({
  /** Groups by name, and voices. */
  who: z.array(z.string().min(1)).min(1),
  environments: z.array(z.string().min(1)).min(1).default(['*']),
  services: z.array(z.string().min(1)).min(1).default(['*']),
  /** Also in scopes of others, and with permission to change the service and owner of a scope: for administrators. */
  anyScope: z.boolean().default(false),
  /** Also in scopes of others, but only emergency changes. */
  emergencies: z.boolean().default(false),
});

/**
 * By default, everyone may submit requests in scopes that are not bound to others. Those who may submit emergencies
 * also may in scopes of others in an emergency, and the administrator of a local cloud always.
 */
const defaultAsking = [
  { who: ['*'] },
  { who: ['emergency-responders'], emergencies: true },
  { who: ['user/local', 'source/baton.cli'], anyScope: true },
].map((row) => asking.parse(row));

/** The binding of a scope, regardless of its first requester. */
const scopeSetting = z.strictObject({
  service: z.string().min(1),
  owner: z.string().min(1),
  /** The group whose members may submit requests for it. */
  group: z.string().min(1),
  reason: z.string().trim().min(10, 'expected a reason of at least 10 characters').max(1024),
});

/** The settings of a deployment, from the context key `baton` in `cdk.json`. */
export const settingsSchema = z.strictObject({
  environments: z.record(z.string(), environmentSchema),
  /** The environment for a request from the command line that names none. */
  defaultEnvironment: z.string().optional(),
  /**
   * Groups of people and machines by name, each a list of voices: `sso/USERNAME` (Identity Center), `user/NAME` (IAM
   * user), `role/NAME` (any other role). For another account, the account precedes the name.
   */
  groups: z.record(z.string(), z.array(voice)).default({}),
  /** People with more than one voice, by the name that their decisions count under. */
  people: z
    .record(z.string().regex(/^[\w+=,.@-]+$/, 'expected a name without blanks'), z.array(voice))
    .default({}),
  /** Who may put which events on the bus, by source: an allow list that the policy of the bus and Admit enforce. */
  senders: senders.default(defaultSenders),
  /** Who may submit what. A request that matches no row is rejected. */
  mayAsk: z.array(asking).min(1).default(defaultAsking),
  /** Scopes (`ENVIRONMENT/NAME`) with a fixed service, owner and group. Used to transfer a scope. */
  scopes: z.record(z.string(), scopeSetting).default({}),
  /** Rate budget for each account, region and operation, in calls per second (Cloud Control's quotas). */
  callsPerSecond: z
    .strictObject({ create: z.number(), update: z.number(), delete: z.number() })
    .default({ create: 5, update: 5, delete: 5 }),
  /** How often the sweep searches for abandoned runs. */
  sweepEveryMinutes: z.number().int().min(1).default(15),
  /** How often the heads of all audit chains are sealed. Events are proven from their seal on. */
  sealEveryMinutes: z.number().int().min(1).default(60),
  /** How often all scaling policies are evaluated. 0: never. */
  scaleEveryMinutes: z.number().int().min(0).max(60).default(1),
  logRetentionDays: z.number().int().default(90),
  alarmTopicArn: z.string().optional(),
  /** Names of the secrets that `{{resolve:secretsmanager:...}}` may refer to. */
  readableSecrets: readable.default(['{environment}/{service}/*']),
  /** Names of the SSM parameters that a request may refer to. AWS's public parameters have no owner. */
  readableParameters: readable.default(['{environment}/{service}/*', 'aws/service/*']),
  /** Roles, with their path, that no request may pass, change or delete: those that operate the account. */
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
  /** Roles, with their path, that requests may pass although Baton did not create them. `*` matches any text. */
  passableRoles: z.array(z.string().min(1)).default([]),
});
export type Settings = z.output<typeof settingsSchema>;
export type Environment = z.output<typeof environmentSchema>;
