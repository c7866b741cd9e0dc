import type { JsonValue } from './json.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';
export type Enforcement = 'enforce' | 'warn';

/** One rule broken by one resource. */
export interface Violation {
  rule: string;
  severity: Severity;
  enforcement: Enforcement;
  /** Logical id. */
  resource: string;
  /** Path of what breaks the rule inside the resource, `Properties.SecurityGroupIngress.0`. */
  path: string;
  message: string;
  remedy?: string;
  value?: JsonValue;
}

/** A rule whose verdict waits for values known only at run time; judged again at the provider call. */
export interface PendingResidual {
  rule: string;
  severity: Severity;
  resource: string;
  path: string;
  /** Dotted paths of the unknown values. */
  unknowns: string[];
}

export interface Verdicts {
  decision: 'allow' | 'deny';
  /** Hash of all policies judged by. */
  bundleHash: string;
  violations: Violation[];
  pending: PendingResidual[];
  /** Number of (policy, resource) pairs judged. */
  judged: number;
}
