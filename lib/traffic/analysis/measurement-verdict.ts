import { isTrue } from '../../model/condition/condition.ts';
import { ConditionError } from '../../model/condition/errors.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Phase } from './phase.ts';

/** The conditions of a metric on the value that was measured, such as `result < 0.01`. */
export interface Conditions {
  success?: string;
  failure?: string;
}

export interface MeasurementVerdict {
  phase: Phase;
  /** Why a condition could not be evaluated. */
  message?: string;
}

/**
 * Returns the phase of one measurement. With one condition, the other is its negation. If both are true, the
 * measurement failed; if neither is, it is inconclusive. A condition that can't be evaluated, for example because
 * there is no data, is an error and never a success (Argo Rollouts, utils/evaluate/evaluate.go).
 */
export function measurementVerdict(result: JsonValue, conditions: Conditions): MeasurementVerdict {
  try {
    const succeeded = conditions.success ? isTrue(conditions.success, result) : undefined;
    const failed = conditions.failure ? isTrue(conditions.failure, result) : undefined;
    const fails = failed === undefined ? succeeded === false : failed;
    if (fails) return { phase: 'Failed' };
    return { phase: succeeded === false ? 'Inconclusive' : 'Successful' };
  } catch (error) {
    if (error instanceof ConditionError) return { phase: 'Error', message: error.message };
    throw error;
  }
}
