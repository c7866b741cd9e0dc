/**
 * EventBridge: buses, rules, PutEvents.
 * Sources: Amazon EventBridge API Reference, "PutEvents", "PutEventsRequestEntry"; User Guide, "Amazon EventBridge
 * quotas" (10 entries in a call; 1 MB for all entries since January 2026).
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import type { Random } from '../random.ts';
import type { Delivery } from './delivery.ts';
import { matchesPattern } from './pattern.ts';
import { patternProblems } from './pattern-check.ts';
import type { Rule } from './rule.ts';
import { parseSchedule } from './schedule.ts';

export interface EventBridgeOptions {
  account: string;
  region: string;
  clock: Clock;
  random: Random;
  delivery: Delivery;
  /** Called with every event that a bus accepts, before its rules are evaluated. */
  onEvent?(busName: string, event: JsonObject): void;
}

const ENTRIES_MAX = 10;
const BYTES_MAX = 1024 * 1024;

export class EventBridgeService implements Service {
  private readonly rulesByBus = new Map<string, Rule[]>([['default', []]]);
  private readonly options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.options = options;
  }

  addBus(name: string): void {
    if (!this.rulesByBus.has(name)) this.rulesByBus.set(name, []);
  }

  /** Throws InvalidEventPatternException for a pattern that the service would reject. */
  addRule(rule: Rule): void {
    const rules = this.rulesByBus.get(rule.busName);
    if (rules === undefined) throw noSuchBus(rule.busName);
    const problems = rule.pattern === undefined ? [] : patternProblems(rule.pattern);
    if (problems.length > 0) throw invalidPattern(`${rule.name}: ${problems.join('; ')}`);
    rules.push(rule);
    if (rule.enabled && rule.schedule !== undefined) this.startSchedule(rule, rule.schedule);
  }

  rule(name: string, busName = 'default'): Rule | undefined {
    return this.rulesByBus.get(busName)?.find((rule) => rule.name === name);
  }

  /** Puts a complete event on a bus, as AWS services do on `default`. */
  publish(busName: string, event: JsonObject): void {
    const rules = this.rulesByBus.get(busName);
    if (rules === undefined) throw noSuchBus(busName);
    this.options.onEvent?.(busName, event);
    for (const rule of rules) {
      if (rule.enabled && rule.pattern !== undefined && matchesPattern(rule.pattern, event)) {
        this.options.delivery.start(rule, event);
      }
    }
  }

  /** Returns the envelope of an event for a detail, with the current time. */
  envelope(
    entry: {
      source: string;
      detailType: string;
      detail: JsonValue;
      resources?: string[];
      time?: string;
    },
    id = this.options.random.uuid(),
  ) {
    const event: JsonObject = {
      version: '0',
      id,
      'detail-type': entry.detailType,
      source: entry.source,
      account: this.options.account,
      time: entry.time ?? isoSeconds(this.options.clock.now()),
      region: this.options.region,
      resources: entry.resources ?? [],
      detail: entry.detail,
    };
    return event;
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'PutEvents') return this.putEvents(entriesOf(input));
    if (operation === 'TestEventPattern') return testEventPattern(input);
    if (operation === 'ListEventBuses') {
      return {
        EventBuses: [...this.rulesByBus.keys()].map((name) => ({ Name: name, Arn: this.busArn(name) })),
      };
    }
    if (operation === 'DescribeEventBus') {
      const name = busNameOf(input.Name);
      if (!this.rulesByBus.has(name)) throw noSuchBus(name);
      return { Name: name, Arn: this.busArn(name) };
    }
    if (operation === 'ListRules') {
      const rules = this.rulesByBus.get(busNameOf(input.EventBusName));
      if (rules === undefined) throw noSuchBus(busNameOf(input.EventBusName));
      return { Rules: rules.map(describeRule) };
    }
    if (operation === 'DescribeRule') return describeRule(this.ruleOrThrow(input));
    if (operation === 'EnableRule' || operation === 'DisableRule') {
      const rule = this.ruleOrThrow(input);
      const wasEnabled = rule.enabled;
      rule.enabled = operation === 'EnableRule';
      if (rule.enabled && !wasEnabled && rule.schedule !== undefined) this.startSchedule(rule, rule.schedule);
      return {};
    }
    throw unknownOperation('events', operation);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    if (operation !== 'PutEvents') {
      return [
        { action: `events:${operation}`, resource: this.busArn(busNameOf(input.EventBusName ?? input.Name)) },
      ];
    }
    const byBus = Map.groupBy(entriesOf(input), (entry) => busNameOf(entry.EventBusName));
    return [...byBus].map(([bus, entries]) => ({
      action: 'events:PutEvents',
      resource: this.busArn(bus),
      context: {
        'events:source': [...new Set(entries.map((entry) => String(entry.Source)))],
        'events:detail-type': [...new Set(entries.map((entry) => String(entry.DetailType)))],
      },
    }));
  }

  busArn(name: string): string {
    return `arn:aws:events:${this.options.region}:${this.options.account}:event-bus/${name}`;
  }

  private putEvents(entries: JsonObject[]): JsonObject {
    const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
    if (bytes > BYTES_MAX) {
      throw new ServiceError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const results = entries.map((entry) => this.putEntry(entry));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  private putEntry(entry: JsonObject): JsonObject {
    const problem = entryProblem(entry);
    if (problem !== undefined) return problem;
    const busName = busNameOf(entry.EventBusName);
    if (!this.rulesByBus.has(busName)) {
      return failed('ResourceNotFoundException', `Event bus ${busName} does not exist.`);
    }
    const event = this.envelope({
      source: String(entry.Source),
      detailType: String(entry.DetailType),
      detail: JSON.parse(String(entry.Detail)) as JsonValue,
      resources: (entry.Resources as string[] | undefined) ?? [],
      ...(entry.Time === undefined ? {} : { time: isoSeconds(Number(entry.Time) * 1000) }),
    });
    this.publish(busName, event);
    return { EventId: event.id ?? null };
  }

  private startSchedule(rule: Rule, expression: string): void {
    const { clock } = this.options;
    const schedule = parseSchedule(expression, clock.now());
    const plan = (afterMillis: number) => {
      const due = schedule.next(afterMillis);
      if (due === undefined) return;
      const fire = () => {
        if (!rule.enabled) return;
        plan(due);
        const detail = {
          source: 'aws.events',
          detailType: 'Scheduled Event',
          detail: {},
          resources: [rule.arn],
        };
        this.options.delivery.start(rule, this.envelope({ ...detail, time: isoSeconds(due) }));
      };
      clock.setTimer(due, fire, { kind: 'schedule' });
    };
    plan(clock.now());
  }

  private ruleOrThrow(input: JsonObject): Rule {
    const rule = this.rule(String(input.Name), busNameOf(input.EventBusName));
    if (rule !== undefined) return rule;
    throw new ServiceError('ResourceNotFoundException', `Rule ${input.Name} does not exist on EventBus.`);
  }
}

function entriesOf(input: JsonObject): JsonObject[] {
  const entries = (Array.isArray(input.Entries) ? input.Entries : []).filter(isObject);
  if (entries.length >= 1 && entries.length <= ENTRIES_MAX) return entries;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${ENTRIES_MAX}`,
  );
}

/** Source: User Guide, "Calculating Amazon EventBridge PutEvents event entry size". */
function entryBytes(entry: JsonObject): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...[entry.Resources ?? []].flat()];
  const time = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text ?? '')), time);
}

function entryProblem(entry: JsonObject): JsonObject | undefined {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] === 'string' && entry[name] !== '') continue;
    return failed(
      'InvalidArgument',
      `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    );
  }
  if (String(entry.Source).startsWith('aws.')) {
    return failed('NotAuthorizedForSource', 'Not authorized for the source.');
  }
  try {
    if (isObject(JSON.parse(String(entry.Detail)))) return undefined;
  } catch {
    // Falls through: handled below.
  }
  return failed('MalformedDetail', 'Detail is malformed.');
}

function failed(code: string, message: string): JsonObject {
  return { ErrorCode: code, ErrorMessage: message };
}

/** A bus is identified by its name or its ARN. */
export function busNameOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? (value.split('/').at(-1) ?? value) : 'default';
}

function isoSeconds(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}

function describeRule(rule: Rule): JsonObject {
  const description: JsonObject = {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.busName,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
  };
  if (rule.pattern) description.EventPattern = JSON.stringify(rule.pattern);
  if (rule.schedule) description.ScheduleExpression = rule.schedule;
  return description;
}

function testEventPattern(input: JsonObject): JsonObject {
  const pattern = JSON.parse(String(input.EventPattern)) as JsonValue;
  const problems = patternProblems(pattern);
  if (problems.length > 0 || !isObject(pattern)) throw invalidPattern(problems.join('; '));
  return { Result: matchesPattern(pattern, JSON.parse(String(input.Event)) as JsonObject) };
}

function invalidPattern(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

function noSuchBus(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}
