import { BatonError, type Problem } from '../../model/errors.ts';

/** The response of a function URL: "Invoking Lambda function URLs, response payload format", Lambda Developer Guide. */
export interface DoorAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** The front door refuses a call. The response says why. */
export class DoorRefusal extends BatonError {
  override readonly name = 'DoorRefusal';
  readonly statusCode: number;
  readonly code: string;
  readonly problems: Problem[] | undefined;

  constructor(statusCode: number, code: string, message: string, problems?: Problem[]) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.problems = problems;
  }
}

export function answer(statusCode: number, body: unknown): DoorAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode, headers, body: JSON.stringify(body) };
}

export function refusal({ statusCode, code, message, problems }: DoorRefusal): DoorAnswer {
  return answer(statusCode, { error: { code, message, ...(problems === undefined ? {} : { problems }) } });
}
