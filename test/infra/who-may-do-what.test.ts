import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionTable } from '../../lib/infra/functions.ts';
import { taskNames } from '../../statemachines/parts.ts';
import { listOf, resourcesOf, roleStatements, type Statement, statementsOf } from './synthesized.ts';

const pascal = (name: string) => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

function statementsOfFunction(name: string): Statement[] {
  const statements = roleStatements().get(`Functions${pascal(name)}Role`);
  if (statements === undefined) throw new Error(`no policy for ${name}`);
  return statements;
}

/** Returns `Ledger: dynamodb:GetItem, ...`: one line for each set of resources, sorted. */
function lines(statements: Statement[]): string[] {
  return statements
    .map(({ resources, actions, condition }) => {
      const under = condition === undefined ? '' : ` if ${conditionKeys(condition).join(', ')}`;
      return `  ${[...resources].sort().join(' ')}${under}\n    ${[...actions].sort().join(' ')}`;
    })
    .sort();
}

/** Returns `dynamodb:LeadingKeys of RUN#*`: the keys of a condition, with the values that differ between functions. */
function conditionKeys(condition: NonNullable<Statement['condition']>): string[] {
  const keys = new Set(Object.values(condition).flatMap(Object.keys));
  const partitions = listOf(condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']).map(String);
  return [...keys].map((key) => (partitions.length > 0 ? `${key} of ${partitions.sort().join(' ')}` : key));
}

/**
 * Returns the grants of a row in the words of the table below. Write access to a table includes access to the table.
 */
function grantsOf(name: (typeof taskNames)[number]): string[] {
  const { grants, writes = {} } = functionTable[name];
  return [...grants, ...Object.keys(writes).map((table) => `${table}:write`)];
}

test('every function has exactly the permissions in permissions.golden.txt', async () => {
  const table = taskNames.map((name) => [name, ...lines(statementsOfFunction(name))].join('\n'));
  await expect(`${table.join('\n\n')}\n`).toMatchFileSnapshot('permissions.golden.txt');
});

describe('a handler uses exactly the services that its row grants', () => {
  const needs: Record<string, RegExp> = {
    ledger: /^ledger:/,
    locks: /^ledger:/,
    seals: /^ledger:/,
    sealingKey: /^ledger:sign$/,
    budgets: /^ledger:/,
    inventory: /^inventory:/,
    scaling: /^inventory:/,
    metrics: /^(metrics|alarms):read$/,
    verdicts: /^verdicts:ask$/,
    subnets: /^subnets:read$/,
    tallies: /^ledger:/,
    documents: /^documents:/,
    publisher: /^(events:publish|requests:submit)$/,
    providers: /^resources:/,
    roles: /^identities:prove$/,
    tokens: /^(steps:complete|requests:wake)$/,
    executions: /^executions:/,
    pumpRunArn: /^executions:/,
    signedFetch: /^(alarms:read|parameters:read|secrets:resolve)$/,
  };
  const free = ['settings', 'lookup', 'bundleHash', 'bundledFolder', 'calendars'];

  for (const name of taskNames)
    test(name, () => {
      const text = readFileSync(join(import.meta.dirname, '..', '..', 'lambdas', `${name}.ts`), 'utf8');
      const list =
        /import \{([^}]*)\} from '\.\.\/lib\/runtime\/services\.ts'/.exec(text)?.[1]?.split(',') ?? [];
      const members = [...text.matchAll(/\bservices\.(?!ts\b)(\w+)/g)].map((match) => match[1] ?? '');
      const asked = [...list.map((one) => one.trim()), ...members].filter(
        (one) => one && !free.includes(one),
      );
      const grants = grantsOf(name);
      const ungranted = asked.filter((one) => !grants.some((grant) => needs[one]?.test(grant)));
      const unasked = grants.filter((grant) => !asked.some((one) => needs[one]?.test(grant)));
      expect({ ungranted, unasked }).toEqual({ ungranted: [], unasked: [] });
      expect(asked.length).toBeGreaterThan(0);
    });
});

describe('no function has', () => {
  const forbidden: Record<string, (statement: Statement) => boolean> = {
    'a scan of a table': ({ actions }) => actions.some((action) => /Scan/.test(action)),
    'an action with a wildcard': ({ actions }) => actions.some((action) => action.includes('*')),
    'permission to start an execution': ({ actions }) => actions.includes('states:StartExecution'),
    'permission to call a function': ({ actions }) => actions.includes('lambda:InvokeFunction'),
    'permission to delete a document': ({ actions }) =>
      actions.some((action) => action.startsWith('s3:Delete')),
    'permission to pass a role to anything but CloudFormation': ({ actions, condition }) =>
      actions.includes('iam:PassRole') &&
      condition?.StringEquals?.['iam:PassedToService'] !== 'cloudformation.amazonaws.com',
    'permission to pass a role that is not a provisioning role': ({ actions, resources }) =>
      actions.includes('iam:PassRole') &&
      !resources.every((text) => /^iam:role\/baton-provisioning-\w+$/.test(text)),
    'the data key, except through the service that stores the data': ({ resources, condition }) =>
      resources.includes('DataKey') && condition?.StringEquals?.['kms:ViaService'] === undefined,
  };
  for (const [what, matches] of Object.entries(forbidden))
    test(what, () => {
      const found = taskNames.filter((name) => statementsOfFunction(name).some(matches));
      expect(found).toEqual([]);
    });
});

describe('Cloud Control', () => {
  const may = (action: string) =>
    taskNames.filter((name) => statementsOfFunction(name).some(({ actions }) => actions.includes(action)));

  for (const action of ['CreateResource', 'UpdateResource', 'DeleteResource'])
    test(`only pump calls ${action}`, () => {
      expect(may(`cloudformation:${action}`)).toEqual(['pump']);
    });

  test('only observing functions call GetResource', () => {
    expect(may('cloudformation:GetResource')).toEqual([
      ...['rehearse', 'revalidate', 'pump', 'settle', 'observe-capacity', 'verify-capacity'],
    ]);
  });

  test('only settle stops executions', () => {
    expect(may('states:StopExecution')).toEqual(['settle']);
  });

  test('only pump reads secrets', () => {
    expect(may('secretsmanager:GetSecretValue')).toEqual(['pump']);
  });
});

describe('governance', () => {
  const holders = (action: string) =>
    taskNames.flatMap((name) =>
      statementsOfFunction(name)
        .filter(({ actions }) => actions.includes(action))
        .map(({ resources }) => [name, ...resources]),
    );

  test('only seal-ledger signs seals, with the one key', () => {
    expect(holders('kms:Sign')).toEqual([['seal-ledger', 'SealKey']]);
  });

  test('only the front door reads roles', () => {
    expect(holders('iam:GetRole')).toEqual([
      ['front-door', 'iam:role/*'],
      ['decision-door', 'iam:role/*'],
    ]);
  });

  test('no function completes a task of another machine, or fails one', () => {
    const machines = holders('states:SendTaskSuccess').flatMap(([, ...resources]) => resources);
    expect([...new Set(machines.map((one) => one.replace(/\/\*$/, '')))].sort()).toEqual([
      'states:stateMachine:baton-apply-plan',
      'states:stateMachine:baton-govern-request',
    ]);
    expect(holders('states:SendTaskFailure')).toEqual([]);
  });
});

describe('every function', () => {
  const functions = new Map(
    resourcesOf('AWS::Lambda::Function').map(([, body]) => [String(body.FunctionName), body]),
  );

  test('is a task, and every task is a function', () => {
    expect([...functions.keys()].sort()).toEqual(taskNames.map((name) => `baton-${name}`).sort());
  });

  for (const name of taskNames)
    test(`${name}: Node 24, arm64, traced, logged for 90 days, source maps, limits of its row`, () => {
      const row = functionTable[name];
      const body = functions.get(`baton-${name}`);
      expect(body).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Handler: `${name}.handler`,
        Timeout: row.timeoutSeconds,
        MemorySize: row.memoryMegabytes,
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
      });
      const group = resourcesOf('AWS::Logs::LogGroup').find(
        ([, log]) => log.LogGroupName === `/aws/lambda/baton-${name}`,
      );
      expect(group?.[1].RetentionInDays).toBe(90);
      expect(body?.LoggingConfig).toEqual({ LogGroup: { Ref: group?.[0] } });
    });

  test('has the name of a store exactly if it may use it', () => {
    const variables: Record<string, RegExp> = {
      LEDGER_TABLE: /^ledger:/,
      INVENTORY_TABLE: /^inventory:/,
      DOCUMENTS_BUCKET: /^documents:/,
      BUS_NAME: /^(events:|requests:submit$)/,
      APPLY_PLAN_ARN: /^executions:/,
    };
    for (const name of taskNames) {
      const environment = functions.get(`baton-${name}`)?.Environment as {
        Variables: Record<string, unknown>;
      };
      for (const [variable, grant] of Object.entries(variables))
        expect([name, variable, variable in environment.Variables]).toEqual([
          name,
          variable,
          grantsOf(name).some((held) => grant.test(held)),
        ]);
    }
  });

  test('has a role that only Lambda may assume, without managed policies', () => {
    for (const name of taskNames) {
      const [, role] =
        resourcesOf('AWS::IAM::Role').find(([id]) => id.startsWith(`Functions${pascal(name)}Role`)) ?? [];
      expect(role?.ManagedPolicyArns).toBeUndefined();
      expect(JSON.stringify(role?.AssumeRolePolicyDocument)).toContain('{"Service":"lambda.amazonaws.com"}');
    }
  });
});

test('statementsOf reads single values as lists', () => {
  const document = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
  expect(statementsOf(document)).toEqual([
    { effect: 'Allow', actions: ['s3:GetObject'], resources: ['*'], condition: undefined },
  ]);
});
