import * as z from 'zod/mini';
import { above0, amount, expected, fields, list, text, whole } from './declaration.ts';
import { segmentsOf } from './property-path.ts';
import { scalingConflicts, stepConflict } from './scaling-conflicts.ts';
import { isScheduleTime, oneTimeFormat } from './schedule-time.ts';
import { isZoneName } from './time-zone.ts';

/**
 * The `scaling` declaration of a resource's `Baton` block: between which bounds its capacity moves, and what moves it.
 * `behavior` has the words of the Kubernetes HorizontalPodAutoscaler (autoscaling/v2), `step` those of AWS step scaling.
 */

const capacity = amount('a capacity from 0');
const seconds = (most: number) => whole(0, most);

const periodExpected = expected('10, 30 or a multiple of 60 up to 3600');
const periodInMinutes = z
  .int(periodExpected)
  .check(z.multipleOf(60, periodExpected), z.minimum(60, periodExpected), z.maximum(3600, periodExpected));

/** Where the numbers of a metric come from. What is left out follows from the type of the resource. */
const source = {
  metric: text('the name of a metric, such as RequestCountPerTarget'),
  namespace: z.optional(text('a namespace, such as AWS/ApplicationELB')),
  dimensions: z.optional(
    z.record(z.string(), text('the value of a dimension', 1024), expected('dimensions by name')),
  ),
  statistic: z._default(
    z.enum(
      ['Average', 'Sum', 'Maximum', 'Minimum', 'SampleCount'],
      expected('Average, Sum, Maximum, Minimum or SampleCount'),
    ),
    'Average',
  ),
  periodSeconds: z._default(z.union([z.literal(10), z.literal(30), periodInMinutes], periodExpected), 60),
};

/** Holds the metric at a target for each unit of capacity: the algorithm of the HPA. */
const targetMetric = fields('a metric of kind target', {
  kind: z.literal('target'),
  ...source,
  target: above0('a target above 0, in the unit of the metric'),
  tolerance: z.optional(amount('a tolerance from 0, such as 0.1')),
});

/** The metric is load, and one unit of capacity serves so much of it at most. Baton chooses the headroom. */
const limitMetric = fields('a metric of kind limit', {
  kind: z.literal('limit'),
  ...source,
  limit: above0('the load above 0 that one unit of capacity serves at most'),
});

const step = fields('a step', {
  /** Distances from the alarm's threshold. An absent end is open. */
  lower: z.optional(z.nullable(z.number(expected('a distance from the threshold')))),
  upper: z.optional(z.nullable(z.number(expected('a distance from the threshold')))),
  adjustment: z.number(expected('a number, the change or the capacity')),
});

/** Changes the capacity by the distance of an alarm's metric from its threshold: AWS step scaling. */
const stepMetric = fields('a metric of kind step', {
  kind: z.literal('step'),
  /** The alarm's name, or a reference to the alarm. */
  alarm: text('an alarm: its name, or !Ref of an alarm of this request', 1024),
  adjustmentType: z._default(
    z.enum(
      ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'],
      expected('ChangeInCapacity, ExactCapacity or PercentChangeInCapacity'),
    ),
    'ChangeInCapacity',
  ),
  steps: list(step, 'steps', 20).check(
    z.minLength(1, expected('at least one step')),
    z.refine((steps) => stepConflict(steps) === undefined, {
      error: ({ input }) => stepConflict(input as Parameters<typeof stepConflict>[0]) ?? '',
    }),
  ),
  minAdjustmentMagnitude: z.optional(whole(1, Number.MAX_SAFE_INTEGER)),
  cooldownSeconds: z._default(seconds(86_400), 300),
  warmupSeconds: z.optional(seconds(86_400)),
});

const policies = list(
  fields('a policy of behavior', {
    type: z.enum(['Pods', 'Percent'], expected('Pods (units of capacity) or Percent')),
    value: whole(1, Number.MAX_SAFE_INTEGER),
    periodSeconds: whole(1, 1800),
  }),
  'policies',
  10,
);

/** The rules of one direction: HPAScalingRules of Kubernetes, with its limits. */
const scalingRules = fields('the rules of a direction', {
  stabilizationWindowSeconds: z.optional(seconds(3600)),
  selectPolicy: z.optional(z.enum(['Max', 'Min', 'Disabled'], expected('Max, Min or Disabled'))),
  policies: z.optional(policies.check(z.minLength(1, expected('at least one policy')))),
  tolerance: z.optional(amount('a tolerance from 0, such as 0.1')),
});

const behavior = fields('behavior', {
  scaleUp: z.optional(scalingRules),
  scaleDown: z.optional(scalingRules),
});

/** Moves the bounds at a time, as a scheduled action of AWS: they stay until the next one moves them. */
const scheduled = fields('an entry of schedule', {
  cron: z.optional(
    text('a cron expression').check(
      z.refine(
        (value) => isScheduleTime('cron', value),
        expected('6 cron fields, such as "0 7 ? * MON-FRI *"'),
      ),
    ),
  ),
  at: z.optional(
    text('a time').check(
      z.refine((value) => isScheduleTime('at', value), expected(`a local time, such as ${oneTimeFormat}`)),
    ),
  ),
  rate: z.optional(
    text('a rate').check(
      z.refine(
        (value) => isScheduleTime('rate', value),
        expected('a number and its unit, such as "1 hour" or "15 minutes"'),
      ),
    ),
  ),
  timeZone: z._default(
    text('a time zone').check(
      z.refine(isZoneName, expected('a time zone of the IANA database, such as Europe/Berlin')),
    ),
    'UTC',
  ),
  min: z.optional(capacity),
  max: z.optional(capacity),
});

/** The same time in earlier seasons raises the lower bound ahead of load. It never lowers anything. */
const forecast = fields('forecast', {
  seasons: z._default(list(z.enum(['day', 'week'], expected('day or week')), 'seasons', 2), ['day', 'week']),
});

/** What the capacity may cost: growth ends where a month at this size would cost more. */
const budget = fields('a budget', {
  perMonth: amount('an amount from 0 for a month'),
  perUnitHour: above0('the price above 0 of one unit of capacity for an hour'),
});

const metric = z.discriminatedUnion(
  'kind',
  [targetMetric, limitMetric, stepMetric],
  expected('a metric of kind target, limit or step'),
);

const shape = {
  /** The capacity's property, for types that have several: ProvisionedThroughput.ReadCapacityUnits. */
  property: z.optional(
    text('a property path').check(
      z.refine((path) => segmentsOf(path) !== undefined, expected('a property path')),
    ),
  ),
  min: capacity,
  max: capacity,
  metrics: z._default(list(metric, 'metrics', 20), []),
  schedule: z._default(list(scheduled, 'entries', 50), []),
  behavior: z.optional(behavior),
  forecast: z._default(forecast, { seasons: ['day', 'week'] }),
  budget: z.optional(budget),
};

/** One policy, for one capacity of a resource. */
export const scalingPolicySchema = fields('a scaling policy', shape).check(
  z.superRefine(
    (policy, context) => {
      for (const [path, message] of scalingConflicts(policy))
        context.addIssue({ code: 'custom', path, message, input: policy });
    },
    // All problems at once: those between fields are found with those of single fields.
    { when: () => true },
  ),
);
export type ScalingPolicy = z.output<typeof scalingPolicySchema>;
export type ScalingMetric = ScalingPolicy['metrics'][number];
export type ScalingBehavior = NonNullable<ScalingPolicy['behavior']>;

/** A resource has one policy, or one for each of several capacities. */
export const scalingSchema = z.union([
  scalingPolicySchema,
  z.array(scalingPolicySchema).check(z.minLength(1), z.maxLength(10)),
]);

/** A declaration as read, or its problems, each with its path in the declaration. */
export type ReadScaling =
  | { policies: ScalingPolicy[] }
  | { problems: { path: PropertyKey[]; message: string }[] };

/** Reads what a resource declares under `scaling`: one policy or a list of them. Fills in the defaults. */
export function readScalingPolicies(declared: unknown): ReadScaling {
  const isList = Array.isArray(declared);
  const results = (isList ? declared : [declared]).map((one) => scalingPolicySchema.safeParse(one));
  const problems = results.flatMap(({ error }, index) =>
    (error?.issues ?? []).map(({ path, message }) => ({ path: isList ? [index, ...path] : path, message })),
  );
  if (isList && (declared.length === 0 || declared.length > 10))
    problems.push({ path: [], message: `expected 1 to 10 policies, got ${declared.length}` });
  if (problems.length > 0) return { problems };
  return { policies: results.flatMap(({ data }) => (data === undefined ? [] : [data])) };
}
