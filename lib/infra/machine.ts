import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcards, type WildcardReason } from './nag.ts';
import { physicalName } from './names.ts';

export interface MachineProps {
  name: string;
  comment: string;
  timeout: Duration;
  /** Creates the states in the given scope. */
  definition: (scope: Construct) => sfn.IChainable;
  logRetention: logs.RetentionDays;
}

/**
 * A standard state machine in JSONata with tracing and a log of every transition. The log omits inputs and outputs: the
 * history keeps them for 90 days, and an event's inline request shouldn't be in two places.
 */
export class Machine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const stateMachineName = physicalName(props.name);
    this.stateMachine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName,
      role: new iam.Role(this, 'MachineRole', {
        roleName: stateMachineName,
        description: `Baton: what the machine ${stateMachineName} may do`,
        assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      }),
      comment: props.comment,
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(props.definition(this)),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: {
        // Below `vendedlogs`, a log group needs no line of its own in the account's log resource policy.
        destination: new logs.LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledgeWildcards(this, wildcardReasons);
  }
}

const wildcardReasons: WildcardReason[] = [
  [
    /^\*$/,
    'Delivery of logs and X-Ray segments know no resources (Step Functions Developer Guide, "Logging" and "Tracing").',
  ],
  [/^<Functions\w+\.Arn>:\*$/, 'Versions and aliases of one named function.'],
  [/:execution:.*\*$/, 'Executions of one named machine, which get their names as they start.'],
];
