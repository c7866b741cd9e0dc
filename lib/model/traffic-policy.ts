import * as z from 'zod/mini';
import { above0, expected, fields, list, text, whole } from './declaration.ts';
import { durationExpected, secondsOf } from './duration-text.ts';
import { trafficConflicts } from './traffic-conflicts.ts';
import { completeSteps, namedStrategies, type ShiftStep, strategyOf } from './traffic-strategy.ts';
import { functionNamePattern } from './verdict.ts';

/**
 * The `traffic` declaration of a resource's `Baton` block: in which steps traffic moves to a new side, and what must hold
 * meanwhile.
 */

const time = z
  .string(expected(durationExpected))
  .check(z.refine((value) => secondsOf(value) !== undefined, expected(durationExpected)));

const strategy = text('a strategy').check(
  z.refine(
    (name) => strategyOf(name) !== undefined,
    expected(`a strategy: ${namedStrategies.map(({ form }) => form).join('; ')}`),
  ),
);

const step = fields('a step', {
  /** Percent of the traffic that the new side gets. */
  weight: above0('a weight above 0, in percent').check(
    z.maximum(100, expected('a weight of at most 100 percent')),
    z.refine(
      (weight) => Number.isInteger(Math.round(weight * 1e6) / 1e5),
      expected('a weight with one decimal'),
    ),
  ),
  bake: z.optional(time),
});

/** Where the numbers come from, and which interval may be bad before the side has failed. */
const measured = {
  metric: text('the name of a metric, such as HTTPCode_Target_5XX_Count'),
  namespace: z.optional(text('a namespace, such as AWS/ApplicationELB')),
  statistic: z._default(text('a statistic, such as Average, Sum or p99'), 'Average'),
};
const tolerated = {
  /** Bad intervals in sequence that are tolerated. With at most two, a bad side is found by the third. */
  failures: z._default(whole(0, 2), 0),
};

const threshold = fields('a metric of kind threshold', {
  kind: z.literal('threshold'),
  ...measured,
  ...tolerated,
  /** The new side fails if its value is above or below. */
  above: z.optional(z.number(expected('a number'))),
  below: z.optional(z.number(expected('a number'))),
});

const share = (what: string) =>
  z.number(expected(what)).check(z.minimum(0.5, expected(what)), z.maximum(1, expected(what)));

/** Compares the new side with the stable one by the Mann-Whitney U test. */
const compare = fields('a metric of kind compare', {
  kind: z.literal('compare'),
  ...measured,
  ...tolerated,
  /** In which direction a value is worse. */
  worse: z.enum(['higher', 'lower'], expected('higher or lower')),
  /** How sure the test must be. */
  confidence: z._default(share('a confidence from 0.5 to 1'), 0.99),
  /** How likely a value of the new side is worse than one of the stable side; 0.5: as likely as not. */
  effect: z._default(share('an effect from 0.5 to 1'), 0.64),
  /** Values of each side without which nothing is concluded in favor of the new side. */
  minimumValues: z._default(whole(3, 1_000), 5),
});

const condition = fields('a metric of kind condition', {
  kind: z.literal('condition'),
  ...measured,
  ...tolerated,
  success: z.optional(text('a condition, such as result < 0.01', 2_000)),
  failure: z.optional(text('a condition, such as result > 0.05', 2_000)),
});

const functionExpected = 'the name of a function as in the settings, without ARN, version, alias and !Ref';

/** A Lambda function answers `pass`, `fail` or `inconclusive`. */
const verdict = fields('a metric of kind verdict', {
  kind: z.literal('verdict'),
  /** A name alone, so that who approves sees which function decides, and the settings can name it. */
  function: z
    .string(expected(functionExpected))
    .check(z.regex(functionNamePattern, expected(functionExpected))),
  ...tolerated,
});

const metric = z.discriminatedUnion(
  'kind',
  [threshold, compare, condition, verdict],
  expected('a metric of kind threshold, compare, condition or verdict'),
);

export const trafficPolicySchema = fields('a traffic policy', {
  strategy,
  steps: z.optional(list(step, 'steps', 100).check(z.minLength(1, expected('at least one step')))),
  /** How long all traffic stays on the new side under analysis, before the shift is done. */
  bake: z.optional(time),
  /** CloudWatch alarms that must be OK: names, or references to alarms. */
  alarms: z._default(list(text('an alarm: its name, or !Ref of one', 1_024), 'alarms', 20), []),
  metrics: z._default(list(metric, 'metrics', 20), []),
  /** Requests that the new side must serve in a step before the step can pass. */
  minimumSamples: z._default(whole(1, 1_000_000_000), 100),
  /** Time between two evaluations. */
  interval: z._default(time, '1m'),
  /** How long a step waits for data, or for a new side that is not ready, until it waits for a person. */
  patience: z._default(time, '30m'),
}).check(
  z.superRefine(
    (policy, context) => {
      for (const [path, message] of trafficConflicts(policy))
        context.addIssue({ code: 'custom', path, message, input: policy });
    },
    // All problems at once: those between fields are found with those of single fields.
    { when: () => true },
  ),
);
export type TrafficPolicy = z.output<typeof trafficPolicySchema>;
export type TrafficMetric = TrafficPolicy['metrics'][number];

/** A declaration as read, or its problems, each with its path in the declaration. */
export type ReadTraffic =
  | { policy: TrafficPolicy }
  | { problems: { path: PropertyKey[]; message: string }[] };

/** Reads what a resource declares under `traffic`, and fills in the defaults. */
export function readTrafficPolicy(declared: unknown): ReadTraffic {
  const { data, error } = trafficPolicySchema.safeParse(declared);
  if (data !== undefined) return { policy: data };
  return { problems: (error?.issues ?? []).map(({ path, message }) => ({ path: [...path], message })) };
}

/** Returns the steps of a policy. The last one is exactly all traffic. */
export function shiftSteps(policy: Pick<TrafficPolicy, 'strategy' | 'steps' | 'bake'>): ShiftStep[] {
  const seconds = (bake: string | undefined) => (bake === undefined ? undefined : secondsOf(bake));
  const listed = policy.steps?.map(({ weight, bake }) => ({ weight, bakeSeconds: seconds(bake) ?? 0 }));
  return completeSteps(listed ?? strategyOf(policy.strategy)?.steps ?? [], seconds(policy.bake));
}
