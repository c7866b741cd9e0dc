import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Functions, type TaskName, taskNames } from '../../statemachines/parts.ts';
import { type GrantName, grantOf } from './grants.ts';
import { acknowledgeWildcards, type WildcardReason } from './nag.ts';
import { physicalName } from './names.ts';
import type { Reach } from './reach.ts';

/** One function: what it is for stands in `lambdas/NAME.ts`, what it may do stands here. */
interface FunctionRow {
  timeoutSeconds: number;
  memoryMegabytes: number;
  grants: GrantName[];
}

const reads = { timeoutSeconds: 30, memoryMegabytes: 512 };
// Parsing, diffing and judging 10,000 resources is bound by the processor: 1,769 MB are one whole core.
const works = { timeoutSeconds: 60, memoryMegabytes: 1769 };

/** The task functions. A row added here and its name in `taskNames` make a function; the handler does the rest. */
export const functionTable: Record<TaskName, FunctionRow> = {
  admit: { ...works, grants: ['ledger:write', 'documents:write', 'inventory:read', 'parameters:read'] },
  'plan-change': { ...works, grants: ['ledger:write', 'documents:write', 'inventory:read'] },
  'evaluate-policy': { ...works, grants: ['ledger:write', 'documents:write'] },
  'open-change': { ...reads, grants: ['ledger:write', 'documents:write', 'events:publish'] },
  'lock-scope': { ...reads, grants: ['ledger:write', 'requests:wake'] },
  revalidate: {
    ...works,
    grants: ['ledger:write', 'documents:read', 'inventory:write', 'resources:observe'],
  },
  'plan-undo': { ...works, grants: ['ledger:write', 'documents:write', 'inventory:read'] },
  'close-change': {
    ...works,
    grants: ['ledger:write', 'documents:read', 'inventory:write', 'events:publish', 'requests:wake'],
  },
  'begin-run': { ...works, grants: ['ledger:write', 'documents:read'] },
  perform: { ...reads, grants: ['ledger:write', 'steps:complete'] },
  'register-asset': {
    ...reads,
    grants: ['ledger:write', 'documents:read', 'inventory:write', 'events:publish'],
  },
  'record-failure': { ...reads, grants: ['ledger:write'] },
  'close-run': { ...works, grants: ['ledger:write', 'documents:read', 'inventory:write', 'events:publish'] },
  // After a stop at most this one invocation ends: design principle 8 promises 30 seconds.
  pump: {
    ...works,
    timeoutSeconds: 30,
    grants: [
      'ledger:write',
      'documents:read',
      'inventory:read',
      'resources:observe',
      'resources:follow',
      'resources:change',
      'steps:complete',
      'alarms:read',
      'parameters:read',
      'secrets:resolve',
    ],
  },
  'find-requests': { ...reads, grants: ['ledger:read', 'executions:observe'] },
  settle: {
    ...works,
    grants: [
      'ledger:write',
      'documents:read',
      'inventory:write',
      'resources:observe',
      'resources:follow',
      'executions:observe',
      'executions:stop',
      'alarms:read',
      'steps:complete',
      'requests:wake',
      'events:publish',
    ],
  },
  'cancel-request': { ...reads, grants: ['ledger:write', 'requests:wake'] },
};

const wildcardReasons: WildcardReason[] = [
  [
    /^\*$/,
    'X-Ray segments, Cloud Control and DescribeAlarms know no resources; provisioning roles bound what Cloud Control may do.',
  ],
  [/^<Documents\w+\.Arn>\/\*$/, 'Documents are addressed by their hash: any object of this one bucket.'],
  [/:parameter\//, 'Requests refer to parameters by name; the setting readableParameters says which.'],
  [/:secret:/, 'Requests refer to secrets by name; the setting readableSecrets says which.'],
  [/:key\/\*$/, 'Keys of the secrets referred to, and only through Secrets Manager and Systems Manager.'],
  [/:stateMachine:[\w-]+\/\*$/, 'Children of the distributed map of one named machine.'],
  [/:execution:[\w-]+[:/]\*$/, 'Executions of one named machine, which get their names as they start.'],
];

export interface TaskFunctionsProps {
  code: lambda.Code;
  reach: Reach;
  logRetention: logs.RetentionDays;
}

/** Every task function, each with a role of its own that holds what its row says and nothing else. */
export class TaskFunctions extends Construct {
  readonly byName: Functions;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    this.byName = Object.fromEntries(
      taskNames.map((name) => [name, taskFunction(this, name, props)]),
    ) as unknown as Functions;
    acknowledgeWildcards(this, wildcardReasons);
  }

  /** Roles of the functions that hold a grant. */
  rolesWith(grant: GrantName): iam.IRole[] {
    return taskNames
      .filter((name) => functionTable[name].grants.includes(grant))
      .flatMap((name) => this.byName[name].role ?? []);
  }
}

function taskFunction(scope: Construct, name: TaskName, props: TaskFunctionsProps): lambda.Function {
  const row = functionTable[name];
  const id = pascalCase(name);
  const logGroup = new logs.LogGroup(scope, `${id}Log`, {
    logGroupName: `/aws/lambda/${physicalName(name)}`,
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new iam.Role(scope, `${id}Role`, {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: `Baton: what the function ${physicalName(name)} may do`,
  });
  const environment: Record<string, string> = { NODE_OPTIONS: '--enable-source-maps' };
  for (const grantName of row.grants) {
    const grant = grantOf(grantName);
    for (const statement of grant.statements(props.reach)) role.addToPrincipalPolicy(statement);
    Object.assign(environment, grant.environment?.(props.reach));
  }
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return new lambda.Function(scope, id, {
    functionName: physicalName(name),
    description: `Baton: task ${id}`,
    code: props.code,
    handler: `${name}.handler`,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    timeout: Duration.seconds(row.timeoutSeconds),
    memorySize: row.memoryMegabytes,
    tracing: lambda.Tracing.ACTIVE,
    role,
    logGroup,
    environment,
  });
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
