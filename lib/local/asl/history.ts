/** An execution's history in AWS's own format ("HistoryEvent", Step Functions API reference). */
import type { JsonValue } from '../../model/json.ts';
import { Cancelled, StateFailure } from './errors.ts';

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

  /** The same history going on, for a redriven execution; this one stays closed to what the old run still does. */
  continued(): History {
    const next = new History(this.now);
    next.list = this.list;
    next.count = this.count;
    return next;
  }

  /** How many events there have been, kept or not. */
  get length(): number {
    return this.count;
  }

  get events(): readonly HistoryEvent[] {
    return this.list;
  }

  /**
   * Returns the new event's id. A closed history takes no more: its execution has ended.
   * @throws StateFailure when the quota leaves no room for anything but an end.
   */
  add(type: string, previousEventId: number, details?: EventDetails): number {
    if (this.closed) throw new Cancelled();
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

  /** Lets go of the events; their number stays. */
  drop(): void {
    this.list = [];
  }
}

const ENDS = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

/** The event as GetExecutionHistory gives it; `timestamp` in epoch seconds. */
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
