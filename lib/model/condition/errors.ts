import { BatonError } from '../errors.ts';

/** A condition can't be read, or can't be evaluated on this value. It is neither true nor false. */
export class ConditionError extends BatonError {
  override readonly name: string = 'ConditionError';
}
