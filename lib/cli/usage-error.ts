import { BatonError } from '../model/errors.ts';

/** The command line can't be understood or names what is not there; holds every problem found. */
export class UsageError extends BatonError {
  override readonly name = 'UsageError';
  readonly problems: string[];
  /** Command whose help says more. */
  readonly command: string;

  constructor(problems: string[], command = '') {
    super(problems.join('\n'));
    this.problems = problems;
    this.command = command;
  }
}
