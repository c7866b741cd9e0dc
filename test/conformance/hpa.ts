import * as z from 'zod';
import type { ScalingRules } from '../../lib/model/scaling-decision.ts';
import { behaviorLimit, defaultBehavior, withinBehavior } from '../../lib/scaling/hpa/behavior.ts';
import { externalMetricReplicas } from '../../lib/scaling/hpa/external-metrics.ts';
import { groupPods } from '../../lib/scaling/hpa/group-pods.ts';
import { scaleUpLimit, withinLimits } from '../../lib/scaling/hpa/limits.ts';
import { podMetricReplicas } from '../../lib/scaling/hpa/pod-metrics.ts';
import { sum } from '../../lib/scaling/hpa/ratio.ts';
import { reconcile } from '../../lib/scaling/hpa/reconcile.ts';
import { changeInPeriod, withScaleEvent } from '../../lib/scaling/hpa/scale-events.ts';
import type { MetricAnswer } from '../../lib/scaling/hpa/several-metrics.ts';
import { stabilizeBoth, stabilizeScaleDown } from '../../lib/scaling/hpa/stabilization.ts';
import { MetricError, type PodSample, type ReplicaProposal } from '../../lib/scaling/hpa/types.ts';
import { type Case, type Kind, kind, runCases } from './cases.ts';

const events = z.array(z.object({ change: z.number(), ageSeconds: z.number() }));
const recommendations = z.array(z.object({ replicas: z.number(), ageSeconds: z.number() }));
const rules = z.object({
  stabilizationWindowSeconds: z.number().optional(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
  policies: z
    .array(z.object({ type: z.enum(['Pods', 'Percent']), value: z.number(), periodSeconds: z.number() }))
    .default([]),
  tolerance: z.number().optional(),
});
const bounds = { minReplicas: z.number(), maxReplicas: z.number() };
const limit = { scaleUpLimitFactor: z.number(), scaleUpLimitMinimum: z.number() };
const podRules = { cpuInitializationPeriodSeconds: z.number(), initialReadinessDelaySeconds: z.number() };
const pods = z.array(
  z.object({
    name: z.string(),
    phase: z.string(),
    deleting: z.boolean().optional(),
    ready: z.boolean().nullable(),
    startAgeSeconds: z.number().nullable(),
    readyTransitionAgeSeconds: z.number().nullable(),
    containerRequestsMilli: z.array(z.number().nullable()).optional(),
  }),
);
const samples = z.array(
  z.object({
    pod: z.string().optional(),
    valueMilli: z.number().optional(),
    containerValuesMilli: z.array(z.number()).optional(),
    ageSeconds: z.number().default(0),
    windowSeconds: z.number().default(0),
  }),
);
const metric = z.object({
  type: z.string(),
  name: z.string(),
  error: z.string().optional(),
  target: z.object({
    averageUtilizationPercent: z.number().optional(),
    averageValueMilli: z.number().optional(),
    valueMilli: z.number().optional(),
  }),
});
const calculation = z.object({
  ...podRules,
  tolerance: z.number(),
  currentReplicas: z.number(),
  pods,
  metric,
  samples,
});

/** Returns the replicas that one metric asks for. */
function calculate(input: z.output<typeof calculation>): ReplicaProposal {
  const { metric, pods, currentReplicas, tolerance } = input;
  const values = input.samples.map(({ pod = '', valueMilli, containerValuesMilli = [], ...rest }) => ({
    ...rest,
    pod,
    valueMilli: valueMilli ?? sum(containerValuesMilli),
  }));
  if (metric.error !== undefined) throw new MetricError(metric.error);
  if (metric.type === 'Object' || metric.type === 'External') {
    if (values.length === 0) throw new MetricError('no value was reported; expected one');
    const valueMilli = sum(values.map((value) => value.valueMilli));
    return externalMetricReplicas({
      target: metric.target,
      valueMilli,
      pods,
      currentReplicas,
      statusReplicas: currentReplicas,
      tolerance,
    });
  }
  const resource = metric.type === 'Pods' ? '' : metric.name;
  return podMetricReplicas({
    resource,
    target: metric.target,
    pods,
    samples: values,
    currentReplicas,
    tolerance,
    rules: input,
  });
}

const reconciliation = z.object({
  ...podRules,
  ...bounds,
  ...limit,
  tolerance: z.number(),
  specReplicas: z.number(),
  statusReplicas: z.number(),
  downscaleStabilizationSeconds: z.number(),
  behavior: z.object({ scaleUp: rules.optional(), scaleDown: rules.optional() }).nullable(),
  metrics: z.array(metric),
  pods,
  reportedLevelsMilli: z.array(z.number()),
  sampleAgeSeconds: z.number(),
  sampleWindowSeconds: z.number(),
  recommendations: recommendations.nullable(),
  scaleUpEvents: events.default([]),
  scaleDownEvents: events.default([]),
});
type Reconciliation = z.output<typeof reconciliation>;

const knownTypes = ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'];

/** The levels are the samples of the pods in order; of Object the first, of External the sum. */
function answerOf(input: Reconciliation, metric: Reconciliation['metrics'][number]): MetricAnswer {
  const { name, type } = metric;
  if (!knownTypes.includes(type)) return { name, invalid: 'InvalidMetricSourceType' };
  const age = { ageSeconds: input.sampleAgeSeconds, windowSeconds: input.sampleWindowSeconds };
  const levels = type === 'Object' ? input.reportedLevelsMilli.slice(0, 1) : input.reportedLevelsMilli;
  const values: PodSample[] = levels.map((valueMilli, at) => ({ ...age, pod: `test-pod-${at}`, valueMilli }));
  try {
    const { replicas } = calculate({
      ...input,
      currentReplicas: input.specReplicas,
      metric,
      samples: values,
    });
    return { name, replicas };
  } catch (error) {
    if (error instanceof MetricError) return { name, invalid: `FailedGet${type}Metric` };
    throw error;
  }
}

/** Arktos is Kubernetes of 1.15, where a minimum of 0 counts as 1. All other sources know HPAScaleToZero. */
function minimum(minReplicas: number, source: Case['source']): number {
  return source.repo.endsWith('/arktos') ? Math.max(1, minReplicas) : minReplicas;
}

function completed(own: ScalingRules | undefined, defaults: ScalingRules): ScalingRules {
  return { ...defaults, ...own, policies: own?.policies.length ? own.policies : defaults.policies };
}

export const hpaKinds: Record<string, Kind> = {
  replicaCalculator: kind(calculation, calculate),
  groupPods: kind(z.object({ ...podRules, resource: z.string(), pods, samples }), (input) => {
    const values = input.samples.map(({ pod = '', valueMilli = 0, ...rest }) => ({
      ...rest,
      pod,
      valueMilli,
    }));
    const groups = groupPods(input.pods, values, input.resource, input);
    // The cases call unready pods "ignored", as versions before 2023 did.
    return { readyPodCount: groups.readyPodCount, ignored: groups.unready, missing: groups.missing };
  }),
  changeInPeriod: kind(z.object({ periodSeconds: z.number(), events }), (input) => ({
    change: changeInPeriod(input.events, input.periodSeconds),
  })),
  scaleEvents: kind(
    z.object({
      previousReplicas: z.number(),
      newReplicas: z.number(),
      periodSeconds: z.number(),
      rules: rules.nullable(),
      events,
    }),
    ({ previousReplicas, newReplicas, periodSeconds, rules, events }) => ({
      changeInPeriodBefore: changeInPeriod(events, periodSeconds),
      events: withScaleEvent(events, Math.abs(newReplicas - previousReplicas), rules).map((event) => ({
        change: event.change,
        outdated: event.outdated ?? false,
      })),
    }),
  ),
  stabilization: kind(
    z.object({
      mode: z.enum(['behavior', 'downscaleOnly']),
      currentReplicas: z.number().default(0),
      desiredReplicas: z.number(),
      downscaleStabilizationSeconds: z.number().default(0),
      scaleUpStabilizationSeconds: z.number().default(0),
      scaleDownStabilizationSeconds: z.number().default(0),
      recommendations,
    }),
    (input) => {
      const { desiredReplicas: desired, recommendations: past } = input;
      const window = {
        upSeconds: input.scaleUpStabilizationSeconds,
        downSeconds: input.scaleDownStabilizationSeconds,
      };
      const { replicas, log } =
        input.mode === 'behavior'
          ? stabilizeBoth(input.currentReplicas, desired, past, window)
          : stabilizeScaleDown(desired, past, input.downscaleStabilizationSeconds);
      return { replicas, log: log.map((entry) => entry.replicas), logLength: log.length };
    },
  ),
  behaviorLimit: kind(
    z.object({
      direction: z.enum(['up', 'down']),
      currentReplicas: z.number(),
      scaleUpEvents: events,
      scaleDownEvents: events,
      rules,
    }),
    ({ direction, currentReplicas, scaleUpEvents: up, scaleDownEvents: down, rules }) => ({
      limit: behaviorLimit(direction, currentReplicas, { up, down }, rules),
    }),
  ),
  behavior: kind(
    z.object({
      ...bounds,
      currentReplicas: z.number(),
      desiredReplicas: z.number(),
      scaleUp: rules,
      scaleDown: rules,
      scaleUpEvents: events,
      scaleDownEvents: events,
    }),
    ({ scaleUpEvents: up, scaleDownEvents: down, ...input }) =>
      withinBehavior(input.currentReplicas, input.desiredReplicas, boundsOf(input), { up, down }, input),
  ),
  limits: kind(
    z.object({ ...bounds, ...limit, currentReplicas: z.number(), desiredReplicas: z.number() }),
    (input, source) => {
      const range = { ...boundsOf(input), min: minimum(input.minReplicas, source) };
      return withinLimits(input.currentReplicas, input.desiredReplicas, range, limitOf(input));
    },
  ),
  upscaleCap: kind(z.object({ ...limit, currentReplicas: z.number() }), (input) => ({
    limit: scaleUpLimit(input.currentReplicas, limitOf(input)),
  })),
  reconcile: kind(reconciliation, (input, source) =>
    reconcile({
      bounds: { ...boundsOf(input), min: minimum(input.minReplicas, source) },
      currentReplicas: input.specReplicas,
      metrics: () => input.metrics.map((metric) => answerOf(input, metric)),
      recommendations: input.recommendations,
      downscaleStabilizationSeconds: input.downscaleStabilizationSeconds,
      scaleUpLimit: limitOf(input),
      behavior: input.behavior && {
        scaleUp: completed(input.behavior.scaleUp, defaultBehavior.scaleUp),
        scaleDown: completed(input.behavior.scaleDown, defaultBehavior.scaleDown),
      },
      events: { up: input.scaleUpEvents, down: input.scaleDownEvents },
    }),
  ),
};

function boundsOf(input: { minReplicas: number; maxReplicas: number }): { min: number; max: number } {
  return { min: input.minReplicas, max: input.maxReplicas };
}

function limitOf(input: { scaleUpLimitFactor: number; scaleUpLimitMinimum: number }) {
  return { factor: input.scaleUpLimitFactor, minimum: input.scaleUpLimitMinimum };
}

const usage = `usage: npm run conformance -- hpa FILE...
FILE  JSON: [{id, kind, source, input, expected}], kinds ${Object.keys(hpaKinds).join(', ')}`;

/** Decides every case as the Kubernetes HPA does, and prints each difference and `N of M`. */
export async function run(files: string[]): Promise<number> {
  return runCases(hpaKinds, files, usage);
}
