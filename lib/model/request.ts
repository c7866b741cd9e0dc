import * as z from 'zod/mini';
import { isExpiry } from './expiry.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Place } from './place.ts';
import type { KeptProperty, PropertyOwner, Wish } from './wish.ts';

export const actions = [
  'provision',
  'decommission',
  'adopt',
  'scale',
  'configure',
  'recover',
  'fail-over',
  'deliver',
  'shift-traffic',
] as const;
export type Action = (typeof actions)[number];

/** The actions that Baton supports. The others are names in policies, reserved for future use. */
export type AvailableAction = Extract<
  Action,
  'provision' | 'decommission' | 'scale' | 'configure' | 'recover' | 'shift-traffic'
>;
export const availableActions: readonly AvailableAction[] = [
  'provision',
  'decommission',
  'scale',
  'configure',
  'recover',
  'shift-traffic',
];

const notAvailable = ({ input }: { input: unknown }) => {
  const known = actions.some((one) => one === input);
  return `expected ${availableActions.join(', ').replace(/, ([^,]*)$/, ' or $1')}${known ? ': no other action is available yet' : ''}`;
};

const name = /^[A-Za-z][A-Za-z0-9-]{0,62}$/;

/** An exception from a rule that a request asks for. The approval of its change includes it. */
export const exceptionSchema = z.strictObject({
  rule: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/)),
  resource: z.string().check(z.minLength(1), z.maxLength(256)),
  reason: z.string().check(z.minLength(1), z.maxLength(1024)),
  expires: z
    .string()
    .check(z.refine(isExpiry, 'expected a day (2027-03-31) or an instant (2027-03-31T18:00:00Z)')),
});

/** A supported action. */
export const actionSchema = z
  .string({ error: notAvailable })
  .check(z.refine((name) => availableActions.some((one) => one === name), { error: notAvailable }))
  // For JSON Schema.
  .register(z.globalRegistry, { enum: [...availableActions] }) as unknown as z.ZodMiniType<
  AvailableAction,
  AvailableAction
>;

/** The governance header of a manifest: who requests what, where and why. */
export const headerSchema = z.strictObject({
  baton: z._default(z.literal('v1'), 'v1'),
  /** The requested action. The steps of the plan determine the real action, whatever this says. */
  action: z._default(actionSchema, 'provision'),
  environment: z.string().check(z.regex(name)),
  service: z.string().check(z.regex(name)),
  /** The name under which the resources are kept, like a stack's name. Default: the service's name. */
  name: z.optional(z.string().check(z.regex(name))),
  owner: z.string().check(z.minLength(1), z.maxLength(128)),
  reason: z.string().check(z.minLength(1), z.maxLength(1024)),
  onFailure: z._default(z.enum(['undo', 'keep']), 'undo'),
  exceptions: z.optional(z.array(exceptionSchema).check(z.maxLength(100))),
  /** `emergency` runs at once, if policy lets the requester, and is reviewed afterwards. */
  change: z.optional(z.enum(['normal', 'emergency'])),
});
export type Header = z.output<typeof headerSchema>;

/**
 * Returns the scope of a request: the set of resources that it covers. Like a CloudFormation stack, it deletes
 * resources that it no longer names.
 */
export function scopeOf(header: Pick<Header, 'environment' | 'service' | 'name'>): string {
  return `${header.environment}/${header.name ?? header.service}`;
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

/** A resource as a request declares it, resolved as far as possible without other resources. */
export interface DesiredResource {
  logicalId: string;
  type: string;
  /** Where it belongs; the place of the request where absent. */
  place?: Place;
  /**
   * Properties after parameters, conditions and functions. References to other resources stay as `Ref`, `Fn::GetAtt`,
   * `Fn::Sub`, `Fn::Join`... objects, and secrets as `{{resolve:...}}` text.
   */
  properties: JsonObject;
  /** Logical ids of its dependencies, explicit and by reference, sorted and unique. */
  dependsOn: string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  metadata?: JsonObject;
  /** How CloudFormation would update the resource. */
  updatePolicy?: JsonObject;
  health?: HealthCheck[];
  /** How long its health checks must hold after it is created or changed, before dependents start. */
  bakeSeconds?: number;
  /** Other declarations of its `Baton` block, as written: scaling, traffic, recovery. */
  baton?: JsonObject;
  /** Properties with an owner other than the manifest. The planner reads them from the inventory. */
  owners?: PropertyOwner[];
  /** The owned properties that the manifest mentions. Their values are the owner's. */
  kept?: KeptProperty[];
  /** Line in the manifest, counted from 1. */
  line?: number;
}

export interface DesiredOutput {
  /** Resolved as far as possible. References to resources stay. */
  value: JsonValue;
  description?: string;
  exportName?: string;
}

/** The result of Admit, which is stored and is the input of the planner. */
export interface DesiredState {
  header: Header;
  /** What is requested. For a wish that names assets, the planner derives `resources` from the inventory. */
  wish: Wish;
  scope: string;
  account: string;
  region: string;
  partition: string;
  resources: DesiredResource[];
  outputs: Record<string, DesiredOutput>;
  /** Names of the exports that this request imports. */
  imports: string[];
  /** Tags that Baton adds to the tags of new resources. */
  tags?: Record<string, string>;
}

const timeoutSeconds = z._default(z.int().check(z.minimum(1), z.maximum(86_400)), 600);

/** A check that must pass before dependents start. The pump polls it until it passes or times out. */
export const healthCheckSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('property'),
    /** Dotted path into the live properties. */
    path: z.string(),
    equals: z.union([z.string(), z.number(), z.boolean()]),
    timeoutSeconds,
  }),
  z.strictObject({
    kind: z.literal('http'),
    /** A URL, which may contain `${Resource.Attribute}`. */
    url: z.string(),
    status: z._default(z.int(), 200),
    timeoutSeconds,
  }),
  z.strictObject({
    kind: z.literal('tcp'),
    host: z.string(),
    port: z.union([z.int(), z.string()]),
    timeoutSeconds,
  }),
  z.strictObject({
    kind: z.literal('alarm'),
    /** Name of a CloudWatch alarm that must be OK. */
    name: z.string(),
    timeoutSeconds,
  }),
]);
export type HealthCheck = z.output<typeof healthCheckSchema>;
