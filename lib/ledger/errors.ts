import { BatonError } from '../model/errors.ts';
import type { RunRecord } from './records.ts';

/** The ledger holds no such request, change or run. */
export class RecordMissing extends BatonError {
  override readonly name = 'RecordMissing';
}

/** The run has been settled or taken over: who gets this may call no provider any more. */
export class RunFenced extends BatonError {
  override readonly name = 'RunFenced';
}

/** A run that should be at rest is not: nothing may be concluded from it yet. */
export class RunNotSettled extends BatonError {
  override readonly name = 'RunNotSettled';
}

/** @throws RunNotSettled while operations of the run may still be under way */
export function requireAtRest(run: Pick<RunRecord, 'runId' | 'status'> | undefined): void {
  if (run?.status === 'Running' || run?.status === 'Settling')
    throw new RunNotSettled(`Run ${run.runId} is ${run.status}: what it has in flight is not known yet.`);
}

/** What was looked up. @throws RecordMissing where there is none */
export function required<T>(record: T | undefined, what: string): T {
  if (record === undefined) throw new RecordMissing(`The ledger holds no ${what}.`);
  return record;
}
