/** The chain of previousEventIds that one strand writes into the history of its execution. */
import type { EventDetails, History } from './history.ts';

export class Trail {
  private readonly history: History;
  /** The event that the next event follows. */
  last: number;
  /**
   * The event that an EvaluationFailed follows. AWS treats the decision that enters a state and the evaluation as one.
   */
  private decision: number;

  constructor(history: History, last: number) {
    this.history = history;
    this.last = last;
    this.decision = last;
  }

  fork(): Trail {
    return new Trail(this.history, this.last);
  }

  add(type: string, details?: EventDetails): number {
    this.last = this.history.add(type, this.last, details);
    this.decision = this.last;
    return this.last;
  }

  enter(type: string, details: EventDetails): number {
    const before = this.last;
    this.last = this.history.add(type, before, details);
    this.decision = before;
    return this.last;
  }

  /** Continues from an earlier event, as a redriven state does from its entry. */
  goOnFrom(eventId: number): void {
    this.last = eventId;
    this.decision = eventId;
  }

  failEvaluation(details: EventDetails): number {
    this.last = this.history.add('EvaluationFailed', this.decision, details);
    this.decision = this.last;
    return this.last;
  }

  /** Ends the decision that entered the state. A failing evaluation now follows the entry event. */
  settleDecision(): void {
    this.decision = this.last;
  }

  /** Adds an event that no other event follows: the next event has the same predecessor. */
  aside(type: string, details?: EventDetails): number {
    return this.history.add(type, this.last, details);
  }
}
