import type { ScalingBehavior } from '../../model/scaling-decision.ts';
import { defaultBehavior, type ScaleEvents, withinBehavior } from './behavior.ts';
import { type Limited, type ScaleUpLimit, withinLimits } from './limits.ts';
import { largestProposal, type MetricAnswer } from './several-metrics.ts';
import {
  type PastRecommendation,
  type Stabilized,
  stabilizeBoth,
  stabilizeScaleDown,
} from './stabilization.ts';

export interface ReconcileInput {
  bounds: { min: number; max: number };
  currentReplicas: number;
  /** Asked for only if the metrics count. */
  metrics: () => readonly MetricAnswer[];
  /** Null on the first run: the current size is the first recommendation. */
  recommendations: readonly PastRecommendation[] | null;
  downscaleStabilizationSeconds: number;
  scaleUpLimit: ScaleUpLimit;
  behavior: ScalingBehavior | null;
  events: ScaleEvents;
}

export interface Condition {
  status: 'True' | 'False';
  reason: string;
}

export interface Reconciled {
  replicas: number;
  conditions: { AbleToScale: Condition; ScalingActive?: Condition; ScalingLimited?: Condition };
  recommendations: readonly PastRecommendation[];
}

const rescaled: Condition = { status: 'True', reason: 'SucceededRescale' };
const scaleRead: Condition = { status: 'True', reason: 'SucceededGetScale' };

/** Decides once, as the controller does every 15 seconds: bounds first, then metrics, stabilization and limits. */
export function reconcile(input: ReconcileInput): Reconciled {
  const { currentReplicas: current, bounds } = input;
  const past = input.recommendations ?? [{ replicas: current, ageSeconds: 0 }];
  if (current === 0 && bounds.min !== 0)
    return {
      replicas: 0,
      conditions: { AbleToScale: scaleRead, ScalingActive: { status: 'False', reason: 'ScalingDisabled' } },
      recommendations: past,
    };
  const bound = current > bounds.max ? bounds.max : current < bounds.min ? bounds.min : undefined;
  if (bound !== undefined)
    return { replicas: bound, conditions: { AbleToScale: rescaled }, recommendations: past };

  const answer = largestProposal(input.metrics(), current);
  if ('invalid' in answer)
    return {
      replicas: current,
      conditions: { AbleToScale: scaleRead, ScalingActive: { status: 'False', reason: answer.invalid } },
      recommendations: past,
    };

  const [stable, limited] =
    input.behavior === null ? plain(input, answer.replicas, past) : shaped(input, answer.replicas, past);
  const stabilized = stable.replicas !== answer.replicas;
  const direction = input.behavior !== null && answer.replicas >= current ? 'ScaleUp' : 'ScaleDown';
  const ready: Condition = {
    status: 'True',
    reason: stabilized ? `${direction}Stabilized` : 'ReadyForNewScale',
  };
  return {
    replicas: limited.replicas,
    conditions: {
      AbleToScale: limited.replicas === current ? ready : rescaled,
      ScalingActive: { status: 'True', reason: 'ValidMetricFound' },
      ScalingLimited: {
        status: limited.replicas === stable.replicas ? 'False' : 'True',
        reason: limited.reason,
      },
    },
    recommendations: stable.log,
  };
}

type Shaped = [Stabilized, Limited];

function plain(input: ReconcileInput, desired: number, past: readonly PastRecommendation[]): Shaped {
  const stable = stabilizeScaleDown(desired, past, input.downscaleStabilizationSeconds);
  return [stable, withinLimits(input.currentReplicas, stable.replicas, input.bounds, input.scaleUpLimit)];
}

function shaped(input: ReconcileInput, desired: number, past: readonly PastRecommendation[]): Shaped {
  const behavior = input.behavior ?? defaultBehavior;
  const window = {
    upSeconds: behavior.scaleUp.stabilizationWindowSeconds ?? 0,
    downSeconds: behavior.scaleDown.stabilizationWindowSeconds ?? input.downscaleStabilizationSeconds,
  };
  const stable = stabilizeBoth(input.currentReplicas, desired, past, window);
  return [
    stable,
    withinBehavior(input.currentReplicas, stable.replicas, input.bounds, input.events, behavior),
  ];
}
