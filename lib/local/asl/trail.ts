/** The chain of previousEventIds that one strand of work writes into its execution's history. */
import type { EventDetails, History } from './history.ts';

export class Trail {
  private readonly history: History;
  /** What the next event follows. */
  last: number;
  /** What an EvaluationFailed follows: AWS takes the decision that enters a state as one with its evaluation. */
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

  /** Goes on from an earlier event, as a redriven state does from its entry. */
  goOnFrom(eventId: number): void {
    this.last = eventId;
    this.decision = eventId;
  }

  failEvaluation(details: EventDetails): number {
    this.last = this.history.add('EvaluationFailed', this.decision, details);
    this.decision = this.last;
    return this.last;
  }

  /** The decision that entered the state is over: a failing evaluation now follows the entry. */
  settleDecision(): void {
    this.decision = this.last;
  }

  /** An event nothing follows: the next one follows what this one follows. */
  aside(type: string, details?: EventDetails): number {
    return this.history.add(type, this.last, details);
  }
}
