import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { personSource, source } from '../events/catalogue.ts';
import { busName } from './names.ts';

/** The bus requests come in by and events go out by. */
export function eventBus(scope: Construct, key: kms.IKey): events.EventBus {
  return new events.EventBus(scope, 'Bus', {
    eventBusName: busName,
    description: 'Baton: requests in, events of requests, changes and assets out',
    kmsKey: key,
  });
}

/**
 * Nobody but Baton speaks as Baton, and nobody but its door in the name of people: events of these sources are
 * refused from every other principal, administrators included.
 * Who may put requests on the bus is decided by the senders' own policies (`events:PutEvents` on this bus).
 *
 * @param publishers roles of the functions that tell of what Baton does
 * @param door role of the function people speak to
 */
export function guardSources(bus: events.EventBus, publishers: iam.IRole[], door: iam.IRole[]): void {
  guard(bus, 'Policy', 'OnlyBatonSpeaksAsBaton', source, publishers);
  guard(bus, 'PersonPolicy', 'OnlyTheDoorSpeaksForPeople', personSource, door);
}

function guard(bus: events.EventBus, id: string, sid: string, guarded: string, speakers: iam.IRole[]): void {
  const statement = new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: {
      // One call may carry events of several sources: the key holds a list.
      'ForAnyValue:StringEquals': { 'events:source': [guarded] },
      ArnNotEquals: { 'aws:PrincipalArn': speakers.map((role) => role.roleArn) },
    },
  });
  new events.CfnEventBusPolicy(bus, id, {
    eventBusName: bus.eventBusName,
    statementId: sid,
    statement: statement.toJSON(),
  });
}
