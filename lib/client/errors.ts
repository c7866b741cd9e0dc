import { BatonError } from '../model/errors.ts';

/** The deployment can't be reached or rejects the call. The message says how to fix it. */
export class CannotReach extends BatonError {
  override readonly name = 'CannotReach';
}

/** The front door refused the request. `code` is its reason. */
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
