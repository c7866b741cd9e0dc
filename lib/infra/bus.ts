import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { source } from '../events/catalogue.ts';
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
 * Nobody but Baton speaks as Baton: events with its source are refused from every other principal.
 * Who may put requests on the bus is decided by the senders' own policies (`events:PutEvents` on this bus).
 */
export function guardSources(bus: events.EventBus, publishers: iam.IRole[]): void {
  const statementId = 'OnlyBatonSpeaksAsBaton';
  const statement = new iam.PolicyStatement({
    sid: statementId,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: {
      // One call may carry events of several sources: the key holds a list.
      'ForAnyValue:StringEquals': { 'events:source': [source] },
      ArnNotEquals: { 'aws:PrincipalArn': publishers.map((role) => role.roleArn) },
    },
  });
  new events.CfnEventBusPolicy(bus, 'Policy', {
    eventBusName: bus.eventBusName,
    statementId,
    statement: statement.toJSON(),
  });
}
