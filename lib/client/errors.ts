import { BatonError } from '../model/errors.ts';

/** The deployment can't be reached or doesn't take what it is given; the message says how to mend it. */
export class CannotReach extends BatonError {
  override readonly name = 'CannotReach';
}

/** The door said no; `code` is its own name for why. */
export class DoorRefused extends BatonError {
  override readonly name = 'DoorRefused';
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, statusCode: number, message: string) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}
