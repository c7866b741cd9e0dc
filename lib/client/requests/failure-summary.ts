import type { StepRecord } from '../../ledger/records.ts';
import { forgets } from '../../model/operations.ts';
import type { Operation } from '../../model/plan.ts';
import type { RunState, Snapshot } from './watch-request.ts';

/** A failed step and the provider's error. */
export interface FailedStep {
  resource: string;
  type: string;
  operation: Operation;
  /** The number of attempts. */
  attempts: number;
  error?: { code: string; message: string };
}

/** An effect of a step that was not rolled back. */
export interface Leftover {
  resource: string;
  type: string;
  operation: Operation;
  identifier?: string;
}

/** Why a run failed and what is left of it, so that a person can decide what to do next. */
export interface FailureSummary {
  /** Steps of the run that failed. Empty if the run was stopped. */
  failed: FailedStep[];
  /** Steps of the rollback that failed. */
  rollbackFailed: FailedStep[];
  /** The number of completed steps of the rollback, and the total. Absent without a rollback. */
  rolledBack?: { done: number; of: number };
  /** Whether the request asked to keep the changes of a failed run. */
  kept: boolean;
  left: Leftover[];
}

/** Returns undefined if the request didn't fail in a run. Pure. */
export function failureSummary({ request, run, undo }: Snapshot): FailureSummary | undefined {
  if (run === undefined || (request.status !== 'Failed' && request.status !== 'RolledBack')) return undefined;
  const took = new Map(
    undo === undefined ? [] : effects(undo).map((effect) => [effect.resource, forgets(effect)]),
  );
  const pending = new Set(
    undo?.plan.steps
      .filter((_, index) => statusOf(undo, index) !== 'Succeeded')
      .map(({ resource }) => resource),
  );
  const isLeft = ({ resource }: Leftover) =>
    !took.has(resource) || took.get(resource) === true || pending.has(resource);
  return {
    failed: failedSteps(run),
    rollbackFailed: undo === undefined ? [] : failedSteps(undo),
    ...(undo === undefined
      ? {}
      : {
          rolledBack: {
            done: undo.steps.filter(({ status }) => status === 'Succeeded').length,
            of: undo.plan.steps.length,
          },
        }),
    kept: request.header?.onFailure === 'keep',
    left: effects(run).filter(isLeft),
  };
}

function failedSteps({ plan, steps }: RunState): FailedStep[] {
  return steps.flatMap(({ index, status, error, failures = 1 }) => {
    const step = plan.steps[index];
    if (status !== 'Failed' || step === undefined) return [];
    const { resource, type, operation } = step;
    return [{ resource, type, operation, attempts: Math.max(1, failures), error }];
  });
}

/** Returns the changes of a run: steps that completed, and failed creations that left something. */
function effects({ plan, steps }: RunState): Leftover[] {
  return steps.flatMap((record) => {
    const step = plan.steps[record.index];
    if (step === undefined || !hadEffect(record)) return [];
    const { resource, type, operation } = step;
    return [{ resource, type, operation, identifier: record.identifier ?? step.identifier }];
  });
}

function hadEffect({ status, identifier }: StepRecord): boolean {
  return status === 'Succeeded' || (status === 'Failed' && identifier !== undefined);
}

function statusOf({ steps }: RunState, index: number): StepRecord['status'] | undefined {
  return steps.find((record) => record.index === index)?.status;
}
