import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { incoming, personal, personSource, scalingSource, source } from '../events/catalog.ts';
import type { Settings } from '../model/settings.ts';
import { busName, iamArn } from './names.ts';

/** Creates the bus for incoming requests and outgoing events. */
export function eventBus(scope: Construct, key: kms.IKey): events.EventBus {
  return new events.EventBus(scope, 'Bus', {
    eventBusName: busName,
    description: 'Baton: requests in, events of requests, changes and assets out',
    kmsKey: key,
  });
}

export interface Speakers {
  /** Roles of the functions that publish Baton's events. */
  publishers: iam.IRole[];
  /** The role of the front door. */
  door: iam.IRole[];
}

/**
 * Sets the policy of the bus: an allow list of who puts which events. Only Baton publishes its events, only its front
 * door submits for people, and a source or detail type that the settings assign to some principals is denied to all
 * others, including administrators. Denials are needed because identity policies alone would let every principal of the
 * account put events ("Permissions for Amazon EventBridge event buses", EventBridge User Guide).
 */
export function guardBus(
  bus: events.EventBus,
  senders: Settings['senders'],
  { publishers, door }: Speakers,
): void {
  const arns = (roles: iam.IRole[]) => roles.map((role) => role.roleArn);
  const principals = (names: string[]) => names.map((name) => principalArn(bus, name));
  const named = Object.entries(senders).filter(([name]) => name !== '*');
  const rest = senders['*']?.principals ?? [];
  guard(bus, 'Policy', 'OnlyBatonSpeaksAsBaton', sourceIs(source), arns(publishers));
  guard(bus, 'PersonPolicy', 'OnlyTheDoorSpeaksForPeople', sourceIs(personSource), arns(door));
  guard(bus, 'ScalingPolicy', 'NobodySpeaksForScaling', sourceIs(scalingSource), []);
  guard(
    bus,
    'DetailTypes',
    'OnlyBatonTellsWhatItDoes',
    detailTypeIsNot([...Object.keys(incoming), ...onlyPeople]),
    arns(publishers),
  );
  guard(bus, 'Directives', 'OnlyTheDoorDirects', detailTypeIs(...onlyPeople), arns(door));
  const mayCancel = Object.values(senders)
    .filter(({ detailTypes }) => detailTypes.includes('Cancellation Requested'))
    .flatMap((one) => one.principals);
  guard(bus, 'Cancellations', 'WhoMayCancel', detailTypeIs('Cancellation Requested'), [
    ...arns(door),
    ...principals(mayCancel),
  ]);
  for (const [index, [name, sender]] of named.entries())
    if (!sender.principals.includes('*'))
      guard(bus, `Sender${index}`, `Sender${index}`, sourceIs(name), principals(sender.principals));
  if (!rest.includes('*')) {
    const known = [source, personSource, ...named.map(([name]) => name)];
    guard(bus, 'OtherSenders', 'OtherSenders', sourceIsNot(known), principals(rest));
  }
}

/** What people say through the front door and no sender may. */
const onlyPeople = Object.keys(personal).filter((name) => !Object.hasOwn(incoming, name));

type Condition = Record<string, Record<string, string[]>>;

// One call may contain several events, so the condition keys contain lists.
const sourceIs = (name: string): Condition => ({ 'ForAnyValue:StringEquals': { 'events:source': [name] } });
const sourceIsNot = (names: string[]): Condition => ({
  'ForAnyValue:StringNotEquals': { 'events:source': names },
});
const detailTypeIs = (...names: string[]): Condition => ({
  'ForAnyValue:StringEquals': { 'events:detail-type': names },
});
const detailTypeIsNot = (names: string[]): Condition => ({
  'ForAnyValue:StringNotEquals': { 'events:detail-type': names },
});

function principalArn(scope: Construct, name: string): string {
  if (name === '*' || name.startsWith('arn:')) return name;
  const [kind, ...path] = name.split('/');
  return iamArn(scope, kind === 'user' ? 'user' : 'role', path.join('/'));
}

/** Denies events that match the condition to everyone except some principals, or to everyone if there are none. */
function guard(bus: events.EventBus, id: string, sid: string, condition: Condition, allowed: string[]): void {
  const statement = new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: {
      ...condition,
      ...(allowed.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': allowed } }),
    },
  });
  new events.CfnEventBusPolicy(bus, id, {
    eventBusName: bus.eventBusName,
    statementId: sid,
    statement: statement.toJSON(),
  });
}
