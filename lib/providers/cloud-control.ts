import {
  type CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  type Operation,
  type OperationStatus,
  type ProgressEvent,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import type { JsonObject, PatchOperation } from '../model/json.ts';
import { advice, handlerErrors, passingExceptions } from './handler-errors.ts';
import {
  type OperationState,
  type Provider,
  ProviderBusy,
  type ProviderCallInput,
  ProviderRefused,
  type UpdateSearch,
} from './provider.ts';

const activeStatuses: OperationStatus[] = ['PENDING', 'IN_PROGRESS', 'CANCEL_IN_PROGRESS'];

/** `AWS::` types by the Cloud Control API. */
export class CloudControl implements Provider {
  readonly name = 'cloud-control';
  readonly #client: CloudControlClient;
  readonly #reader: CloudControlClient;

  /** `client` makes changes and must not try again by itself: the pump does, when the budget allows. */
  constructor(client: CloudControlClient, reader: CloudControlClient = client) {
    this.#client = client;
    this.#reader = reader;
  }

  async create({ type, clientToken, roleArn, properties }: ProviderCallInput & { properties: JsonObject }) {
    const command = new CreateResourceCommand({
      TypeName: type,
      ClientToken: clientToken,
      RoleArn: roleArn,
      DesiredState: JSON.stringify(properties),
    });
    return tokenOf(await translated(this.#client.send(command)));
  }

  async update(input: ProviderCallInput & { identifier: string; patch: PatchOperation[] }) {
    const command = new UpdateResourceCommand({
      TypeName: input.type,
      ClientToken: input.clientToken,
      RoleArn: input.roleArn,
      Identifier: input.identifier,
      PatchDocument: JSON.stringify(input.patch),
    });
    return tokenOf(await translated(this.#client.send(command)));
  }

  async delete({ type, clientToken, roleArn, identifier }: ProviderCallInput & { identifier: string }) {
    const command = new DeleteResourceCommand({
      TypeName: type,
      ClientToken: clientToken,
      RoleArn: roleArn,
      Identifier: identifier,
    });
    return tokenOf(await translated(this.#client.send(command)));
  }

  /** One listing of what is active tells what has ended; only that is asked for one by one. */
  async poll(tokens: string[]): Promise<Map<string, OperationState>> {
    const active = tokens.length > 2 ? await this.#active() : new Map<string, ProgressEvent>();
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
          const event = await this.#status(token);
          if (event !== undefined) states.set(token, stateOf(event));
        }),
      );
    return states;
  }

  /** A request shows what it sends as its `ResourceModel` (ProgressEvent, Cloud Control API Reference); a listing may leave it out. */
  async findUpdate({ type, identifier, mark, sinceSeconds }: UpdateSearch): Promise<string | undefined> {
    for await (const event of this.#requests(['UPDATE'], undefined)) {
      const at = (event.EventTime?.getTime() ?? 0) / 1000;
      // Two clocks are compared.
      if (event.TypeName !== type || event.Identifier !== identifier || at < sinceSeconds - 60) continue;
      const { ResourceModel: sent } = event.ResourceModel
        ? event
        : ((await this.#status(event.RequestToken ?? '')) ?? event);
      if (sent?.includes(mark)) return event.RequestToken;
    }
    return undefined;
  }

  async read(type: string, identifier: string, roleArn: string): Promise<JsonObject | undefined> {
    const command = new GetResourceCommand({ TypeName: type, Identifier: identifier, RoleArn: roleArn });
    try {
      const answer = await translated(this.#reader.send(command));
      return JSON.parse(answer.ResourceDescription?.Properties ?? '{}') as JsonObject;
    } catch (error) {
      if (error instanceof ProviderRefused && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  async #active(): Promise<Map<string, ProgressEvent>> {
    const events = new Map<string, ProgressEvent>();
    for await (const event of this.#requests(['CREATE', 'UPDATE', 'DELETE'], activeStatuses))
      events.set(event.RequestToken ?? '', event);
    return events;
  }

  async *#requests(
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
      const answer = await translated(this.#reader.send(command));
      yield* answer.ResourceRequestStatusSummaries ?? [];
      next = answer.NextToken;
    } while (next !== undefined);
  }

  async #status(token: string): Promise<ProgressEvent | undefined> {
    try {
      const answer = await translated(
        this.#reader.send(new GetResourceRequestStatusCommand({ RequestToken: token })),
      );
      return answer.ProgressEvent;
    } catch (error) {
      if (error instanceof ProviderRefused && error.code === 'RequestTokenNotFoundException')
        return undefined;
      throw error;
    }
  }
}

/** What a progress event says of its operation. */
export function stateOf(event: ProgressEvent): OperationState {
  const identifier = event.Identifier;
  if (event.OperationStatus === 'SUCCESS') {
    const eventAtSeconds = event.EventTime && event.EventTime.getTime() / 1000;
    return { state: 'Succeeded', identifier: identifier ?? '', eventAtSeconds };
  }
  if (activeStatuses.includes(event.OperationStatus as OperationStatus))
    return { state: 'InProgress', identifier };
  const code = event.ErrorCode ?? 'InternalFailure';
  const said = event.StatusMessage ?? `The operation ended ${event.OperationStatus}.`;
  const message = advised(code, said);
  const remedy = handlerErrors[code] ?? 'fail';
  return { state: remedy === 'retry' ? 'Retry' : 'Failed', code, message, identifier };
}

function advised(code: string, said: string): string {
  return advice[code] === undefined ? said : `${said} ${advice[code]}`;
}

function tokenOf({ ProgressEvent }: { ProgressEvent?: ProgressEvent }): string {
  if (ProgressEvent?.RequestToken === undefined)
    throw new ProviderBusy('Cloud Control answered without a request token.');
  return ProgressEvent.RequestToken;
}

async function translated<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (passingExceptions.has(error.name)) throw new ProviderBusy(`${error.name}: ${error.message}`);
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    if (status >= 400 && status < 500)
      throw new ProviderRefused(error.name, advised(error.name.replace(/Exception$/, ''), error.message));
    throw new ProviderBusy(`${error.name}: ${error.message}`, true);
  }
}
