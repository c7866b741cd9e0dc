/**
 * The base class of all errors. `name` is stable: Step Functions matches Retry and Catch on it, because the Lambda
 * runtime reports an error's name as its type.
 */
export class BatonError extends Error {
  override readonly name: string = 'BatonError';
  /** Whether retries are pointless. The state machines retry all other errors. */
  readonly permanent: boolean = false;
}

/** Names of the permanent errors, which the state machines do not retry (statemachines/parts.ts). */
export const permanentErrors = [
  'RunRefused',
  'RunFenced',
  'RunNotSettled',
  'PlanUnsound',
  'DocumentMissing',
  'RecordMissing',
  'GovernanceNotUsable',
  'InputRefused',
  'EventRefused',
  'NoProvider',
] as const;

/**
 * The base class of errors that a retry can't fix. The name of each subclass must be in the list, or it doesn't
 * compile.
 */
export abstract class PermanentError extends BatonError {
  abstract override readonly name: (typeof permanentErrors)[number];
  override readonly permanent = true;
}

/**
 * Tells whether an error code or name means that IAM denied a call: AccessDenied, AccessDeniedException,
 * UnauthorizedOperation.
 */
export function isAccessDenial(code: string): boolean {
  return /^(?:AccessDenied|Unauthorized|NotAuthorized)/.test(code);
}

/** One problem of an input: where it is, what was found, what was expected, and how to fix it. */
export interface Problem {
  /** Path inside the document, such as `Resources.Database.Properties.Engine`. Empty for the document as a whole. */
  path: string;
  /** A sentence with the problem, the received value and the expected value. */
  message: string;
  /** Stable code for the kind of problem, such as `UnknownProperty`, `MissingProperty`, `Cycle` or `Macro`. */
  code: string;
  file?: string;
  /** Line in the file, counted from 1. */
  line?: number;
}

/** The input is invalid. Contains every problem found, not only the first. */
export class InvalidInput extends BatonError {
  override readonly name: string = 'InvalidInput';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** Formats a problem on one line: `file:line path: message`. */
export function describeProblem(problem: Problem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file ?? 'line'}:${problem.line}`;
  return [place, problem.path && `${problem.path}:`, problem.message].filter(Boolean).join(' ');
}
