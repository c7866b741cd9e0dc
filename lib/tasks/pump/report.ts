import { isAccessDenial } from '../../model/errors.ts';
import { isFinal } from '../../model/run.ts';
import { seconds } from './outcomes.ts';
import type { RunView } from './run-view.ts';

/** What a tick reports for its log line and metrics. No state reads it. */
export interface TickReport {
  requestId: string;
  scope: string;
  /** How long the step that waits longest for the rate budget has been ready. */
  lagSeconds: number;
  /** Number of steps in this tick that policy denied, and that IAM denied to the provisioning role. */
  deniedByPolicy: number;
  deniedByIam: number;
}

/** Returns the steps that have ended, by index. */
export function endedSteps({ steps }: RunView): Set<number> {
  return new Set(steps.filter(({ status }) => isFinal(status)).map(({ index }) => index));
}

/**
 * @param endedBefore steps that had ended when the tick began
 * @param held steps that are ready but delayed by the budget or a retry
 */
export function reportOf(
  view: RunView,
  { endedBefore, held, now }: { endedBefore: ReadonlySet<number>; held: readonly number[]; now: string },
): TickReport {
  const codes = view.steps.flatMap(({ index, status, error }) =>
    status === 'Failed' && error !== undefined && !endedBefore.has(index) ? [error.code] : [],
  );
  return {
    requestId: view.run.requestId,
    scope: view.plan.scope,
    lagSeconds: Math.max(0, ...held.map((index) => seconds(now) - readySince(view, index))),
    deniedByPolicy: codes.filter((code) => code === 'PolicyDenied').length,
    deniedByIam: codes.filter(isAccessDenial).length,
  };
}

/** Returns when a step became ready: when the run began, a dependency ended, or a retry's delay passed. */
function readySince({ run, graph, steps }: RunView, index: number): number {
  const needs = (graph.dependencies[index] ?? []).map((need) => steps[need]?.finishedAtSeconds ?? 0);
  return Math.max(seconds(run.startedAt), steps[index]?.retryAtSeconds ?? 0, ...needs);
}
