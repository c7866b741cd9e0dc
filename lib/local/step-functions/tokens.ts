/** Task tokens: callback tasks open them, and SendTask* calls complete them. */
import { createHash } from 'node:crypto';
import { Data } from '../asl/data.ts';
import type { TokenOutcome, TokenPort } from '../asl/engine.ts';
import { ApiError, invalidOutput, invalidToken } from './errors.ts';

type Open = { outcome: (outcome: TokenOutcome) => void; heartbeat: () => void };

const SHAPE = /^AQ[A-Za-z0-9_-]+$/;

/**
 * A token contains its number and a seal, so closed tokens and forged tokens can be told apart without storing them.
 */
export class Tokens implements TokenPort {
  private readonly open_ = new Map<string, Open>();
  private readonly secret: string;
  private issued = 0;

  constructor(random: () => number) {
    this.secret = String(random());
  }

  open(on: Open): { token: string; close(): void } {
    this.issued += 1;
    const token = this.write(this.issued);
    this.open_.set(token, on);
    return { token, close: () => this.open_.delete(token) };
  }

  /** The open tokens, oldest first. */
  get openTokens(): string[] {
    return [...this.open_.keys()];
  }

  /** @throws ApiError InvalidToken, TaskDoesNotExist, TaskTimedOut, InvalidOutput */
  succeed(token: string, output: string): void {
    const task = this.find(token);
    let data: Data;
    try {
      data = Data.parse(output);
    } catch (error) {
      throw invalidOutput((error as Error).message);
    }
    if (data.isTooLarge) throw invalidOutput('it is larger than 262144 bytes');
    this.open_.delete(token);
    task.outcome({ output: data });
  }

  /** @throws ApiError InvalidToken, TaskDoesNotExist, TaskTimedOut */
  fail(token: string, error: string | undefined, cause: string | undefined): void {
    const task = this.find(token);
    this.open_.delete(token);
    task.outcome({ error, cause });
  }

  /** @throws ApiError InvalidToken, TaskDoesNotExist, TaskTimedOut */
  heartbeat(token: string): void {
    this.find(token).heartbeat();
  }

  private find(token: string): Open {
    const task = this.open_.get(token);
    if (task !== undefined) return task;
    if (!SHAPE.test(token)) throw invalidToken('Invalid token');
    const number = Number(Buffer.from(token.slice(2), 'base64url').toString().split('.')[0]);
    if (Number.isInteger(number) && this.write(number) === token) {
      throw new ApiError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new ApiError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }

  private write(number: number): string {
    const seal = createHash('sha256').update(`${this.secret}.${number}`).digest('hex').slice(0, 32);
    return `AQ${Buffer.from(`${number}.${seal}`).toString('base64url')}`;
  }
}
