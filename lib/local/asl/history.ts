/** The history of an execution in AWS's own format ("HistoryEvent", Step Functions API reference). */
import type { JsonValue } from '../../model/json.ts';
import { Canceled, StateFailure } from './errors.ts';

/** "Avoid reaching the history quota": event 25,000 is either ExecutionSucceeded or ExecutionFailed. */
export const HISTORY_EVENTS_MAX = 25_000;

export type EventDetails = { [field: string]: JsonValue | undefined };

export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** Epoch milliseconds. */
  timestamp: number;
  type: string;
  details?: EventDetails;
}

export class History {
  private list: HistoryEvent[] = [];
  private count = 0;
  private closed: boolean = false;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /**
   * Returns a history that continues this one, for a redriven execution. This one then ignores events from the old run.
   */
  continued(): History {
    const next = new History(this.now);
    next.list = this.list;
    next.count = this.count;
    return next;
  }

  /** The number of events, including dropped ones. */
  get length(): number {
    return this.count;
  }

  get events(): readonly HistoryEvent[] {
    return this.list;
  }

  /**
   * Returns the id of the new event. A closed history ignores it, because its execution has ended.
   * @throws StateFailure if the quota leaves room only for the final event
   */
  add(type: string, previousEventId: number, details?: EventDetails): number {
    if (this.closed) throw new Canceled();
    if (this.count >= HISTORY_EVENTS_MAX - 1 && !ENDS.has(type)) {
      throw new StateFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${HISTORY_EVENTS_MAX}).`,
      );
    }
    this.count += 1;
    const event: HistoryEvent = { id: this.count, previousEventId, timestamp: this.now(), type };
    if (details !== undefined) event.details = details;
    this.list.push(event);
    return this.count;
  }

  close(): void {
    this.closed = true;
  }

  /** Frees the events. Their number is kept. */
  drop(): void {
    this.list = [];
  }
}

const ENDS = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

/** Returns an event as GetExecutionHistory does, with `timestamp` in epoch seconds. */
export function wireEvent(event: HistoryEvent, includeExecutionData: boolean): { [field: string]: unknown } {
  const { details, timestamp, ...rest } = event;
  const wire: { [field: string]: unknown } = { timestamp: timestamp / 1000, ...rest };
  if (details === undefined) return wire;
  const kept = Object.entries(details).filter(
    ([field, value]) => value !== undefined && (includeExecutionData || !DATA_FIELDS.has(field)),
  );
  wire[detailsField(event.type)] = Object.fromEntries(kept);
  return wire;
}

const DATA_FIELDS = new Set(['input', 'output', 'parameters', 'assignedVariables']);

function detailsField(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
