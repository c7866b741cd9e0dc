import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../../ledger/records.ts';

/** An attempt of a step that failed and was followed, or will be followed, by another. */
export interface Retry {
  /** Of the step in its plan. */
  index: number;
  /** Which attempt failed, counted from 1. */
  attempt: number;
  error: { code: string; message: string };
  atSeconds: number;
  /** When the next attempt is due; absent where only the audit trail tells of this one. */
  nextAtSeconds?: number;
}

/** The retries that were read already: an entry of the audit trail never changes. */
export type KnownRetries = Map<string, Retry>;

/**
 * The retries of a run. The journal of a step holds its latest error alone, until the next attempt starts; the audit trail
 * holds each.
 */
export async function readRetries(
  ledger: Pick<Ledger, 'entry'>,
  { runId, changeId }: Pick<RunRecord, 'runId' | 'changeId'>,
  steps: readonly StepRecord[],
  known: KnownRetries,
): Promise<Retry[]> {
  const wanted = steps.flatMap(({ index, failures = 0 }) =>
    Array.from({ length: failures }, (_, before) => ({ index, attempt: before + 1 })),
  );
  const found = await Promise.all(
    wanted.map(async ({ index, attempt }): Promise<Retry[]> => {
      const key = `StepRetried-${runId}-${index}-${attempt}`;
      const retry = known.get(key) ?? (await retryOf(ledger, changeId, key, { index, attempt }));
      // The last failure of a step that has failed is its end, and no retry.
      if (retry === undefined) return [];
      known.set(key, retry);
      return [{ ...retry, nextAtSeconds: nextAt(steps, retry) }];
    }),
  );
  return found.flat();
}

async function retryOf(
  ledger: Pick<Ledger, 'entry'>,
  changeId: string,
  key: string,
  which: Pick<Retry, 'index' | 'attempt'>,
): Promise<Retry | undefined> {
  const entry = await ledger.entry(changeId, key);
  if (entry === undefined) return undefined;
  const { code, message } = entry.detail;
  return {
    ...which,
    error: { code: String(code), message: String(message) },
    atSeconds: Date.parse(entry.at) / 1000,
  };
}

function nextAt(steps: readonly StepRecord[], { index, attempt }: Retry): number | undefined {
  const record = steps.find((step) => step.index === index);
  return record?.failures === attempt ? record.retryAtSeconds : undefined;
}
