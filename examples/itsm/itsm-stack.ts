import { Duration, type SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** The endpoint of a ticket system for Baton's events, and the credentials for it. */
export interface TicketSystem {
  endpoint: string;
  authorization: events.Authorization;
}

/**
 * ServiceNow: its Import Set API writes flat records to a staging table, whose transform map creates or updates the
 * change request with the same `correlation_id` (the coalesce field).
 *
 * @param instance `acme` for `https://acme.service-now.com`
 */
export function serviceNow(
  instance: string,
  login: { user: string; password: SecretValue },
  stagingTable = 'u_baton_change',
): TicketSystem {
  return {
    endpoint: `https://${instance}.service-now.com/api/now/import/${stagingTable}`,
    authorization: events.Authorization.basic(login.user, login.password),
  };
}

/** Jira: an automation rule with the trigger "Incoming webhook" looks up the issue and creates or updates it. */
export function jira(webhookUrl: string, token: SecretValue): TicketSystem {
  return {
    endpoint: webhookUrl,
    authorization: events.Authorization.apiKey('X-Automation-Webhook-Token', token),
  };
}

/** One flat record for every transition of a change. Fields that an event doesn't have are empty. */
export const ticketFields: Record<string, string> = {
  correlation_id: '$.detail.changeId',
  request: '$.detail.requestId',
  transition: '$.detail-type',
  state: '$.detail.status',
  type: '$.detail.type',
  risk: '$.detail.risk',
  environment: '$.detail.environment',
  service: '$.detail.service',
  owner: '$.detail.owner',
  requested_by: '$.detail.requester',
  decided_by: '$.detail.actor',
  decision: '$.detail.decision',
  reason: '$.detail.reason',
  capsule: '$.detail.capsuleHash',
  steps: '$.detail.steps',
  approvals: '$.detail.approvals',
  at: '$.detail.at',
  expires: '$.detail.expiresAt',
  planned_start: '$.detail.opensAt',
  review_by: '$.detail.reviewBy',
};

/** An input transformer from fields to paths. Unquoted placeholders preserve numbers and lists. */
class FlatRecord extends events.RuleTargetInput {
  readonly #paths: Record<string, string>;

  constructor(paths: Record<string, string>) {
    super();
    this.#paths = paths;
  }

  bind(): events.RuleTargetInputProperties {
    const fields = Object.keys(this.#paths).map((field) => `"${field}":<${field}>`);
    return { inputPathsMap: this.#paths, inputTemplate: `{${fields.join(',')}}` };
  }
}

export interface ItsmStackProps extends StackProps {
  ticketSystem: TicketSystem;
  /** The principal that may assume the role of the ticket system: its integration, with any kind of sign-in. */
  speaker: iam.IPrincipal;
  /** Name of that role. Its voice is `role/NAME`, which the settings add to a group. */
  roleName: string;
}

/**
 * Lets a ticket system manage the changes of Baton: every transition is sent to it, and its decisions come in through
 * the front door, signed with its own role.
 */
export class ItsmStack extends Stack {
  constructor(scope: Construct, id: string, props: ItsmStackProps) {
    super(scope, id, props);
    const connection = new events.Connection(this, 'Connection', {
      authorization: props.ticketSystem.authorization,
      description: 'How Baton signs in at the ticket system',
    });
    const destination = new events.ApiDestination(this, 'TicketSystem', {
      connection,
      endpoint: props.ticketSystem.endpoint,
      httpMethod: events.HttpMethod.POST,
      rateLimitPerSecond: 10,
    });
    const deadLetters = new sqs.Queue(this, 'Undelivered', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new events.Rule(this, 'Changes', {
      description: 'Every transition of a change goes to the ticket system',
      eventBus: events.EventBus.fromEventBusName(this, 'Bus', 'baton'),
      eventPattern: { source: ['baton'], detailType: events.Match.prefix('Change ') },
      targets: [
        new targets.ApiDestination(destination, {
          event: new FlatRecord(ticketFields),
          deadLetterQueue: deadLetters,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
    new iam.Role(this, 'Speaker', {
      roleName: props.roleName,
      description: 'The ticket system, as it decides on changes of Baton',
      assumedBy: props.speaker,
      managedPolicies: [iam.ManagedPolicy.fromManagedPolicyName(this, 'Person', 'baton-person')],
    });
  }
}
