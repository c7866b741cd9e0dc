import { PermanentError } from '../model/errors.ts';
import type { RunRecord } from './records.ts';

/** The ledger has no such request, change or run. */
export class RecordMissing extends PermanentError {
  override readonly name = 'RecordMissing';
}

/** The run was settled or taken over. The caller may no longer call a provider. */
export class RunFenced extends PermanentError {
  override readonly name = 'RunFenced';
}

/** A run still has operations in progress, so nothing may be concluded from it yet. */
export class RunNotSettled extends PermanentError {
  override readonly name = 'RunNotSettled';
}

/** @throws RunNotSettled while operations of the run may still be in progress */
export function requireAtRest(run: Pick<RunRecord, 'runId' | 'status'> | undefined): void {
  if (run?.status === 'Running' || run?.status === 'Settling')
    throw new RunNotSettled(`Run ${run.runId} is ${run.status}: what it has in flight is not known yet.`);
}

/** Returns the record. @throws RecordMissing if it is undefined */
export function required<T>(record: T | undefined, what: string): T {
  if (record === undefined) throw new RecordMissing(`The ledger holds no ${what}.`);
  return record;
}
