import type { JsonValue } from './json.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';
export type Enforcement = 'enforce' | 'warn';

/** One rule that one resource violates. */
export interface Violation {
  rule: string;
  severity: Severity;
  enforcement: Enforcement;
  /** Logical id. */
  resource: string;
  /** Path of the violation inside the resource, such as `Properties.SecurityGroupIngress.0`. */
  path: string;
  message: string;
  remedy?: string;
  value?: JsonValue;
}

/** A rule that waits for values known only at run time. It is evaluated again at the provider call. */
export interface PendingResidual {
  rule: string;
  severity: Severity;
  enforcement: Enforcement;
  resource: string;
  path: string;
  /** The message of the rule, as for a violation. */
  message: string;
  /** Dotted paths of the unknown values. */
  unknowns: string[];
}

/**
 * An exception from a rule. `settings`: agreed for the environment, applies at once. `request`: asked for by the
 * request, so that the approval of its change includes the exception.
 */
export interface Waiver {
  rule: string;
  /** A logical id, or `ENVIRONMENT/NAME/LOGICALID`. `*` matches any text. */
  resource: string;
  reason: string;
  /** Who approved it. For an exception in a request, the approver of its change. */
  approver?: string;
  /** The last day on which it applies, in UTC (`2027-03-31`), or the instant at which it ends. */
  expires: string;
  source: 'settings' | 'request';
}

/** A violation that a waiver exempts from. One that still waits for runtime values names them. */
export interface WaivedViolation extends Violation {
  waiver: Waiver;
  unknowns?: string[];
}

/** A violation that the resource's own metadata suppresses. It is recorded without effect. */
export interface SuppressedViolation {
  rule: string;
  resource: string;
  path: string;
  /** As its author wrote it. */
  reason?: string;
}

export interface Verdicts {
  decision: 'allow' | 'deny';
  /** In stored verdicts, the hash of the evaluated plan: the verdicts apply to one plan. */
  planHash?: string;
  /** Hash of all evaluated policies. */
  bundleHash: string;
  /** Violations without a waiver. In mode `warn`, what would have been stopped. */
  violations: Violation[];
  pending: PendingResidual[];
  waived: WaivedViolation[];
  suppressed: SuppressedViolation[];
  /** Sorted ids of the rules that applied, with any verdict. */
  rules?: string[];
  /** Number of evaluated (policy, resource) pairs. */
  judged: number;
}

interface Modes {
  policyPacks: readonly { mode: Enforcement }[];
  frameworks: readonly { mode: Enforcement }[];
}

/** Tells whether all rules of an environment only warn. */
export function onlyWarns({ policyPacks, frameworks }: Modes): boolean {
  return [...policyPacks, ...frameworks].every(({ mode }) => mode === 'warn');
}
