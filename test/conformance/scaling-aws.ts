import * as z from 'zod';
import { withCooldowns } from '../../lib/scaling/aws/cooldown.ts';
import { isInWindow, windowProblem } from '../../lib/scaling/aws/cron-window.ts';
import { failureThreshold, tasksToStart, tasksToStop } from '../../lib/scaling/aws/ecs-deployment.ts';
import { predictedCapacity, predictedMaximum } from '../../lib/scaling/aws/predictive.ts';
import { isSchedule, nextFiring, readSchedule } from '../../lib/scaling/aws/schedule-expression.ts';
import { afterScheduledAction } from '../../lib/scaling/aws/scheduled-action.ts';
import { combinedCapacity } from '../../lib/scaling/aws/several-policies.ts';
import {
  adjustedCapacity,
  afterStep,
  roundedChange,
  stepOf,
  stepsProblem,
} from '../../lib/scaling/aws/step-scaling.ts';
import { backlogTarget, capacityForNeed } from '../../lib/scaling/aws/target-tracking.ts';
import { ecsStrategyProblem } from '../../lib/traffic/aws/ecs-strategy.ts';
import { inPlaceBatches } from '../../lib/traffic/aws/in-place-batches.ts';
import { codeDeployPlans, ecsPlan } from '../../lib/traffic/aws/shift-plan.ts';
import { aliasShares, shareText, weightedAnswers, weightShares } from '../../lib/traffic/aws/weights.ts';
import { type Kind, kind, runCases } from './cases.ts';

const number = z.number();
const optional = z.number().optional();
const steps = z.array(z.object({ lower: number.nullable(), upper: number.nullable(), adjustment: number }));
const adjustmentType = z.enum(['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity']);
const bounds = { min: optional, max: optional, minAdjustmentMagnitude: optional };
const window = z.object({
  timezone: z.string().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  desiredReplicas: z.union([z.string(), number]).optional(),
});
const shift = z.object({
  strategy: z.string().default('ROLLING'),
  canaryPercent: optional,
  canaryBakeTimeInMinutes: optional,
  stepPercent: optional,
  stepBakeTimeInMinutes: optional,
  bakeTimeInMinutes: optional,
});

/** The form of a time in the cases, without fractions of a second. */
const shown = (instant: number) => new Date(instant).toISOString().replace('.000', '');

function firings(expression: string, timezone: string, after: string, count: number): string[] {
  const schedule = readSchedule(expression, 'application-autoscaling');
  const times: string[] = [];
  let at: number | undefined = Date.parse(after);
  while (times.length < count) {
    at = nextFiring(schedule, timezone, at);
    if (at === undefined) break;
    times.push(shown(at));
  }
  return times;
}

const scalingKinds: Record<string, Kind> = {
  scheduleExpression: kind(
    z.object({
      service: z.enum(['events', 'scheduler', 'application-autoscaling', 'autoscaling']),
      expression: z.string(),
    }),
    ({ service, expression }) => ({ valid: isSchedule(expression, service) }),
  ),
  cronNext: kind(
    z.object({ expression: z.string(), timezone: z.string(), after: z.string(), count: number }),
    ({ expression, timezone, after, count }) => ({ times: firings(expression, timezone, after, count) }),
  ),
  cronWindowValidity: kind(window, (input) => ({ valid: windowProblem(input) === undefined })),
  cronWindow: kind(z.object({ ...window.shape, at: z.string() }), (input) => {
    const active = isInWindow(input, Date.parse(input.at));
    return { active, replicas: active ? Number(input.desiredReplicas) : 0 };
  }),
  stepValidity: kind(z.object({ steps }), (input) => ({ valid: stepsProblem(input.steps) === undefined })),
  stepSelect: kind(
    z.object({ threshold: number, metric: number, direction: z.enum(['out', 'in']).optional(), steps }),
    ({ steps, threshold, metric, direction }) => ({
      adjustmentPercent: stepOf(steps, threshold, metric, direction)?.adjustment ?? null,
    }),
  ),
  stepAdjustment: kind(
    z.object({ ...bounds, current: number, adjustmentType, adjustment: number }),
    ({ current, adjustmentType: type, minAdjustmentMagnitude: minMagnitude, ...rest }) => ({
      capacity: adjustedCapacity(current, { ...rest, type, minMagnitude }),
    }),
  ),
  stepSequence: kind(
    z.object({
      ...bounds,
      threshold: number,
      adjustmentType,
      scaleOut: steps,
      scaleIn: steps,
      capacity: number,
      metrics: z.array(number),
      warmedUpBetween: z.boolean(),
    }),
    ({ adjustmentType: type, minAdjustmentMagnitude: minMagnitude, capacity: start, ...input }) => {
      let capacity = start;
      let warming = 0;
      const capacities = input.metrics.map((metric) => {
        const next = afterStep({ ...input, type, minMagnitude }, { capacity, warming }, metric);
        warming = input.warmedUpBetween ? 0 : warming + Math.max(0, next - capacity);
        capacity = next;
        return next;
      });
      return { capacities };
    },
  ),
  percentRounding: kind(z.object({ change: number }), ({ change }) => ({ change: roundedChange(change) })),
  cooldown: kind(
    z.object({
      capacity: number,
      cooldownSeconds: number.default(300),
      scaleOutCooldownSeconds: optional,
      scaleInCooldownSeconds: optional,
      events: z.array(z.object({ at: number, change: number })),
    }),
    ({ capacity, cooldownSeconds, events, ...own }) => ({
      capacities: withCooldowns(
        capacity,
        {
          outSeconds: own.scaleOutCooldownSeconds ?? cooldownSeconds,
          inSeconds: own.scaleInCooldownSeconds ?? cooldownSeconds,
        },
        events,
      ),
    }),
  ),
  targetTracking: kind(
    z.object({ current: number, needed: number.nullable().default(null) }),
    ({ current, needed }) => ({
      capacity: capacityForNeed(current, needed),
    }),
  ),
  multiplePolicies: kind(
    z.object({
      current: number,
      policies: z.array(z.object({ want: number.nullable(), scaleInDisabled: z.boolean().optional() })),
    }),
    ({ current, policies }) => ({ capacity: combinedCapacity(current, policies) }),
  ),
  scheduledAction: kind(
    z.object({
      current: number,
      min: optional,
      max: optional,
      action: z.object({ min: optional, max: optional, desired: optional }),
    }),
    ({ current, action, ...bounds }) => ({ capacity: afterScheduledAction(current, action, bounds) }),
  ),
  predictiveHour: kind(
    z.object({ current: number, predicted: number, min: number, max: number }),
    (input) => ({
      capacity: predictedCapacity(input),
    }),
  ),
  predictiveBuffer: kind(
    z.object({
      predicted: number,
      max: number,
      mayExceedMax: z.boolean().default(true),
      bufferPercent: number.default(0),
    }),
    (input) => ({ effectiveMax: predictedMaximum(input) }),
  ),
  backlogTarget: kind(z.object({ acceptableLatencySeconds: number, secondsPerMessage: number }), (input) => ({
    target: backlogTarget(input.acceptableLatencySeconds, input.secondsPerMessage),
  })),
  ecsMinimumHealthy: kind(z.object({ desired: number, minimumHealthyPercent: number }), (input) => ({
    mayStop: tasksToStop(input.desired, input.minimumHealthyPercent),
  })),
  ecsMaximum: kind(z.object({ desired: number, maximumPercent: number }), (input) => ({
    mayStart: tasksToStart(input.desired, input.maximumPercent),
  })),
  ecsCircuitBreaker: kind(z.object({ desired: number }), ({ desired }) => ({
    failureThreshold: failureThreshold(desired),
  })),
};

const trafficKinds: Record<string, Kind> = {
  shiftPlan: kind(z.object({ ...shift.shape, configuration: z.string().optional() }), (input) => {
    if (input.configuration === undefined) return ecsPlan(input);
    const plan = codeDeployPlans.get(input.configuration);
    if (plan === undefined) throw new RangeError(`no configuration ${input.configuration} is predefined`);
    return plan;
  }),
  ecsStrategyValidity: kind(shift, (input) => ({ valid: ecsStrategyProblem(input) === undefined })),
  weightedAnswers: kind(
    z.object({
      records: z.array(z.object({ weight: number, health: z.enum(['healthy', 'unhealthy']).nullable() })),
    }),
    ({ records }) => ({ answers: weightedAnswers(records) }),
  ),
  weightShare: kind(
    z.object({ weights: z.array(number).optional(), additionalVersionWeight: optional }),
    ({ weights, additionalVersionWeight }) => ({
      shares: (weights === undefined ? aliasShares(additionalVersionWeight ?? 0) : weightShares(weights)).map(
        shareText,
      ),
    }),
  ),
  inPlaceBatches: kind(z.object({ configuration: z.string(), instances: number }), (input) => {
    const plan = inPlaceBatches(input.configuration, input.instances);
    return { ...plan, atATime: plan.atOnce, batchSize: plan.atOnce };
  }),
};

export const awsKinds: Record<string, Kind> = { ...scalingKinds, ...trafficKinds };

const usage = `usage: npm run conformance -- scaling-aws FILE...
FILE  JSON: [{id, kind, source, input, expected}], kinds ${Object.keys(awsKinds).join(', ')}`;

/** Answers every case as AWS documents it, and prints each difference and `N of M`. */
export async function run(files: string[]): Promise<number> {
  return runCases(awsKinds, files, usage);
}
