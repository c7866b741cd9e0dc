import {
  type CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  type Operation,
  type OperationStatus,
  type ProgressEvent,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import type { JsonObject } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import { advice, handlerErrors, passingExceptions } from './handler-errors.ts';
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
  type UpdateSearch,
} from './provider.ts';
import { roleArnOf } from './role-arn.ts';

const activeStatuses: OperationStatus[] = ['PENDING', 'IN_PROGRESS', 'CANCEL_IN_PROGRESS'];

/** Returns the client of a region. The client for changes must not retry: the pump retries within its budget. */
export type ClientOf = (region: string, purpose: 'change' | 'read') => CloudControlClient;

/** Manages `AWS::` types through the Cloud Control API. */
export class CloudControl implements Provider {
  readonly name = 'cloud-control';
  /**
   * The documented 36 hours ("Ensuring requests are unique when using Cloud Control API", user guide) less one hour as
   * a
   * safety margin.
   */
  readonly tokenSeconds = 35 * 3600;
  /**
   * A new token may not be known immediately. Requests are kept for seven days (ListResourceRequests, API reference).
   */
  readonly lostAfterSeconds = 120;
  readonly #clientOf: ClientOf;

  constructor(clientOf: ClientOf) {
    this.#clientOf = clientOf;
  }

  async create({ properties, ...change }: CreateInput): Promise<string> {
    const DesiredState = JSON.stringify(properties);
    return this.#started(change.place, new CreateResourceCommand({ ...commonOf(change), DesiredState }));
  }

  async update({ identifier: Identifier, patch, ...change }: UpdateInput): Promise<string> {
    const PatchDocument = JSON.stringify(patch);
    const command = new UpdateResourceCommand({ ...commonOf(change), Identifier, PatchDocument });
    return this.#started(change.place, command);
  }

  async delete({ identifier: Identifier, ...change }: DeleteInput): Promise<string> {
    return this.#started(change.place, new DeleteResourceCommand({ ...commonOf(change), Identifier }));
  }

  /** A single list of active operations shows which have ended. Only these are read individually. */
  async poll({ region }: Place, tokens: readonly string[]): Promise<Map<string, OperationState>> {
    const reader = this.#clientOf(region, 'read');
    const active = tokens.length > 2 ? await activeRequests(reader) : new Map<string, ProgressEvent>();
    const states = new Map<string, OperationState>();
    const ended: string[] = [];
    for (const token of tokens) {
      const event = active.get(token);
      if (event === undefined) ended.push(token);
      else states.set(token, stateOf(event));
    }
    for (let start = 0; start < ended.length; start += 10)
      await Promise.all(
        ended.slice(start, start + 10).map(async (token) => {
          const event = await statusOf(reader, token);
          if (event !== undefined) states.set(token, stateOf(event));
        }),
      );
    return states;
  }

  /**
   * An update request contains what it sends in its `ResourceModel` (ProgressEvent, Cloud Control API Reference). A
   * list may omit it.
   */
  async findUpdate(search: UpdateSearch): Promise<string | undefined> {
    const { type, identifier, place, mark, sinceSeconds } = search;
    const reader = this.#clientOf(place.region, 'read');
    for await (const event of requestsOf(reader, ['UPDATE'], undefined)) {
      const at = (event.EventTime?.getTime() ?? 0) / 1000;
      // Allows for differences between two clocks.
      if (event.TypeName !== type || event.Identifier !== identifier || at < sinceSeconds - 60) continue;
      const { ResourceModel: sent } = event.ResourceModel
        ? event
        : ((await statusOf(reader, event.RequestToken ?? '')) ?? event);
      if (sent?.includes(mark)) return event.RequestToken;
    }
    return undefined;
  }

  async read({ type, identifier, place }: ResourceAt): Promise<JsonObject | undefined> {
    const RoleArn = roleArnOf(place);
    const command = new GetResourceCommand({ TypeName: type, Identifier: identifier, RoleArn });
    try {
      const answer = await translated(this.#clientOf(place.region, 'read').send(command));
      return propertiesOf(answer.ResourceDescription);
    } catch (error) {
      if (error instanceof ProviderRefused && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async *list(type: string, place: Place): AsyncGenerator<Listed> {
    const reader = this.#clientOf(place.region, 'read');
    let next: string | undefined;
    do {
      const command: ListResourcesCommand = new ListResourcesCommand({
        ...{ TypeName: type, RoleArn: roleArnOf(place), NextToken: next },
      });
      const { ResourceDescriptions = [], NextToken } = await translated(reader.send(command));
      for (const found of ResourceDescriptions)
        yield { identifier: found.Identifier ?? '', properties: propertiesOf(found) };
      next = NextToken;
    } while (next !== undefined);
  }

  outcomeOf(cause: unknown): Failure {
    return cause instanceof Error ? failureOfCall(cause) : failureOfOperation(cause as ProgressEvent);
  }

  async #started(
    { region }: Place,
    command: CreateResourceCommand | UpdateResourceCommand | DeleteResourceCommand,
  ): Promise<string> {
    const client = this.#clientOf(region, 'change');
    // `send` has an overload for each command but none for their union.
    const { ProgressEvent } = await translated(client.send(command as CreateResourceCommand));
    if (ProgressEvent?.RequestToken === undefined)
      throw new ProviderBusy('Cloud Control answered without a request token.');
    return ProgressEvent.RequestToken;
  }
}

function commonOf({ type, place, clientToken }: Omit<CreateInput, 'properties'>) {
  return { TypeName: type, ClientToken: clientToken, RoleArn: roleArnOf(place) };
}

function propertiesOf(description: { Properties?: string } | undefined): JsonObject {
  return JSON.parse(description?.Properties ?? '{}') as JsonObject;
}

async function activeRequests(reader: CloudControlClient): Promise<Map<string, ProgressEvent>> {
  const events = new Map<string, ProgressEvent>();
  for await (const event of requestsOf(reader, ['CREATE', 'UPDATE', 'DELETE'], activeStatuses))
    events.set(event.RequestToken ?? '', event);
  return events;
}

async function* requestsOf(
  reader: CloudControlClient,
  operations: Operation[],
  statuses: OperationStatus[] | undefined,
): AsyncGenerator<ProgressEvent> {
  let next: string | undefined;
  do {
    const command: ListResourceRequestsCommand = new ListResourceRequestsCommand({
      MaxResults: 100,
      NextToken: next,
      ResourceRequestStatusFilter: { Operations: operations, OperationStatuses: statuses },
    });
    const answer = await translated(reader.send(command));
    yield* answer.ResourceRequestStatusSummaries ?? [];
    next = answer.NextToken;
  } while (next !== undefined);
}

async function statusOf(reader: CloudControlClient, token: string): Promise<ProgressEvent | undefined> {
  try {
    const command = new GetResourceRequestStatusCommand({ RequestToken: token });
    return (await translated(reader.send(command))).ProgressEvent;
  } catch (error) {
    if (error instanceof ProviderRefused && error.code === 'RequestTokenNotFoundException') return undefined;
    throw error;
  }
}

/** Returns the state of an operation from its progress event. */
export function stateOf(event: ProgressEvent): OperationState {
  const identifier = event.Identifier;
  if (event.OperationStatus === 'SUCCESS') {
    const eventAtSeconds = event.EventTime && event.EventTime.getTime() / 1000;
    return { state: 'Succeeded', identifier: identifier ?? '', eventAtSeconds };
  }
  if (activeStatuses.includes(event.OperationStatus as OperationStatus))
    return { state: 'InProgress', identifier };
  return { state: 'Failed', ...failureOfOperation(event), identifier };
}

function failureOfOperation({ ErrorCode, StatusMessage, OperationStatus }: ProgressEvent): Failure {
  const code = ErrorCode ?? 'InternalFailure';
  const message = advised(code, StatusMessage ?? `The operation ended ${OperationStatus}.`);
  return { code, message, permanence: handlerErrors[code] === 'retry' ? 'passing' : 'permanent' };
}

function failureOfCall(error: Error): Failure {
  const { name: code, message } = error;
  const passing = { code, message: `${code}: ${message}`, permanence: 'passing' } as const;
  if (passingExceptions.has(code)) return passing;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500)
    return { code, message: advised(code.replace(/Exception$/, ''), message), permanence: 'permanent' };
  return { ...passing, taken: true };
}

function advised(code: string, said: string): string {
  return advice[code] === undefined ? said : `${said} ${advice[code]}`;
}

async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, message, permanence, taken } = failureOfCall(error);
    throw permanence === 'passing' ? new ProviderBusy(message, taken) : new ProviderRefused(code, message);
  }
}
