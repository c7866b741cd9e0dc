import * as z from 'zod';
import { isTrue } from '../../lib/model/condition/condition.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { measurementsDue, nextMeasurement } from '../../lib/traffic/analysis/measure-next.ts';
import { measurementVerdict } from '../../lib/traffic/analysis/measurement-verdict.ts';
import type { AnalysisRun, Metric, MetricResult } from '../../lib/traffic/analysis/metric.ts';
import { limitVerdict, metricVerdict } from '../../lib/traffic/analysis/metric-verdict.ts';
import { isWorse, type Phase, worst } from '../../lib/traffic/analysis/phase.ts';
import { runVerdict } from '../../lib/traffic/analysis/run-verdict.ts';
import { type ProgressiveStrategy, rollbackSafety, shiftSequence } from '../../lib/traffic/progressive.ts';
import { approximateWeight, weightToReplicas } from '../../lib/traffic/replicas/approximate-weight.ts';
import { cappedFenceposts, resolveFenceposts } from '../../lib/traffic/replicas/fenceposts.ts';
import { isThresholdMet, readinessOf } from '../../lib/traffic/replicas/readiness.ts';
import { canaryReplicas, dynamicStableScale } from '../../lib/traffic/replicas/routed-canary.ts';

/** The cases give ages instead of times; they are all answered at this time, in seconds. */
const now = 1_000_000;

const phase = z.custom<Phase>((value) => typeof value === 'string');
const optional = <Of extends z.ZodType>(of: Of) => z.preprocess((value) => value ?? undefined, of.optional());
const number = optional(z.number());
const text = optional(z.string());
const flag = optional(z.boolean());
const replicaSet = z.object({ spec: z.number(), available: z.number() });

const metricSchema = z.object({
  name: z.preprocess((value) => value ?? '', z.string()),
  ...{ interval: text, initialDelay: text, count: number, failureLimit: number, inconclusiveLimit: number },
  ...{ consecutiveErrorLimit: number, consecutiveSuccessLimit: number },
});

const at = (age: number | undefined) => (age === undefined ? undefined : now - age);
const measurementSchema = z
  .object({
    phase,
    startedAgeSeconds: number,
    finishedAgeSeconds: number,
    resumeAgeSeconds: number,
    message: text,
  })
  .transform((one) => ({
    phase: one.phase,
    startedAt: at(one.startedAgeSeconds),
    finishedAt: at(one.finishedAgeSeconds),
    resumeAt: at(one.resumeAgeSeconds),
    message: one.message,
  }));

const counts = { count: z.number(), successful: z.number(), failed: z.number(), inconclusive: z.number() };
const errors = { error: z.number(), consecutiveError: z.number(), consecutiveSuccess: z.number() };
const resultSchema = z.object({
  name: z.preprocess((value) => value ?? '', z.string()),
  phase: z.custom<Phase | ''>((value) => typeof value === 'string'),
  dryRun: flag,
  message: text,
  ...counts,
  ...errors,
  measurements: z.array(measurementSchema),
});

const runSchema = z
  .object({ terminate: flag, startedAgeSeconds: number, results: z.array(resultSchema) })
  .transform(({ startedAgeSeconds, ...rest }) => ({ ...rest, startedAt: at(startedAgeSeconds) }));

const defined = <Of extends object>(value: object): Of =>
  JSON.parse(JSON.stringify(value), (_, inner) => inner) as Of;

const metricOf = (value: JsonValue | undefined): Metric => defined(metricSchema.parse(value));
const metricsOf = (value: JsonValue | undefined): Metric[] => z.array(z.json()).parse(value).map(metricOf);
const resultOf = (value: JsonValue | undefined): MetricResult => defined(resultSchema.parse(value));
const runOf = (value: JsonValue | undefined): AnalysisRun => defined(runSchema.parse(value));
const read = <Of extends z.ZodType>(schema: Of, value: JsonValue | undefined) => schema.parse(value);

const amount = z.union([z.number(), z.string()]);

/** How each kind of case is answered. */
export const trafficKinds = {
  approximateWeight: (input) => {
    const one = read(
      z.object({ replicas: z.number(), weight: z.number(), maxWeight: z.number(), maxSurge: z.number() }),
      input,
    );
    return { ...approximateWeight(one.replicas, one.weight, one.maxWeight, one.maxSurge) };
  },
  weightToReplicas: (input) => {
    const one = read(z.object({ replicas: z.number(), weight: z.number(), maxWeight: z.number() }), input);
    return { replicas: weightToReplicas(one.replicas, one.weight, one.maxWeight) };
  },
  canaryReplicas: (input) => {
    const scale = z.object({ replicas: number, weight: number, matchTrafficWeight: flag });
    const { specReplicas, setWeight, setCanaryScale, older, ...rest } = read(
      z.object({
        specReplicas: z.number(),
        setWeight: z.number(),
        maxWeight: z.number(),
        ...{ maxSurge: amount, maxUnavailable: amount, trafficRouting: z.boolean() },
        ...{ promoteFull: flag, abort: flag, setCanaryScale: optional(scale) },
        ...{ abortScaleDownDelaySeconds: number, minPodsPerReplicaSet: number },
        ...{ stable: replicaSet, canary: replicaSet, older: optional(replicaSet) },
      }),
      input,
    );
    const rollout = {
      ...rest,
      replicas: specReplicas,
      weight: setWeight,
      canaryScale: setCanaryScale,
      older,
    };
    return { ...canaryReplicas(defined(rollout)) };
  },
  dynamicStableScale: (input) => {
    const { specReplicas, actualWeights, ...rest } = read(
      z.object({
        ...{ specReplicas: z.number(), abort: flag, maxWeight: z.number(), stepWeights: z.array(z.number()) },
        ...{ currentStep: z.preprocess((value) => value ?? 0, z.number()), minPodsPerReplicaSet: number },
        actualWeights: optional(z.object({ canary: z.number(), stable: z.number() })),
        ...{ stable: optional(replicaSet), canary: optional(replicaSet) },
      }),
      input,
    );
    return { ...dynamicStableScale(defined({ ...rest, replicas: specReplicas, actual: actualWeights })) };
  },
  fenceposts: (input) => {
    const one = read(
      z.object({
        desired: z.number(),
        ...{ maxSurge: optional(amount), maxUnavailable: optional(amount), capUnavailableAtDesired: flag },
      }),
      input,
    );
    const resolve = one.capUnavailableAtDesired ? cappedFenceposts : resolveFenceposts;
    return { ...resolve(one.desired, one.maxSurge ?? 0, one.maxUnavailable ?? 0) };
  },
  metricVerdict: (input) => ({
    phase: metricVerdict(metricOf(input.metric), resultOf(input.result), input.terminating === true),
  }),
  limitVerdict: (input) => ({
    ...(limitVerdict(metricOf(input.metric), resultOf(input.result)) ?? { phase: '', message: '' }),
  }),
  measurementVerdict: ({ result = null, successCondition, failureCondition }) => ({
    ...measurementVerdict(result, {
      success: String(successCondition ?? ''),
      failure: String(failureCondition ?? ''),
    }),
  }),
  runVerdict: (input) => ({
    ...runVerdict(
      runOf(input.run),
      metricsOf(input.metrics),
      new Set(read(z.array(z.string()), input.dryRunMetrics ?? [])),
    ),
  }),
  worse: (input) => ({ worse: isWorse(read(phase, input.current), read(phase, input.new)) }),
  worst: (input) => ({ phase: worst(read(z.array(phase), input.phases)) ?? null }),
  measurementsDue: (input) => ({
    count: measurementsDue(runOf(input.run), metricsOf(input.metrics), now).length,
  }),
  nextMeasurement: (input) => {
    const next = nextMeasurement(runOf(input.run), metricsOf(input.metrics), now);
    return { inSeconds: next === undefined ? null : next - now };
  },
  condition: ({ result = null, condition }) => ({ value: isTrue(String(condition), result) }),
  shiftSequence: (input) => {
    const schema = z.object({
      ...{ iterations: number, stepWeight: number, stepWeights: optional(z.array(z.number())) },
      ...{ maxWeight: number, stepWeightPromotion: number, mirror: flag, threshold: number },
    });
    const ticks = shiftSequence(
      strategyOf(input),
      defined(read(schema, input.analysis)),
      input.metricsPass === true,
    );
    return { ticks: ticks.map((tick) => ({ ...tick })) };
  },
  readiness: (input) => {
    const status = read(
      z.looseObject({
        ...{ desired: number, updated: z.number(), replicas: z.number(), available: z.number() },
        progressDeadlineExceeded: flag,
      }),
      input.status,
    );
    const { observed, unavailableSeconds } = conditionsIn(status);
    return {
      ...readinessOf(
        defined({ ...status, observed, unavailableSeconds }),
        Number(input.deadlineSeconds),
        Number(input.readyThresholdPercent),
      ),
    };
  },
  progressThreshold: (input) => {
    const one = read(
      z.object({
        desired: z.number(),
        ...{ spec: number, available: z.number() },
        threshold: optional(z.object({ type: z.enum(['Percentage', 'Pods']), value: z.number() })),
      }),
      input,
    );
    const set = { spec: one.spec ?? one.desired, available: one.available };
    return { met: isThresholdMet(one.desired, set, one.threshold) };
  },
  rollbackSafety: (input) => {
    const state = z.object({
      phase: z.enum(['Progressing', 'Promoting', 'Finalising']),
      ...{ primary: z.number(), canary: z.number() },
    });
    const ready = { primary: input.primaryReady === true, canary: input.canaryReady === true };
    return { ...rollbackSafety(read(state, input.state), ready) };
  },
} satisfies Record<string, (input: JsonObject) => JsonObject>;
export type TrafficKind = keyof typeof trafficKinds;

function strategyOf({ strategy }: JsonObject): ProgressiveStrategy {
  const names: Record<string, ProgressiveStrategy> = { canary: 'canary', blueGreen: 'blueGreen' };
  return names[String(strategy)] ?? 'abTest';
}

/** Reads what few cases have: the generation of the deployment, and since when too few replicas are available. */
function conditionsIn(status: Record<string, unknown>): { observed: boolean; unavailableSeconds?: number } {
  const entries = Object.entries(status);
  const [, unavailable] = entries.find(([key]) => /unavailable/i.test(key)) ?? [];
  const generation = (pattern: RegExp) => Number(entries.find(([key]) => pattern.test(key))?.[1] ?? 0);
  return {
    observed: generation(/^generation$/i) <= generation(/observedGeneration/i),
    ...(typeof unavailable === 'number' ? { unavailableSeconds: unavailable } : {}),
  };
}
