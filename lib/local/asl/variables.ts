/** Workflow variables. An inner scope reads the variables of the outer scope and keeps its own. */
import type { JsonValue } from '../../model/json.ts';

export type Assignments = { [name: string]: JsonValue };

export class Variables {
  private readonly outer: Variables | undefined;
  /** Never modified in place, so a reference is a snapshot. */
  private own: Assignments;

  constructor(outer?: Variables, own: Assignments = {}) {
    this.outer = outer;
    this.own = own;
  }

  assign(values: Assignments): void {
    this.own = { ...this.own, ...values };
  }

  /** Returns all visible variables. */
  all(): Assignments {
    return this.outer === undefined ? this.own : { ...this.outer.all(), ...this.own };
  }

  /** Returns the strand's own variables. Later assignments don't change them. */
  snapshot(): Assignments {
    return this.own;
  }
}
