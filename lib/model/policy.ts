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
  enforcement: Enforcement;
  resource: string;
  path: string;
  /** The rule's, as it would be said of a violation. */
  message: string;
  /** Dotted paths of the unknown values. */
  unknowns: string[];
}

/**
 * An exception from a rule. `settings`: agreed for the environment, holds at once. `request`: asked for by the
 * request itself, so whoever approves its change approves the exception.
 */
export interface Waiver {
  rule: string;
  /** A logical id, or `ENVIRONMENT/NAME/LOGICALID`; `*` stands for any text. */
  resource: string;
  reason: string;
  /** Who agreed to it; of a request's exception, that is whoever approves the change. */
  approver?: string;
  /** The last day it holds, in UTC (`2027-03-31`), or the instant from which it no longer does. */
  expires: string;
  source: 'settings' | 'request';
}

/** A violation that a waiver excuses; one that still waits for values of run time names them. */
export interface WaivedViolation extends Violation {
  waiver: Waiver;
  unknowns?: string[];
}

/** A resource's own metadata asks to be exempt from a rule it breaks; nothing follows from that but this record. */
export interface SuppressedViolation {
  rule: string;
  resource: string;
  path: string;
  /** As its author wrote it. */
  reason?: string;
}

export interface Verdicts {
  decision: 'allow' | 'deny';
  /** Hash of the plan judged, in what is stored: an allowance is of one plan. */
  planHash?: string;
  /** Hash of all policies judged by. */
  bundleHash: string;
  /** What breaks a rule and is excused by nothing; in mode `warn`, what would have been stopped. */
  violations: Violation[];
  pending: PendingResidual[];
  waived: WaivedViolation[];
  suppressed: SuppressedViolation[];
  /** Ids of the rules that had something to say of what was judged, whatever the verdict; sorted. */
  rules?: string[];
  /** Number of (policy, resource) pairs judged. */
  judged: number;
}

interface Modes {
  policyPacks: readonly { mode: Enforcement }[];
  frameworks: readonly { mode: Enforcement }[];
}

/** Whether all rules of an environment only warn. */
export function onlyWarns({ policyPacks, frameworks }: Modes): boolean {
  return [...policyPacks, ...frameworks].every(({ mode }) => mode === 'warn');
}
