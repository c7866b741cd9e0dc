/** Decides which executions can be redriven, and which requests to redrive are repeated. */
import { HISTORY_EVENTS_MAX } from '../asl/history.ts';
import type { DescribedExecution } from './described-execution.ts';

export interface RedriveStatus {
  redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  /** Why the execution can't be redriven. */
  redriveStatusReason?: string;
}

const DAY_MILLIS = 24 * 60 * 60 * 1000;
const REDRIVABLE_MILLIS = 14 * DAY_MILLIS;
const OPEN_MILLIS_MAX = 365 * DAY_MILLIS;

/** Leaves room for ExecutionRedriven and one more event. */
const REDRIVABLE_EVENTS = HISTORY_EVENTS_MAX - 1;

type Reason = [
  applies: (execution: DescribedExecution, now: number) => boolean,
  text: (execution: DescribedExecution) => string,
];

/**
 * The texts are those of "DescribeExecution" (API reference), the rules those of "Redrive eligibility for unsuccessful
 * executions" (Developer Guide). AWS has no text for standalone express executions, which it doesn't describe at all.
 */
const REASONS: Reason[] = [
  [
    ({ status }) => status === 'RUNNING' || status === 'SUCCEEDED',
    ({ status }) => `Execution is ${status} and cannot be redriven`,
  ],
  [
    ({ machineType, mapRunArn }) => machineType === 'EXPRESS' && mapRunArn === undefined,
    () => 'Execution is EXPRESS and cannot be redriven',
  ],
  [
    ({ machineType, history }) => machineType === 'STANDARD' && history.length >= REDRIVABLE_EVENTS,
    () => 'Execution history event limit exceeded',
  ],
  [
    ({ startMillis }, now) => now - startMillis >= OPEN_MILLIS_MAX,
    () => 'Execution has exceeded the max execution time',
  ],
  [
    ({ stopMillis }, now) => now - (stopMillis ?? now) >= REDRIVABLE_MILLIS,
    () => 'Execution redrivable period exceeded',
  ],
];

/**
 * Tells whether the execution can be redriven at `now`, in epoch milliseconds. Map children are redriven by their map
 * run.
 */
export function redriveStatus(execution: DescribedExecution, now: number): RedriveStatus {
  const reason = REASONS.find(([applies]) => applies(execution, now));
  if (reason !== undefined) {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason[1](execution) };
  }
  return { redriveStatus: execution.mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

const TOKENS_KEPT = 10;
const TOKEN_MILLIS = 15 * 60 * 1000;

/** "RedriveExecution" (API reference): the last ten tokens that redrove an execution are valid for 15 minutes. */
export class RedriveTokens {
  private readonly used = new Map<string, Map<string, number>>();

  /** Returns when the token redrove the execution, if the token is still valid. */
  find(executionArn: string, token: string | undefined, now: number): number | undefined {
    const millis = token === undefined ? undefined : this.used.get(executionArn)?.get(token);
    return millis !== undefined && now - millis < TOKEN_MILLIS ? millis : undefined;
  }

  keep(executionArn: string, token: string | undefined, now: number): void {
    if (token === undefined) return;
    const tokens = this.used.get(executionArn) ?? new Map<string, number>();
    tokens.delete(token);
    tokens.set(token, now);
    this.used.set(executionArn, new Map([...tokens].slice(-TOKENS_KEPT)));
  }
}
