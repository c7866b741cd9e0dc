/** Asynchronous operations on the clock, with tokens, limits, conflicts and faults. */
import { hashOf, type JsonObject } from '../../model/json.ts';
import type { TypeSpec } from '../../model/spec.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../gateway/wire.ts';
import { globMatches } from '../iam/glob.ts';
import type { Random } from '../random.ts';
import { drawDuration, type OperationKind } from './durations.ts';
import { createResource, deleteResource, type HandlerError, updateResource } from './handlers.ts';
import type { Fault, FaultQuestion, FaultRule, Operation, OperationNotice } from './operation.ts';
import { RateLimit } from './rate-limit.ts';
import type { ResourceStore } from './resource-store.ts';

export interface OperationsOptions {
  clock: Clock;
  random: Random;
  account: string;
  region: string;
  store: ResourceStore;
  types(type: string): TypeSpec | undefined;
  faultFor?(question: FaultQuestion): Fault | undefined;
  faults?: FaultRule[];
  onOperation?(notice: OperationNotice): void;
  /** Returns why the service would refuse these properties, in addition to what its schema says. */
  problemOf?(type: string, properties: JsonObject): string | undefined;
  /** Calls per second. AWS's own limits are 5 each. */
  callsPerSecond?: Record<OperationKind, number>;
  /** Milliseconds that an operation takes. Default: drawn from the table. */
  durationMillis?(type: string, operation: OperationKind): number;
}

export interface Wanted {
  kind: OperationKind;
  spec: TypeSpec;
  properties: JsonObject | undefined;
  identifier: string | undefined;
}

/** Source: Cloud Control API User Guide: a client token is valid for 36 hours; requests are kept for 7 days. */
const TOKEN_LIFETIME_MILLIS = 36 * 3_600_000;
const KEPT_MILLIS = 7 * 24 * 3_600_000;
const CANCEL_MILLIS = 5000;

export class Operations {
  private readonly options: OperationsOptions;
  private readonly byToken = new Map<string, Operation>();
  private readonly byClientToken = new Map<string, Operation>();
  /** Operations in progress, by type and identifier. */
  private readonly busy = new Map<string, Operation>();
  /** Oldest first. Listing active operations must not iterate over completed ones. */
  private readonly active = new Map<string, Operation>();
  private readonly timers = new Map<string, () => void>();
  private readonly attempts = new Map<string, number>();
  private readonly faultsUsed = new Map<FaultRule, number>();
  private readonly limits: Record<OperationKind, RateLimit>;

  constructor(options: OperationsOptions) {
    this.options = options;
    const { CREATE, UPDATE, DELETE } = options.callsPerSecond ?? { CREATE: 5, UPDATE: 5, DELETE: 5 };
    const limit = (perSecond: number) => new RateLimit(perSecond, options.clock.now());
    this.limits = { CREATE: limit(CREATE), UPDATE: limit(UPDATE), DELETE: limit(DELETE) };
  }

  /** Starts an operation, or returns the one that an identical call started before. */
  start(input: JsonObject, wanted: Wanted): Operation {
    const { clock, random } = this.options;
    const now = clock.now();
    const known = this.repeated(input);
    if (known !== undefined) return known;
    if (!this.limits[wanted.kind].take(now)) throw new ServiceError('ThrottlingException', 'Rate exceeded');
    const place = `${wanted.spec.type} ${wanted.identifier}`;
    if (wanted.identifier !== undefined && this.busy.has(place)) {
      const message = `Another operation on ${place} is in progress (${this.busy.get(place)?.requestToken}).`;
      throw new ServiceError('ConcurrentOperationException', message);
    }
    const clientToken = String(input.ClientToken ?? random.uuid());
    // Derived from the call's own token, so that concurrent calls get the same values in any order.
    const own = random.of(clientToken);
    const fault = this.faultOf(wanted, clientToken);
    const refusal = fault?.at === 'call' ? this.refusal(fault) : undefined;
    if (refusal !== undefined && !fault?.effect) throw refusal;
    const duration = this.options.durationMillis?.(wanted.spec.type, wanted.kind);
    const operation: Operation = {
      requestToken: own.uuid(),
      clientToken,
      payloadHash: payloadHash(input),
      kind: wanted.kind,
      type: wanted.spec.type,
      identifier: wanted.identifier,
      properties: wanted.properties,
      status: 'IN_PROGRESS',
      startedMillis: now,
      dueMillis: now + (duration ?? drawDuration(wanted.spec.type, wanted.kind, own)),
      eventMillis: now,
      ...(fault === undefined || refusal !== undefined ? {} : { fault }),
    };
    this.remember(operation);
    this.watch(operation, () => this.finish(operation));
    this.options.onOperation?.({ phase: 'started', operation });
    if (refusal !== undefined) throw refusal;
    return operation;
  }

  /**
   * Returns the operation that a call with this client token started. @throws ServiceError ClientTokenConflictException
   */
  repeated(input: JsonObject): Operation | undefined {
    const token = input.ClientToken;
    const known = typeof token === 'string' ? this.byClientToken.get(token) : undefined;
    if (known === undefined || known.startedMillis + TOKEN_LIFETIME_MILLIS <= this.options.clock.now())
      return undefined;
    if (known.payloadHash === payloadHash(input)) return known;
    const message = 'The specified client token has already been used in another resource request.';
    throw new ServiceError('ClientTokenConflictException', message);
  }

  /** @throws ServiceError RequestTokenNotFoundException */
  find(requestToken: string): Operation {
    const found = this.byToken.get(requestToken);
    if (found !== undefined && found.startedMillis + KEPT_MILLIS > this.options.clock.now()) return found;
    throw new ServiceError(
      'RequestTokenNotFoundException',
      `Request with token ${requestToken} was not found.`,
    );
  }

  /** Returns the operations of the last seven days, newest first. */
  recent(statuses?: readonly string[]): Operation[] {
    const onlyActive = statuses?.every((status) => status.endsWith('IN_PROGRESS') || status === 'PENDING');
    const from = onlyActive ? this.active : this.byToken;
    const oldest = this.options.clock.now() - KEPT_MILLIS;
    return [...from.values()].filter((operation) => operation.startedMillis > oldest).reverse();
  }

  /** Stops an operation in progress. It then has no effect. @throws ServiceError ConcurrentModificationException */
  cancel(requestToken: string): Operation {
    const operation = this.find(requestToken);
    if (operation.status !== 'IN_PROGRESS') {
      throw new ServiceError(
        'ConcurrentModificationException',
        `Request ${requestToken} is ${operation.status}.`,
      );
    }
    const now = this.options.clock.now();
    Object.assign(operation, {
      status: 'CANCEL_IN_PROGRESS',
      dueMillis: now + CANCEL_MILLIS,
      eventMillis: now,
    });
    this.timers.get(requestToken)?.();
    this.watch(operation, () => this.end(operation, 'CANCEL_COMPLETE'));
    return operation;
  }

  snapshot(): Operation[] {
    return structuredClone([...this.byToken.values()]);
  }

  restore(operations: Operation[]): void {
    for (const cancel of this.timers.values()) cancel();
    for (const map of [this.byToken, this.byClientToken, this.busy, this.active, this.timers]) map.clear();
    for (const operation of structuredClone(operations)) {
      this.remember(operation);
      if (operation.status === 'IN_PROGRESS') this.watch(operation, () => this.finish(operation));
      else if (operation.status === 'CANCEL_IN_PROGRESS')
        this.watch(operation, () => this.end(operation, 'CANCEL_COMPLETE'));
    }
  }

  private remember(operation: Operation): void {
    this.byToken.set(operation.requestToken, operation);
    this.byClientToken.set(operation.clientToken, operation);
    if (!operation.status.endsWith('IN_PROGRESS')) return;
    this.active.set(operation.requestToken, operation);
    if (operation.identifier !== undefined)
      this.busy.set(`${operation.type} ${operation.identifier}`, operation);
  }

  private watch(operation: Operation, callback: () => void): void {
    const cancel = this.options.clock.setTimer(operation.dueMillis, callback, { kind: 'execution' });
    this.timers.set(operation.requestToken, cancel);
  }

  private finish(operation: Operation): void {
    const { fault } = operation;
    const error = fault === undefined || fault.effect ? this.effect(operation) : undefined;
    const message = fault?.message ?? `a fault on demand (${fault?.errorCode})`;
    const failure = fault === undefined ? error : { errorCode: fault.errorCode, message };
    if (failure !== undefined) Object.assign(operation, failure);
    this.end(operation, failure === undefined ? 'SUCCESS' : 'FAILED');
  }

  private effect(operation: Operation): HandlerError | undefined {
    const { store, account, region, clock } = this.options;
    const random = this.options.random.of(`${operation.clientToken} made`);
    const problem =
      operation.kind === 'DELETE' || operation.properties === undefined
        ? undefined
        : this.options.problemOf?.(operation.type, operation.properties);
    if (problem !== undefined) return { errorCode: 'InvalidRequest', message: problem };
    if (operation.kind === 'UPDATE') return updateResource(operation, store);
    if (operation.kind === 'DELETE') return deleteResource(operation, store);
    const spec = this.options.types(operation.type);
    if (spec === undefined) return { errorCode: 'InternalFailure', message: `no type ${operation.type}` };
    const made = createResource(operation, spec, store, { account, region, random, nowMillis: clock.now() });
    if (typeof made !== 'string') return made;
    operation.identifier = made;
    return undefined;
  }

  private end(operation: Operation, status: Operation['status']): void {
    operation.status = status;
    operation.eventMillis = this.options.clock.now();
    this.timers.delete(operation.requestToken);
    this.active.delete(operation.requestToken);
    const place = `${operation.type} ${operation.identifier}`;
    if (this.busy.get(place) === operation) this.busy.delete(place);
    this.options.onOperation?.({ phase: 'ended', operation });
  }

  /** The call was accepted, but the response is a server error: the success was lost. */
  private refusal({ errorCode, message = 'a fault on demand', effect }: Fault): ServiceError {
    return new ServiceError(errorCode, message, effect ? { statusCode: 500 } : {});
  }

  private faultOf(wanted: Wanted, clientToken: string): Fault | undefined {
    const { identifier, properties } = wanted;
    const subject = `${wanted.kind} ${wanted.spec.type} ${identifier ?? hashOf(properties ?? {})}`;
    const attempt = (this.attempts.get(subject) ?? 0) + 1;
    this.attempts.set(subject, attempt);
    const question = {
      type: wanted.spec.type,
      operation: wanted.kind,
      identifier,
      properties,
      clientToken,
      attempt,
    };
    const asked = this.options.faultFor?.(question);
    if (asked !== undefined) return asked;
    for (const rule of this.options.faults ?? []) {
      const used = this.faultsUsed.get(rule) ?? 0;
      if (used >= rule.times || !ruleFits(rule, question)) continue;
      this.faultsUsed.set(rule, used + 1);
      return rule;
    }
    return undefined;
  }
}

function ruleFits(rule: FaultRule, question: FaultQuestion): boolean {
  if (rule.operation !== undefined && rule.operation !== question.operation) return false;
  if (rule.type !== undefined && !globMatches(rule.type, question.type)) return false;
  return rule.identifier === undefined || globMatches(rule.identifier, question.identifier ?? '');
}

/** Hashes everything that must be equal in a repeated call: all but the token. */
function payloadHash(input: JsonObject): string {
  const { ClientToken: _token, ...payload } = input;
  return hashOf(payload);
}
