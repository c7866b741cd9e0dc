import * as z from 'zod/mini';
import { actionSchema, headerSchema } from '../model/request.ts';
import { wishParts } from '../model/wish.ts';

/**
 * Maximum size of a request that an event carries inline. Larger requests are passed by reference (design principle 6).
 */
export const largestInlineBytes = 48 * 1024;

const reference = z.strictObject({
  key: z.string().check(z.minLength(1)),
  versionId: z.optional(z.string()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** Ids become parts of execution names, which Step Functions limits to 80 characters. Baton uses 32 of them. */
const requestId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,48}$/, 'expected 1 to 48 letters, digits, hyphens or underscores'));

/** `Infrastructure Request`: a submitted request. */
const submitted = {
  requestId: z.optional(requestId),
  /** Name of the document's file, for messages. */
  file: z._default(z.string(), 'request'),
  /** A manifest or CloudFormation template in YAML or JSON, as text. */
  document: z.optional(z.string()),
  /** The same as an object of the Documents bucket. */
  documentReference: z.optional(reference),
  /** Header fields for a document without its own. The action is set only if it is named. */
  header: z.optional(z.partial(z.extend(headerSchema, { action: actionSchema }))),
  parameters: z._default(z.record(z.string(), z.json()), {}),
  imports: z._default(z.record(z.string(), z.json()), {}),
};
/** Returns the form of a submitted request, with the part of every kind of wish. */
export const infrastructureRequest = () => z.strictObject({ ...submitted, ...wishParts });
export type RequestForm = ReturnType<typeof infrastructureRequest>;
export type InfrastructureRequest = z.output<RequestForm>;

export const cancellationRequested = z.strictObject({
  requestId,
  reason: z._default(z.string(), 'cancelled'),
});

/** What a person asks of a shift of traffic that runs. */
export const trafficDirective = z.strictObject({
  requestId,
  directive: z.enum(['pause', 'continue', 'abort']),
  reason: z._default(z.string().check(z.maxLength(1024)), 'no reason given'),
});

/** The speaker, as the front door has proven it: lib/change/speaker.ts. */
const speaker = z.strictObject({
  voice: z.string(),
  arn: z.string(),
  shared: z.optional(z.literal(true)),
});

/**
 * The calls of people, as the front door puts them on the bus with `personSource`: what they sent, and who they are.
 * Two checks prove that the front door sent an event: the bus denies the source to every other principal, and Admit
 * trusts only what the front door wrote to the ledger.
 */
export const personal = {
  get 'Infrastructure Request'() {
    return z.strictObject({ ...submitted, ...wishParts, requestId, speaker });
  },
  'Cancellation Requested': z.extend(cancellationRequested, { speaker }),
  'Traffic Directive': z.extend(trafficDirective, { speaker }),
} as const;
export type PersonalEvent = {
  [Name in keyof typeof personal]: { detailType: Name; detail: z.input<(typeof personal)[Name]> };
}[keyof typeof personal];

const requestEvent = z.strictObject({
  requestId: z.string(),
  environment: z.optional(z.string()),
  service: z.optional(z.string()),
  status: z.string(),
  reason: z.optional(z.string()),
});
const changeEvent = z.strictObject({
  changeId: z.string(),
  requestId: z.string(),
  planHash: z.string(),
  /** The hash of the capsule that a decision names. */
  capsuleHash: z.string(),
  type: z.enum(['standard', 'normal', 'emergency']),
  status: z.string(),
  environment: z.string(),
  service: z.string(),
  owner: z.optional(z.string()),
  requester: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  /** Number of steps in the plan. */
  steps: z.optional(z.number()),
  approvals: z.optional(
    z.array(z.strictObject({ level: z.string(), quorum: z.number(), groups: z.array(z.string()) })),
  ),
  /** ISO 8601 instants: of the transition, the expiry of an approval, a review, and the next window. */
  at: z.string(),
  expiresAt: z.optional(z.string()),
  reviewBy: z.optional(z.string()),
  opensAt: z.optional(z.string()),
  /** The decision, in `Change Decision Recorded`. */
  decision: z.optional(z.enum(['approve', 'reject', 'withdraw'])),
  /** The voice that decided. */
  actor: z.optional(z.string()),
  reason: z.optional(z.string()),
});
const assetEvent = z.strictObject({
  assetId: z.string(),
  version: z.number(),
  type: z.string(),
  identifier: z.string(),
  environment: z.string(),
  service: z.string(),
  requestId: z.string(),
});

/** An asset whose capacity is to change, as the evaluation of all policies found. `scale-asset` decides again. */
const scalingEvent = z.strictObject({
  assetId: z.string(),
  /** Path of the capacity. */
  property: z.string(),
  environment: z.string(),
  service: z.string(),
  current: z.number(),
  desired: z.number(),
  at: z.string(),
});

/** Events that arrive on the bus. */
export const incoming = {
  get 'Infrastructure Request'() {
    return infrastructureRequest();
  },
  'Cancellation Requested': cancellationRequested,
} as const;

/** Events that Baton sends. This catalog has every name and schema. */
export const outgoing = {
  'Request Admitted': requestEvent,
  'Request Rejected': requestEvent,
  'Request Completed': requestEvent,
  'Request Failed': requestEvent,
  'Change Opened': changeEvent,
  'Change Approval Requested': changeEvent,
  'Change Approval Reminder': changeEvent,
  'Change Decision Recorded': changeEvent,
  'Change Approved': changeEvent,
  'Change Rejected': changeEvent,
  'Change Withdrawn': changeEvent,
  'Change Expired': changeEvent,
  'Change Scheduled': changeEvent,
  'Change Stale': changeEvent,
  'Change Review Due': changeEvent,
  'Change Review Overdue': changeEvent,
  'Change Reviewed': changeEvent,
  'Change Closed': changeEvent,
  'Asset Registered': assetEvent,
  'Asset Changed': assetEvent,
  'Asset Retired': assetEvent,
  'Scaling Due': scalingEvent,
} as const;
export type OutgoingEvent = {
  [Name in keyof typeof outgoing]: { detailType: Name; detail: z.input<(typeof outgoing)[Name]> };
}[keyof typeof outgoing];

export type ChangeEventName = Extract<keyof typeof outgoing, `Change ${string}`>;

/** The source of every event that Baton sends. */
export const source = 'baton';
/** The source of calls by people. Only the front door may use it. */
export const personSource = 'baton.person';
/**
 * The source of requests by scaling. They start `govern-request` without the bus, which denies the source to everyone.
 */
export const scalingSource = 'baton.scaling';
/** The source of the command line's events. */
export const commandLineSource = 'baton.cli';

/**
 * Tells whether Baton itself submits a request, such as for a schedule or a recovery. The bus accepts these sources
 * from Baton only.
 */
export function isOwnSource(name: string): boolean {
  const ours = name === source || name.startsWith(`${source}.`);
  return ours && name !== personSource && name !== commandLineSource;
}
