import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from '../../lib/dynamodb/table.ts';
import { DynamoDbService } from '../../lib/local/dynamodb/service.ts';
import type { JsonObject } from '../../lib/model/json.ts';

interface Command {
  constructor: { name: string };
  input: object;
}

export interface MemoryTable {
  table: Table;
  /** Called operations, in order. */
  called: string[];
  /** Fails the next call of this operation with the error. */
  failNext(operation: string, error: Error): void;
  failNone(): void;
  close(): Promise<void>;
}

const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const schema = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

/** Opens an in-memory table with one index, `open`, like the ledger's. */
export async function openMemoryTable(): Promise<MemoryTable> {
  const service = new DynamoDbService({ account: '111111111111', region: 'us-east-1', now: () => 0 });
  await service.ensureTable(
    {
      TableName: 'Ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'openPk', 'openSk'].map(attribute),
      KeySchema: schema('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'open', KeySchema: schema('openPk', 'openSk'), Projection: { ProjectionType: 'ALL' } },
      ],
    },
    { pointInTimeRecovery: true },
  );
  const called: string[] = [];
  const failures = new Map<string, Error[]>();
  const send = async (command: Command) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    called.push(operation);
    const failure = failures.get(operation)?.shift();
    if (failure !== undefined) throw failure;
    try {
      return await service.call(operation, JSON.parse(JSON.stringify(command.input)) as JsonObject);
    } catch (error) {
      // As in the SDK, the members of the error's shape are on the error.
      if (error instanceof Error && 'fields' in error) Object.assign(error, error.fields);
      throw error;
    }
  };
  return {
    table: new Table({ send } as unknown as DynamoDBClient, 'Ledger'),
    called,
    failNext: (operation, error) => failures.set(operation, [...(failures.get(operation) ?? []), error]),
    failNone: () => failures.clear(),
    close: () => service.close(),
  };
}
