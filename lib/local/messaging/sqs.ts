/**
 * SQS standard queues: the features that dead-letter queues and their readers need.
 * Source: Amazon SQS API Reference.
 */
import { createHash } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import type { Random } from '../random.ts';

export interface QueueDefinition {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  maximumMessageBytes: number;
  kmsKeyArn?: string;
}

export interface QueueMessage {
  id: string;
  body: string;
  attributes: JsonObject;
  sentMillis: number;
  visibleFromMillis: number;
  receiveCount: number;
  receiptHandle?: string;
}

interface Queue {
  definition: QueueDefinition;
  messages: QueueMessage[];
}

export class SqsService implements Service {
  private readonly queues = new Map<string, Queue>();
  private readonly clock: Clock;
  private readonly random: Random;
  /** Called when messages have come or gone. */
  onChange: () => void = () => {};

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  add(definition: QueueDefinition): void {
    this.queues.set(definition.name, { definition, messages: [] });
  }

  /** Returns how many messages each queue could give now. */
  lengths(): ReadonlyMap<string, number> {
    const now = this.clock.now();
    return new Map(
      [...this.queues].map(([name, { messages }]) => [
        name,
        messages.filter(({ visibleFromMillis }) => visibleFromMillis <= now).length,
      ]),
    );
  }

  /** Returns all messages of a queue, received or not, for tests and users. */
  messages(queueName: string): readonly QueueMessage[] {
    return this.find(queueName).messages;
  }

  /** Sends a message by the queue's ARN. */
  send(queueArn: string, body: string, attributes: Record<string, string> = {}): QueueMessage {
    const typed = Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]);
    return this.append(this.find(queueArn), body, Object.fromEntries(typed) as JsonObject);
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    const run = this.operations[operation];
    if (run === undefined) throw unknownOperation('sqs', operation);
    return run(input);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    const name = nameOf(input.QueueUrl ?? input.QueueName);
    const queue = this.queues.get(name);
    const needed: Permission[] = [{ action: `sqs:${operation}`, resource: queue?.definition.arn ?? '*' }];
    const key = queue?.definition.kmsKeyArn;
    const keyActions: Record<string, string[]> = {
      SendMessage: ['kms:GenerateDataKey', 'kms:Decrypt'],
      ReceiveMessage: ['kms:Decrypt'],
    };
    for (const action of key === undefined ? [] : (keyActions[operation] ?? [])) {
      const region = key?.split(':')[3] ?? '';
      needed.push({
        action,
        resource: key ?? '',
        context: { 'kms:ViaService': `sqs.${region}.amazonaws.com` },
      });
    }
    return needed;
  }

  snapshot(): JsonObject {
    return Object.fromEntries(
      [...this.queues].map(([name, queue]) => [name, queue.messages as unknown as JsonValue]),
    );
  }

  restore(snapshot: JsonObject): void {
    for (const [name, messages] of Object.entries(snapshot)) {
      const queue = this.queues.get(name);
      if (queue) queue.messages = messages as unknown as QueueMessage[];
    }
  }

  private readonly operations: Record<string, (input: JsonObject) => JsonObject> = {
    GetQueueUrl: (input) => ({ QueueUrl: this.find(String(input.QueueName)).definition.url }),
    ListQueues: () => ({ QueueUrls: [...this.queues.values()].map((queue) => queue.definition.url) }),
    SendMessage: (input) => {
      const body = String(input.MessageBody ?? '');
      const attributes = isObject(input.MessageAttributes) ? input.MessageAttributes : {};
      const message = this.append(this.find(input.QueueUrl), body, attributes);
      return { MessageId: message.id, MD5OfMessageBody: md5(body) };
    },
    ReceiveMessage: (input) => this.receive(input),
    DeleteMessage: (input) => {
      const queue = this.find(input.QueueUrl);
      queue.messages = queue.messages.filter((message) => message.receiptHandle !== input.ReceiptHandle);
      this.onChange();
      return {};
    },
    PurgeQueue: (input) => {
      this.find(input.QueueUrl).messages = [];
      this.onChange();
      return {};
    },
    GetQueueAttributes: (input) => this.attributes(input),
  };

  private receive(input: JsonObject): JsonObject {
    const queue = this.find(input.QueueUrl);
    const now = this.clock.now();
    const seconds = Number(input.VisibilityTimeout ?? queue.definition.visibilityTimeoutSeconds);
    const visible = this.live(queue).filter((message) => message.visibleFromMillis <= now);
    const received = visible.slice(0, Number(input.MaxNumberOfMessages ?? 1)).map((message) => {
      message.receiveCount += 1;
      message.visibleFromMillis = now + seconds * 1000;
      message.receiptHandle = this.random.text(40);
      return {
        MessageId: message.id,
        ReceiptHandle: message.receiptHandle,
        Body: message.body,
        MD5OfBody: md5(message.body),
        MessageAttributes: message.attributes,
        Attributes: {
          ApproximateReceiveCount: String(message.receiveCount),
          SentTimestamp: String(message.sentMillis),
        },
      };
    });
    if (received.length > 0) this.onChange();
    return received.length > 0 ? { Messages: received } : {};
  }

  private attributes(input: JsonObject): JsonObject {
    const queue = this.find(input.QueueUrl);
    const now = this.clock.now();
    const messages = this.live(queue);
    const hidden = messages.filter((message) => message.visibleFromMillis > now).length;
    const all: Record<string, string> = {
      QueueArn: queue.definition.arn,
      ApproximateNumberOfMessages: String(messages.length - hidden),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      VisibilityTimeout: String(queue.definition.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(queue.definition.messageRetentionSeconds),
    };
    const names = [input.AttributeNames ?? 'All'].flat().map(String);
    const wanted = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
    return { Attributes: Object.fromEntries(wanted) };
  }

  private live(queue: Queue): QueueMessage[] {
    const oldest = this.clock.now() - queue.definition.messageRetentionSeconds * 1000;
    queue.messages = queue.messages.filter((message) => message.sentMillis >= oldest);
    return queue.messages;
  }

  private append(queue: Queue, body: string, attributes: JsonObject): QueueMessage {
    if (Buffer.byteLength(body) > queue.definition.maximumMessageBytes) {
      throw new ServiceError(
        'InvalidParameterValue',
        'One or more parameters are invalid. Reason: Message must be shorter than the maximum message size.',
      );
    }
    const now = this.clock.now();
    const message = {
      id: this.random.uuid(),
      body,
      attributes,
      sentMillis: now,
      visibleFromMillis: now,
      receiveCount: 0,
    };
    queue.messages.push(message);
    this.onChange();
    return message;
  }

  private find(nameUrlOrArn: JsonValue | undefined): Queue {
    const queue = this.queues.get(nameOf(nameUrlOrArn));
    if (queue !== undefined) return queue;
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
}

function nameOf(nameUrlOrArn: JsonValue | undefined): string {
  return (
    String(nameUrlOrArn ?? '')
      .split(/[/:]/)
      .at(-1) ?? ''
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
