/** Workflow variables: an inner scope reads the outer one's and keeps its own. */
import type { JsonValue } from '../../model/json.ts';

export type Assignments = { [name: string]: JsonValue };

export class Variables {
  private readonly outer: Variables | undefined;
  /** Never changed in place: who holds it holds a snapshot. */
  private own: Assignments;

  constructor(outer?: Variables, own: Assignments = {}) {
    this.outer = outer;
    this.own = own;
  }

  assign(values: Assignments): void {
    this.own = { ...this.own, ...values };
  }

  /** All variables in sight. */
  all(): Assignments {
    return this.outer === undefined ? this.own : { ...this.outer.all(), ...this.own };
  }

  /** The strand's own, untouched by later assignments. */
  snapshot(): Assignments {
    return this.own;
  }
}
