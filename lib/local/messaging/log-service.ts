/** CloudWatch Logs: the operations for reading what functions logged, with groups by name and their lines. */
import type { JsonObject } from '../../model/json.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import type { LogEvent, LogStore } from './logs.ts';

/** Source: Amazon CloudWatch Logs API Reference, FilterLogEvents and DescribeLogGroups. */
const eventsMax = 10_000;
const groupsMax = 50;

export class LogService implements Service {
  private readonly store: LogStore;
  private readonly arnOf: (group: string) => string;

  constructor(store: LogStore, place: { account: string; region: string }) {
    this.store = store;
    this.arnOf = (group) => `arn:aws:logs:${place.region}:${place.account}:log-group:${group}:*`;
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'DescribeLogGroups') return this.describeGroups(input);
    if (operation === 'FilterLogEvents') return this.filterEvents(input);
    throw unknownOperation('logs', operation);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    const group = operation === 'FilterLogEvents' ? groupOf(input) : '*';
    return [{ action: `logs:${operation}`, resource: this.arnOf(group) }];
  }

  private describeGroups(input: JsonObject): JsonObject {
    const prefix = String(input.logGroupNamePrefix ?? '');
    const names = this.store.groupNames().filter((name) => name.startsWith(prefix));
    const { page, nextToken } = pageOf(names.sort(), input, groupsMax);
    return { logGroups: page.map((name) => ({ logGroupName: name, arn: this.arnOf(name) })), ...nextToken };
  }

  private filterEvents(input: JsonObject): JsonObject {
    const group = groupOf(input);
    if (!this.store.groupNames().includes(group))
      throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
    const terms = termsOf(String(input.filterPattern ?? ''));
    const from = Number(input.startTime ?? 0);
    const until = Number(input.endTime ?? Number.POSITIVE_INFINITY);
    const found = this.store
      .events(group)
      .map((event, index) => ({ ...event, eventId: `${index}` }))
      .filter(({ timestampMillis: at }) => at >= from && at <= until)
      .filter(({ message }) => terms.every((term) => message.includes(term)));
    const { page, nextToken } = pageOf(found, input, eventsMax);
    return { events: page.map(eventForm), searchedLogStreams: [], ...nextToken };
  }
}

function eventForm({
  eventId,
  stream,
  timestampMillis,
  message,
}: LogEvent & { eventId: string }): JsonObject {
  const timestamp = Math.round(timestampMillis);
  return { eventId, logStreamName: stream, timestamp, ingestionTime: timestamp, message };
}

/** Returns a group by its name or ARN. */
function groupOf(input: JsonObject): string {
  const given = String(input.logGroupName ?? input.logGroupIdentifier ?? '');
  return /:log-group:(.+?)(?::\*)?$/.exec(given)?.[1] ?? given;
}

/** Returns the words and quoted phrases that a line must contain. JSON patterns are not emulated. */
function termsOf(pattern: string): string[] {
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
  if (!/^\s*(?:[{[%]|.*(?:^|\s)[-?])/.test(pattern)) return terms;
  throw new ServiceError(
    'InvalidParameterException',
    `The local cloud does not know the filter pattern ${pattern}; it knows words and "phrases", which a line must hold.`,
  );
}

function pageOf<T>(
  all: T[],
  { limit, nextToken: from = '0' }: JsonObject,
  most: number,
): { page: T[]; nextToken: JsonObject } {
  const start = Number(from);
  const end = start + Math.min(Number(limit ?? most), most);
  return { page: all.slice(start, end), nextToken: end < all.length ? { nextToken: `${end}` } : {} };
}
