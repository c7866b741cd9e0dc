/**
 * The root of every error family. `name` is contract: Step Functions matches Retry and Catch on it,
 * since the Lambda runtime reports an error's name as its type.
 */
export class BatonError extends Error {
  override readonly name: string = 'BatonError';
}

/** Whether a code, or the name of an error, is how IAM denies a call: AccessDenied, AccessDeniedException, UnauthorizedOperation. */
export function isAccessDenial(code: string): boolean {
  return /^(?:AccessDenied|Unauthorized|NotAuthorized)/.test(code);
}

/** One thing wrong with an input: where it stands, what was found, what was expected, how to mend it. */
export interface Problem {
  /** Path inside the document, `Resources.Database.Properties.Engine`; empty for the document as a whole. */
  path: string;
  /** A sentence for people: the problem, the value received, what was expected. */
  message: string;
  /** Stable word for the kind of problem, e.g. `UnknownProperty`, `MissingProperty`, `Cycle`, `Macro`. */
  code: string;
  file?: string;
  /** Line in the file, counted from 1. */
  line?: number;
}

/** The input can't be carried out as written; holds every problem found, not only the first. */
export class InvalidInput extends BatonError {
  override readonly name: string = 'InvalidInput';
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** One line for a problem: `file:line path: message`. */
export function describeProblem(problem: Problem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file ?? 'line'}:${problem.line}`;
  return [place, problem.path && `${problem.path}:`, problem.message].filter(Boolean).join(' ');
}
