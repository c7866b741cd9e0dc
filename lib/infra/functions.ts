import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Functions, type TaskName, taskNames } from '../../statemachines/parts.ts';
import { wildcardReasons } from './function-wildcards.ts';
import { type GrantName, grantOf, writeGrants } from './grants.ts';
import { acknowledgeWildcards } from './nag.ts';
import { pascalCase, physicalName } from './names.ts';
import type { Writes } from './partitions.ts';
import type { Reach } from './reach.ts';

/** One function: `lambdas/NAME.ts` contains its code, and this row its permissions. */
interface FunctionRow {
  timeoutSeconds: number;
  memoryMegabytes: number;
  grants: GrantName[];
  /** The partitions that it writes. Its role can't write any others. */
  writes?: Writes;
}

const reads = { timeoutSeconds: 30, memoryMegabytes: 512 };
// Parsing, diffing and evaluating 10,000 resources is limited by the processor: 1,769 MB give one full core.
const works = { timeoutSeconds: 60, memoryMegabytes: 1769 };

const metricReads: GrantName[] = ['metrics:read', 'alarms:read', 'subnets:read'];

/** The task functions. A new function needs a row here, its name in `taskNames`, and a handler. */
export const functionTable: Record<TaskName, FunctionRow> = {
  admit: {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'parameters:read', 'events:publish'],
    writes: { ledger: ['REQUEST', 'EXECUTION', 'CHAIN', 'BINDING'] },
  },
  'plan-change': {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read'],
    writes: { ledger: ['REQUEST', 'CHAIN'] },
  },
  'evaluate-policy': {
    ...works,
    grants: ['ledger:read', 'documents:write'],
    writes: { ledger: ['REQUEST', 'CHAIN'] },
  },
  rehearse: {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'resources:observe'],
    writes: { ledger: ['REQUEST', 'CHAIN'] },
  },
  'open-change': {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'events:publish'],
    writes: { ledger: ['CHANGE', 'REQUEST', 'CHAIN', 'TALLY'] },
  },
  'await-approval': {
    ...reads,
    grants: ['ledger:read', 'documents:read', 'requests:wake'],
    writes: { ledger: ['WAIT', 'SCOPE'] },
  },
  'count-decisions': {
    ...reads,
    grants: ['ledger:read', 'documents:read', 'events:publish'],
    writes: { ledger: ['CHANGE', 'REQUEST', 'CHAIN'] },
  },
  'find-window': {
    ...reads,
    grants: ['ledger:read', 'documents:read', 'events:publish'],
    writes: { ledger: ['REQUEST', 'CHAIN'] },
  },
  'await-window': {
    ...reads,
    grants: ['ledger:read', 'requests:wake'],
    writes: { ledger: ['WAIT', 'SCOPE'] },
  },
  'lock-scope': {
    ...reads,
    grants: ['ledger:read', 'requests:wake'],
    writes: { ledger: ['SCOPE', 'CHAIN'] },
  },
  revalidate: {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'resources:observe', 'events:publish'],
    writes: { ledger: ['REQUEST', 'CHAIN'], inventory: ['ASSET', 'SCOPE', 'ALIAS', 'SCALING'] },
  },
  'plan-undo': {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read'],
    writes: { ledger: ['CHAIN'] },
  },
  'close-change': {
    ...works,
    grants: ['ledger:read', 'documents:read', 'inventory:read', 'events:publish', 'requests:wake'],
    writes: { ledger: ['CHANGE', 'REQUEST', 'CHAIN', 'SCOPE'], inventory: ['EXPORT', 'IMPORT'] },
  },
  'begin-run': {
    ...works,
    grants: ['ledger:read', 'documents:read', 'inventory:read'],
    writes: { ledger: ['RUN', 'STOP', 'EXECUTION', 'REQUEST', 'CHAIN'] },
  },
  perform: { ...reads, grants: ['ledger:read', 'steps:complete'], writes: { ledger: ['TASK'] } },
  'register-asset': {
    ...reads,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'events:publish'],
    writes: { ledger: ['TASK', 'CHAIN'], inventory: ['ASSET', 'SCOPE', 'ALIAS', 'SCALING'] },
  },
  'record-failure': { ...reads, grants: [], writes: { ledger: ['TASK'] } },
  'close-run': {
    ...works,
    grants: ['ledger:read', 'documents:write', 'inventory:read', 'events:publish'],
    writes: { ledger: ['RUN', 'TASK', 'CHAIN'], inventory: ['ASSET', 'SCOPE', 'ALIAS', 'SCALING'] },
  },
  // After a stop, at most this invocation still completes: design principle 8 promises 30 seconds.
  pump: {
    ...works,
    timeoutSeconds: 30,
    grants: [
      'ledger:read',
      'documents:write',
      'inventory:read',
      'resources:observe',
      'resources:follow',
      'resources:change',
      'steps:complete',
      'alarms:read',
      'metrics:read',
      'verdicts:ask',
      'parameters:read',
      'secrets:resolve',
    ],
    writes: { ledger: ['RUN', 'STEP', 'STOP', 'CHAIN', 'BUDGET', 'FAILED-SIDE'] },
  },
  'find-requests': { ...reads, grants: ['ledger:read', 'executions:observe'] },
  // It only reads resources. The pump repeats calls after a crash.
  settle: {
    ...works,
    grants: [
      'ledger:read',
      'documents:write',
      'inventory:read',
      'resources:observe',
      'resources:follow',
      'executions:observe',
      'executions:stop',
      'steps:complete',
      'requests:wake',
      'events:publish',
    ],
    writes: {
      ledger: ['RUN', 'STEP', 'TASK', 'STOP', 'CHANGE', 'REQUEST', 'CHAIN', 'SCOPE'],
      inventory: ['ASSET', 'SCOPE', 'ALIAS', 'SCALING', 'EXPORT', 'IMPORT'],
    },
  },
  'cancel-request': {
    ...reads,
    grants: ['ledger:read', 'requests:wake'],
    writes: { ledger: ['REQUEST', 'CHAIN', 'STOP'] },
  },
  // What people ask of a shift of traffic. An abort stops its request.
  'direct-traffic': {
    ...reads,
    grants: ['ledger:read', 'requests:wake'],
    writes: { ledger: ['DIRECTIVE', 'REQUEST', 'CHAIN', 'STOP'] },
  },
  // The functions that people call. They record what was proven about the speaker. The function for requests accepts no
  // decisions and the other way around, so neither role can approve its own request. It reads only uploaded documents,
  // to find secrets in them, and none of Baton's own.
  'front-door': {
    ...works,
    grants: ['ledger:read', 'documents:read-submitted', 'requests:submit', 'identities:prove'],
    writes: { ledger: ['ASKED'] },
  },
  'decision-door': {
    ...reads,
    grants: ['ledger:read', 'documents:read', 'events:publish', 'requests:wake', 'identities:prove'],
    writes: { ledger: ['DECISION', 'CHAIN'] },
  },
  'review-changes': {
    ...reads,
    grants: ['ledger:read', 'documents:read', 'events:publish', 'requests:wake'],
    writes: { ledger: ['CHANGE', 'CHAIN'] },
  },
  // It marks the heads of chains as sealed. A day of heads may come at once.
  'seal-ledger': {
    ...works,
    timeoutSeconds: 300,
    grants: ['ledger:read', 'documents:add', 'ledger:sign'],
    writes: { ledger: ['SEAL', 'CHAIN'] },
  },
  // It changes no capacity, and starts nothing: it says on the bus what is due. It writes only that a change is over
  // whose execution died.
  'evaluate-scaling': {
    ...works,
    grants: ['ledger:read', 'inventory:read', 'executions:observe', ...metricReads, 'events:publish'],
    writes: { inventory: ['SCALING'] },
  },
  'observe-capacity': {
    ...reads,
    grants: ['documents:write', 'inventory:read', 'resources:observe', ...metricReads],
  },
  'decide-capacity': {
    ...reads,
    grants: ['ledger:read', 'documents:write', 'inventory:read'],
    writes: { ledger: ['CHAIN'], inventory: ['SCALING'] },
  },
  'verify-capacity': {
    ...reads,
    grants: ['ledger:read', 'inventory:read', 'resources:observe', 'requests:wake'],
    writes: { ledger: ['REQUEST', 'CHAIN', 'STOP'], inventory: ['SCALING'] },
  },
};

export interface TaskFunctionsProps {
  code: lambda.Code;
  reach: Reach;
  logRetention: logs.RetentionDays;
}

/** Every task function, each with its own role that has only the permissions of its row. */
export class TaskFunctions extends Construct {
  readonly byName: Functions;

  constructor(scope: Construct, id: string, props: TaskFunctionsProps) {
    super(scope, id);
    this.byName = Object.fromEntries(
      taskNames.map((name) => [name, taskFunction(this, name, props)]),
    ) as unknown as Functions;
    acknowledgeWildcards(this, wildcardReasons);
  }

  /** Returns the roles of the functions with a grant. */
  rolesWith(grant: GrantName): iam.IRole[] {
    return this.rolesOf(...taskNames.filter((name) => functionTable[name].grants.includes(grant)));
  }

  rolesOf(...names: TaskName[]): iam.IRole[] {
    return names.flatMap((name) => this.byName[name].role ?? []);
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
    roleName: physicalName(name),
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: `Baton: what the function ${physicalName(name)} may do`,
  });
  const environment: Record<string, string> = { NODE_OPTIONS: '--enable-source-maps' };
  for (const grant of [...row.grants.map(grantOf), ...writeGrants(row.writes ?? {})]) {
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
