/** Creates buses and rules, and defines how each kind of target is called. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { DeliveryOptions } from '../events/delivery.ts';
import type { Rule, RuleTarget } from '../events/rule.ts';
import { busNameOf, type EventBridgeService } from '../events/service.ts';
import { type Permission, ServiceError } from '../gateway/wire.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { type Identity, serviceIdentity, sessionIdentity } from '../iam/identity.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { LogStore } from '../messaging/logs.ts';
import type { SqsService } from '../messaging/sqs.ts';
import type { Random } from '../random.ts';
import { objectAt, objectsAt, type Stack, type StackResource } from '../template/stack.ts';
import { type Role, trusts } from './roles.ts';

export interface TargetServices {
  lambda: LambdaService;
  sqs: SqsService;
  logs: LogStore;
  random: Random;
  authorizer: Authorizer;
  roles: Map<string, Role>;
  account: string;
  now(): number;
  eventBridge(): EventBridgeService;
  startExecution(stateMachineArn: string, name: string, input: string): void;
}

export function bringUpRules(stack: Stack, eventBridge: EventBridgeService): void {
  for (const { name } of stack.ofType('AWS::Events::EventBus')) eventBridge.addBus(name);
  for (const rule of stack.ofType('AWS::Events::Rule')) eventBridge.addRule(ruleOf(rule));
}

function ruleOf({ name, arn = '', properties }: StackResource): Rule {
  const pattern = properties.EventPattern;
  return {
    name,
    arn,
    busName: busNameOf(properties.EventBusName),
    ...(isObject(pattern) ? { pattern } : {}),
    ...(properties.ScheduleExpression === undefined
      ? {}
      : { schedule: String(properties.ScheduleExpression) }),
    enabled: (properties.State ?? 'ENABLED') !== 'DISABLED',
    targets: objectsAt(properties, 'Targets').map(targetOf),
  };
}

function targetOf(target: JsonObject): RuleTarget {
  const retry = objectAt(target, 'RetryPolicy');
  const text = (value: JsonValue | undefined, name: string) =>
    value === undefined ? {} : { [name]: String(value) };
  return {
    id: String(target.Id),
    arn: String(target.Arn),
    ...text(target.RoleArn, 'roleArn'),
    ...text(objectAt(target, 'DeadLetterConfig').Arn, 'deadLetterArn'),
    ...text(target.Input, 'Input'),
    ...text(target.InputPath, 'InputPath'),
    ...(isObject(target.InputTransformer)
      ? { InputTransformer: target.InputTransformer as RuleTarget['InputTransformer'] }
      : {}),
    maximumRetryAttempts: Number(retry.MaximumRetryAttempts ?? 185),
    maximumEventAgeSeconds: Number(retry.MaximumEventAgeInSeconds ?? 86_400),
  };
}

const EVENTS = 'events.amazonaws.com';
type Sender = (target: RuleTarget, input: string, rule: Rule, event: JsonObject) => void;

/** Returns calls to targets as EventBridge makes them: with the target's role, or in its own name. */
export function targetCalls(services: TargetServices): Pick<DeliveryOptions, 'send' | 'sendDeadLetter'> {
  const { authorizer, roles, account } = services;
  const eventBridge = serviceIdentity(account, EVENTS);
  const asItself = (rule: Rule, permissions: Permission[]) => {
    const source = { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': account };
    // EventBridge calls KMS in its own name rather than through the queue.
    authorizer.demand(
      eventBridge,
      permissions.map(({ action, resource }) => ({ action, resource, context: source })),
    );
  };
  const asRole = (target: RuleTarget): Identity => {
    const role = roles.get(target.roleArn ?? '');
    if (role === undefined || !trusts(role, EVENTS)) {
      throw new ServiceError(
        'AccessDeniedException',
        `EventBridge can't assume the role ${target.roleArn} of ${target.arn}`,
      );
    }
    return sessionIdentity(role, 'events');
  };
  const senders: Record<string, Sender> = {
    lambda: (target, input, rule) => {
      asItself(rule, services.lambda.permissions('Invoke', { FunctionName: target.arn }));
      services.lambda.enqueue(target.arn, input);
    },
    sqs: (target, input, rule) => {
      asItself(rule, services.sqs.permissions('SendMessage', { QueueName: target.arn }));
      services.sqs.send(target.arn, input);
    },
    states: (target, input, _rule, event) => {
      authorizer.demand(asRole(target), [{ action: 'states:StartExecution', resource: target.arn }]);
      services.startExecution(target.arn, `${event.id}_${services.random.uuid()}`, input);
    },
    events: (target, _input, rule, event) => {
      const context = {
        'events:source': String(event.source),
        'events:detail-type': String(event['detail-type']),
      };
      const permission = { action: 'events:PutEvents', resource: target.arn, context };
      if (target.roleArn === undefined) asItself(rule, [permission]);
      else authorizer.demand(asRole(target), [permission]);
      services.eventBridge().publish(busNameOf(target.arn), event);
    },
    logs: (target, input) => {
      const group = /log-group:([^:]+)/.exec(target.arn)?.[1] ?? target.arn;
      services.logs.append(group, 'events', services.now(), input);
    },
  };
  return {
    async send(target, input, rule, event) {
      const sender = senders[target.arn.split(':')[2] ?? ''];
      if (sender === undefined)
        throw new ServiceError('ResourceNotFoundException', `the local cloud can't deliver to ${target.arn}`);
      sender(target, input, rule, event);
    },
    async sendDeadLetter(queueArn, body, attributes, rule) {
      asItself(rule, services.sqs.permissions('SendMessage', { QueueName: queueArn }));
      services.sqs.send(queueArn, body, attributes);
    },
  };
}
