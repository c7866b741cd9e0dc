import { describe, expect, test } from 'vitest';
import { partitions } from '../../lib/infra/partitions.ts';
import { inventoryKeys } from '../../lib/inventory/keys.ts';
import { assetChain, changeChain, ledgerKeys } from '../../lib/ledger/keys.ts';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { sessionIdentity } from '../../lib/local/iam/identity.ts';
import { loadAssembly } from '../../lib/local/template/assembly.ts';
import { Stack } from '../../lib/local/template/stack.ts';
import { taskNames } from '../../statemachines/parts.ts';
import { assembly, listOf, roleStatements } from './synthesized.ts';

const writing = /^dynamodb:(?!GetItem$|BatchGetItem$|Query$|ConditionCheckItem$)/;
const pascal = (name: string) => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** Returns `Ledger: CHAIN RUN`, one line for each table that a function may write. */
function written(name: string): string[] {
  const lines = (roleStatements().get(`Functions${pascal(name)}Role`) ?? [])
    .filter(({ effect, actions }) => effect === 'Allow' && actions.some((action) => writing.test(action)))
    .map(({ resources, condition }) => {
      const keys = listOf(condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']).map(String);
      return `${resources.join(' ')}: ${keys.length === 0 ? 'everything' : keys.sort().join(' ')}`;
    });
  return lines.sort();
}

/** One row for each function. A function without a row may not write. */
const golden: Record<string, string[]> = {
  admit: ['Ledger: BINDING#* CHAIN#* EXECUTION#* REQUEST#*'],
  'plan-change': ['Ledger: CHAIN#* REQUEST#*'],
  'evaluate-policy': ['Ledger: CHAIN#* REQUEST#*'],
  rehearse: ['Ledger: CHAIN#* REQUEST#*'],
  'open-change': ['Ledger: CHAIN#* CHANGE#* REQUEST#* TALLY#*'],
  'await-approval': ['Ledger: SCOPE#* WAIT#*'],
  'count-decisions': ['Ledger: CHAIN#* CHANGE#* REQUEST#*'],
  'find-window': ['Ledger: CHAIN#* REQUEST#*'],
  'await-window': ['Ledger: SCOPE#* WAIT#*'],
  'lock-scope': ['Ledger: CHAIN#* SCOPE#*'],
  revalidate: ['Inventory: ALIAS#* ASSET#* SCALING#* SCOPE#*', 'Ledger: CHAIN#* REQUEST#*'],
  'plan-undo': ['Ledger: CHAIN#*'],
  'close-change': ['Inventory: EXPORT#* IMPORT#*', 'Ledger: CHAIN#* CHANGE#* REQUEST#* SCOPE#*'],
  'begin-run': ['Ledger: CHAIN#* EXECUTION#* REQUEST#* RUN#* STOP#*'],
  perform: ['Ledger: TASK#*'],
  'register-asset': ['Inventory: ALIAS#* ASSET#* SCALING#* SCOPE#*', 'Ledger: CHAIN#* TASK#*'],
  'record-failure': ['Ledger: TASK#*'],
  'close-run': ['Inventory: ALIAS#* ASSET#* SCALING#* SCOPE#*', 'Ledger: CHAIN#* RUN#* TASK#*'],
  pump: ['Ledger: BUDGET#* CHAIN#* FAILED-SIDE#* RUN#* STEP#* STOP#*'],
  settle: [
    'Inventory: ALIAS#* ASSET#* EXPORT#* IMPORT#* SCALING#* SCOPE#*',
    'Ledger: CHAIN#* CHANGE#* REQUEST#* RUN#* SCOPE#* STEP#* STOP#* TASK#*',
  ],
  'cancel-request': ['Ledger: CHAIN#* REQUEST#* STOP#*'],
  'direct-traffic': ['Ledger: CHAIN#* DIRECTIVE#* REQUEST#* STOP#*'],
  'front-door': ['Ledger: ASKED#*'],
  'decision-door': ['Ledger: CHAIN#* DECISION#*'],
  'review-changes': ['Ledger: CHAIN#* CHANGE#*'],
  'seal-ledger': ['Ledger: CHAIN#* SEAL#*'],
  'evaluate-scaling': ['Inventory: SCALING#*'],
  'decide-capacity': ['Inventory: SCALING#*', 'Ledger: CHAIN#*'],
  'verify-capacity': ['Inventory: SCALING#*', 'Ledger: CHAIN#* REQUEST#* STOP#*'],
};

describe('the partitions that a function may write', () => {
  for (const name of taskNames)
    test(`${name}: ${golden[name]?.join('; ') ?? 'none'}`, () => {
      expect(written(name)).toEqual(golden[name] ?? []);
    });

  const writersOf = (partition: string) =>
    taskNames.filter((name) => written(name).some((line) => line.includes(` ${partition}#*`)));
  const alone: Record<string, string[]> = {
    // The decisions of people: only the function that they call.
    DECISION: ['decision-door'],
    // Who submitted a request: only the function that they call.
    ASKED: ['front-door'],
    // The record of the change, which no run trusts without the decisions.
    CHANGE: ['open-change', 'count-decisions', 'close-change', 'settle', 'review-changes'],
    // What was sent and its result. The rollback is derived from it.
    STEP: ['pump', 'settle'],
    // Tokens of waiting tasks: the tasks themselves.
    WAIT: ['await-approval', 'await-window'],
    SEAL: ['seal-ledger'],
    // What people ask of a shift, and which sides failed: who writes them could let a bad side pass.
    DIRECTIVE: ['direct-traffic'],
    'FAILED-SIDE': ['pump'],
    // The bindings of scopes: a function that could write them could take over a scope.
    BINDING: ['admit'],
  };
  for (const [partition, writers] of Object.entries(alone))
    test(`${partition}# only by ${writers.join(', ')}`, () => {
      expect(writersOf(partition).sort()).toEqual(writers.sort());
    });

  test('no role other than those of functions may write', () => {
    const others = [...roleStatements()].filter(
      ([role, statements]) =>
        !role.startsWith('Functions') &&
        statements.some(({ actions }) => actions.some((action) => action.startsWith('dynamodb:'))),
    );
    expect(others.map(([role]) => role)).toEqual([]);
  });
});

describe('evaluated by IAM', () => {
  const stack = new Stack(loadAssembly(assembly), {
    account: '111111111111',
    region: 'eu-central-1',
    endpoint: 'http://localhost',
  });
  const roles = new Map([...rolesOf(stack).values()].map((role) => [role.name, role]));
  const tables = stack.ofType('AWS::DynamoDB::Table');

  /** Returns the partitions of a table into which a function may put an item, also in a transaction. */
  function mayPut(name: string, table: 'Ledger' | 'Inventory', keys: string[][]): string[] {
    const role = roles.get(`baton-${name}`);
    const resource = tables.find(({ logicalId }) => logicalId.startsWith(table))?.arn;
    if (role === undefined || resource === undefined) throw new Error(`no ${name} or no ${table}`);
    const caller = sessionIdentity(role, 'session');
    const may = (leading: string[]) =>
      evaluate({
        caller,
        action: 'dynamodb:PutItem',
        resource,
        context: leading.length === 0 ? undefined : { 'dynamodb:LeadingKeys': leading },
      }).allowed;
    return keys.filter(may).map((leading) => leading.join(' and '));
  }

  for (const name of taskNames)
    test(`${name} puts items only where its row says`, () => {
      const found = (['Inventory', 'Ledger'] as const).flatMap((table) => {
        const all = partitions[table === 'Ledger' ? 'ledger' : 'inventory'];
        const may = mayPut(
          name,
          table,
          all.map((partition) => [`${partition}#x`]),
        );
        return may.length === 0
          ? []
          : [
              `${table}: ${may
                .map((key) => key.replace('#x', '#*'))
                .sort()
                .join(' ')}`,
            ];
      });
      expect(found).toEqual(golden[name] ?? []);
    });

  test('perform puts tasks, but no change with them, and nothing without a key', () => {
    const calls = [['TASK#1', 'TASK#2'], ['TASK#1', 'CHANGE#1'], ['TASKS#1'], []];
    expect(mayPut('perform', 'Ledger', calls)).toEqual(['TASK#1 and TASK#2']);
  });
});

describe('every write permission', () => {
  const statements = [...roleStatements().values()]
    .flat()
    .filter(({ actions }) => actions.some((action) => writing.test(action)));

  test('requires the call to name its partitions, because ForAllValues alone also matches none', () => {
    for (const { condition } of statements)
      expect(condition?.Null).toEqual({ 'dynamodb:LeadingKeys': 'false' });
  });

  test('excludes deleting from the ledger', () => {
    const deleting = statements.filter(({ actions }) => actions.includes('dynamodb:DeleteItem'));
    expect(new Set(deleting.flatMap(({ resources }) => resources))).toEqual(new Set(['Inventory']));
  });
});

describe('the partitions match the keys', () => {
  const prefixOf = ({ pk }: { pk: string }) => pk.split('#')[0];
  /** The partition of each kind of item. Chains are named after the function that writes them. */
  const prefixes = (keys: object) =>
    new Set(
      Object.entries(keys as Record<string, (...parts: string[]) => { pk: string }>)
        .filter(([kind]) => !kind.startsWith('chain'))
        .map(([, key]) => prefixOf(key('x', 'x', 'x'))),
    );

  test('of the ledger', () => {
    const chains = [changeChain('x'), assetChain('x')].map((pk) => prefixOf({ pk }));
    expect(prefixes(ledgerKeys).union(new Set(chains))).toEqual(new Set(partitions.ledger));
  });

  test('of the inventory', () => {
    expect(prefixes(inventoryKeys)).toEqual(new Set(partitions.inventory));
  });
});
