import { canonicalJson, type JsonObject, type PatchOperation } from '../../lib/model/json.ts';
import type { Place } from '../../lib/model/place.ts';
import {
  type CreateInput,
  type DeleteInput,
  type Failure,
  type Listed,
  type OperationState,
  type Provider,
  ProviderBusy,
  ProviderRefused,
  type ResourceAt,
  type UpdateInput,
} from '../../lib/providers/provider.ts';
import type { Fault } from './provider.ts';

/** Resources of one place that change at once. A rejection is an error with the provider's `code`. */
export interface ResourceModel {
  create(type: string, properties: JsonObject): string;
  update(type: string, identifier: string, patch: PatchOperation[]): void;
  delete(type: string, identifier: string): void;
  read(type: string, identifier: string): JsonObject | undefined;
  list(type: string): Listed[];
}

interface Operation {
  token: string;
  /** The request: another request with the same client token is rejected. */
  asked: string;
  /** Performs it and returns the identifier. */
  perform(): string;
  fault: Fault | undefined;
  state: OperationState;
}

/**
 * A provider in memory: asynchronous operations, idempotent by client token, on a model of the resources in each place.
 */
export class MemoryProvider implements Provider {
  readonly name = 'memory';
  readonly tokenSeconds = 3600;
  readonly lostAfterSeconds = 60;
  readonly #modelAt: (cell: string) => ResourceModel;
  readonly #models = new Map<string, ResourceModel>();
  readonly #operations = new Map<string, Operation>();
  #fault: Fault | undefined;

  constructor(modelAt: (cell: string) => ResourceModel) {
    this.#modelAt = modelAt;
  }

  async create({ properties, ...input }: CreateInput): Promise<string> {
    return this.#start({ ...input, properties }, (model) => model.create(input.type, properties));
  }

  async update(input: UpdateInput): Promise<string> {
    return this.#start(input, (model) => {
      model.update(input.type, input.identifier, input.patch);
      return input.identifier;
    });
  }

  async delete(input: DeleteInput): Promise<string> {
    return this.#start(input, (model) => {
      model.delete(input.type, input.identifier);
      return input.identifier;
    });
  }

  async poll(place: Place, tokens: readonly string[]): Promise<Map<string, OperationState>> {
    const found = [...this.#operations].filter(([id]) => id.startsWith(`${cellOf(place)} `));
    const states = found.map(([, { token, state }]) => [token, state] as const);
    return new Map(states.filter(([token]) => tokens.includes(token)));
  }

  async read({ type, identifier, place }: ResourceAt): Promise<JsonObject | undefined> {
    return this.#at(place).read(type, identifier);
  }

  /** It shows nothing of what was sent. */
  async findUpdate(): Promise<undefined> {
    return undefined;
  }

  async *list(type: string, place: Place): AsyncGenerator<Listed> {
    yield* this.#at(place).list(type);
  }

  outcomeOf(cause: unknown): Failure {
    const { code, message } = cause as { code: string; message: string };
    const passing = ['ServiceInternalError', 'NotStabilized', 'Throttling'].includes(code);
    return { code, message, permanence: passing ? 'passing' : 'permanent' };
  }

  failNext(fault: Fault): void {
    this.#fault = fault;
  }

  /** Ends every operation in progress. */
  settle(): void {
    for (const operation of this.#operations.values())
      if (operation.state.state === 'InProgress') this.#end(operation);
  }

  #at(place: Place): ResourceModel {
    const cell = cellOf(place);
    const model = this.#models.get(cell) ?? this.#modelAt(cell);
    this.#models.set(cell, model);
    return model;
  }

  #start(input: CreateInput | UpdateInput | DeleteInput, perform: (model: ResourceModel) => string): string {
    const { again: _, ...own } = input;
    const { clientToken, place } = input;
    const id = `${cellOf(place)} ${clientToken}`;
    const asked = canonicalJson(JSON.parse(JSON.stringify(own)));
    const known = this.#operations.get(id);
    if (known !== undefined && known.asked !== asked)
      throw new ProviderRefused('ClientTokenConflict', `the token ${clientToken} was used for another call`);
    if (known !== undefined) return known.token;
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault?.at === 'call' && !fault.effect) throw new ProviderBusy(fault.code);
    const token = `operation-${this.#operations.size}`;
    const work = () => perform(this.#at(place));
    const ofOperation = fault?.at === 'operation' ? fault : undefined;
    this.#operations.set(id, {
      token,
      asked,
      perform: work,
      fault: ofOperation,
      state: { state: 'InProgress' },
    });
    if (fault?.at === 'call') throw new ProviderBusy(fault.code, true);
    return token;
  }

  #end(operation: Operation): void {
    const { fault, perform } = operation;
    try {
      const identifier = fault === undefined || fault.effect ? perform() : '';
      const failed = fault && this.outcomeOf({ code: fault.code, message: 'a fault on demand' });
      operation.state = failed
        ? { state: 'Failed', identifier, ...failed }
        : { state: 'Succeeded', identifier };
    } catch (error) {
      operation.state = { state: 'Failed', ...this.outcomeOf(error) };
    }
  }
}

const cellOf = ({ account, region }: Place) => `${account}/${region}`;
