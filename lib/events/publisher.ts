import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PermanentError } from '../model/errors.ts';
import {
  type OutgoingEvent,
  outgoing,
  type PersonalEvent,
  personal,
  personSource,
  source,
} from './catalog.ts';

/** EventBridge rejected an event. */
export class EventRefused extends PermanentError {
  override readonly name = 'EventRefused';
}

/** Puts events of the catalog on the bus. */
export class Publisher {
  readonly #client: EventBridgeClient;
  readonly #busName: string;

  constructor(client: EventBridgeClient, busName: string) {
    this.#client = client;
    this.#busName = busName;
  }

  /** @throws EventRefused if the bus rejects one of the events */
  async publish(...events: OutgoingEvent[]): Promise<void> {
    for (let start = 0; start < events.length; start += 10)
      await this.#put(
        events.slice(start, start + 10).map(({ detailType, detail }) => ({
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(outgoing[detailType].parse(detail)),
        })),
      );
  }

  /** Puts a person's call on the bus. The bus accepts it only from the front door. @throws EventRefused */
  async submit({ detailType, detail }: PersonalEvent): Promise<void> {
    const Detail = JSON.stringify(personal[detailType].parse(detail));
    await this.#put([{ Source: personSource, DetailType: detailType, Detail }]);
  }

  async #put(entries: { Source: string; DetailType: string; Detail: string }[]): Promise<void> {
    const Entries = entries.map((entry) => ({ EventBusName: this.#busName, ...entry }));
    const answer = await this.#client.send(new PutEventsCommand({ Entries }));
    const refused = answer.Entries?.find((entry) => entry.ErrorCode !== undefined);
    if (refused) throw new EventRefused(`${refused.ErrorCode}: ${refused.ErrorMessage}`);
  }
}
