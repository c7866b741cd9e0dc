import { BatonError } from '../model/errors.ts';

/** The command line is invalid or names something that doesn't exist. Contains every problem found. */
export class UsageError extends BatonError {
  override readonly name = 'UsageError';
  readonly problems: string[];
  /** The command to show help for. */
  readonly command: string;

  constructor(problems: string[], command = '') {
    super(problems.join('\n'));
    this.problems = problems;
    this.command = command;
  }
}
