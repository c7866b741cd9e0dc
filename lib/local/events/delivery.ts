/**
 * Delivers matched events to targets at least once, with retries on the clock and a dead-letter queue.
 * Sources: Amazon EventBridge User Guide, "How EventBridge retries delivering events" and "Using dead-letter queues to
 * process undelivered events".
 */
import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../gateway/wire.ts';
import type { Random } from '../random.ts';
import type { Rule, RuleTarget } from './rule.ts';
import { targetInput } from './target-input.ts';

/** How a test can disturb deliveries. EventBridge guarantees neither exactly-once delivery nor order. */
export interface DeliveryDisturbance {
  /** Returns how often to make a delivery, at least 1. */
  copies?(rule: Rule, event: JsonObject): number;
  /** Returns the delay of one copy in milliseconds. Different delays change the order. */
  delayMillis?(rule: Rule, event: JsonObject, copy: number): number;
}

export interface DeliveryOptions {
  clock: Clock;
  random: Random;
  /** Makes the call. Throws ServiceError if the target refuses it. */
  send(target: RuleTarget, input: string, rule: Rule, event: JsonObject): Promise<void>;
  /** Sends a failed event to a queue on the rule's behalf. */
  sendDeadLetter(
    queueArn: string,
    body: string,
    attributes: Record<string, string>,
    rule: Rule,
  ): Promise<void>;
  disturbance?: DeliveryDisturbance;
  /** Called with an event that could be delivered neither to the target nor to a dead-letter queue. */
  onLost?(rule: Rule, target: RuleTarget, event: JsonObject, error: Error): void;
}

/** Error codes that retries can't fix, with their ERROR_CODE value. */
const permanent: Record<string, string> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  AccessDenied: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
  StateMachineDoesNotExist: 'NO_RESOURCE',
  QueueDoesNotExist: 'NO_RESOURCE',
  InvalidExecutionInput: 'SDK_CLIENT_ERROR',
  InvalidName: 'SDK_CLIENT_ERROR',
  ValidationException: 'SDK_CLIENT_ERROR',
};
const RETRY_DELAY_MAX_MILLIS = 10 * 60 * 1000;

interface Attempt {
  rule: Rule;
  target: RuleTarget;
  event: JsonObject;
  input: string;
  startedMillis: number;
  retries: number;
}

export class Delivery {
  private readonly options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  /** Schedules the delivery to all targets of the rule. */
  start(rule: Rule, event: JsonObject): void {
    const { clock, disturbance } = this.options;
    const nowMillis = clock.now();
    const facts = {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestionTime: new Date(nowMillis).toISOString(),
    };
    for (const target of rule.targets) {
      const input = targetInput(target, event, facts);
      const copies = disturbance?.copies?.(rule, event) ?? 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = disturbance?.delayMillis?.(rule, event, copy) ?? 0;
        this.schedule(
          { rule, target, event, input, startedMillis: nowMillis, retries: 0 },
          nowMillis + delay,
        );
      }
    }
  }

  private schedule(attempt: Attempt, dueMillis: number): void {
    const { clock } = this.options;
    clock.setTimer(dueMillis, () => void clock.busy(() => this.attempt(attempt)), { kind: 'execution' });
  }

  private async attempt(attempt: Attempt): Promise<void> {
    try {
      await this.options.send(attempt.target, attempt.input, attempt.rule, attempt.event);
    } catch (error) {
      await this.failed(attempt, error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async failed(attempt: Attempt, error: Error): Promise<void> {
    const { target, retries, startedMillis } = attempt;
    const code = permanent[error.name];
    if (code !== undefined) return this.giveUp(attempt, error, code);
    const backoff = Math.min(RETRY_DELAY_MAX_MILLIS, 1000 * 2 ** retries);
    const due = this.options.clock.now() + Math.round(backoff * (0.5 + this.options.random.next() / 2));
    const errorCode = error.name.includes('Throttl') ? 'THROTTLING' : 'INTERNAL_ERROR';
    if (retries >= target.maximumRetryAttempts) {
      return this.giveUp(attempt, error, errorCode, 'MaximumRetryAttempts');
    }
    if (due > startedMillis + target.maximumEventAgeSeconds * 1000) {
      return this.giveUp(attempt, error, errorCode, 'MaximumEventAgeInSeconds');
    }
    this.schedule({ ...attempt, retries: retries + 1 }, due);
  }

  private async giveUp(attempt: Attempt, error: Error, code: string, condition?: string): Promise<void> {
    const { rule, target, event, retries } = attempt;
    if (target.deadLetterArn === undefined) return this.options.onLost?.(rule, target, event, error);
    const attributes: Record<string, string> = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: code,
      ERROR_MESSAGE: error.message,
      ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
      RETRY_ATTEMPTS: String(retries),
    };
    try {
      await this.options.sendDeadLetter(target.deadLetterArn, JSON.stringify(event), attributes, rule);
    } catch (deadLetterError) {
      if (!(deadLetterError instanceof ServiceError)) throw deadLetterError;
      this.options.onLost?.(rule, target, event, deadLetterError);
    }
  }
}
