import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Documents } from '../lib/documents/documents.ts';
import { Publisher } from '../lib/events/publisher.ts';
import { Inventory } from '../lib/inventory/inventory.ts';
import { Budgets } from '../lib/ledger/budgets.ts';
import { changeIdOf, Ledger } from '../lib/ledger/ledger.ts';
import type { ChangeRecord } from '../lib/ledger/records.ts';
import { canonicalJson, type JsonObject, sha256 } from '../lib/model/json.ts';
import type { HashedPlan } from '../lib/model/plan.ts';
import type { Verdicts } from '../lib/model/policy.ts';
import { settingsSchema } from '../lib/model/settings.ts';
import type { TypeLookup } from '../lib/model/spec.ts';
import type { Providers } from '../lib/providers/provider.ts';
import { registerAsset } from '../lib/tasks/apply/register-asset.ts';
import { admit } from '../lib/tasks/govern/admit.ts';
import { planChange } from '../lib/tasks/govern/plan-change.ts';
import type { PumpServices } from '../lib/tasks/pump/services.ts';
import { tick } from '../lib/tasks/pump/tick.ts';
import { openMemoryTable } from './dynamodb/memory-table.ts';

interface World {
  providers: Providers;
  lookup: TypeLookup;
  /** Ends the provider's operations in progress. */
  settle(): void;
}

const home = { account: '111111111111', region: 'us-east-1' };
const verdicts = { decision: 'allow', violations: [], waived: [], pending: [] } as unknown as Verdicts;

/**
 * Admits, plans, performs and registers requests with the functions of the tasks, in this process: on a table in memory,
 * with any provider, without policies, approvals or machines.
 */
export async function smallPump({ providers, lookup, settle }: World) {
  const memory = await openMemoryTable();
  const documents = memoryDocuments();
  const ledger = new Ledger(memory.table);
  const inventory = new Inventory(memory.table, documents);
  const published: { detailType: string; detail: JsonObject }[] = [];
  const bus = {
    send: async ({ input }: PutEventsCommand) => {
      for (const { DetailType = '', Detail = '{}' } of input.Entries ?? [])
        published.push({ detailType: DetailType, detail: JSON.parse(Detail) });
      return {};
    },
  } as unknown as EventBridgeClient;
  const services = {
    ...{ ledger, inventory, documents, providers, lookup, publisher: new Publisher(bus, 'bus') },
    budgets: new Budgets(memory.table, () => ({ create: 5, update: 5, delete: 5 })),
    settings: settingsSchema.parse({ environments: { dev: { policyPacks: [{ name: 'starter' }] } } }),
    parameters: async () => ({}),
    tokens: { succeed: async () => {} } as unknown as PumpServices['tokens'],
    judge: () => verdicts,
    secret: async () => '',
    healthy: async () => true,
    metrics: { series: async () => new Map(), alarms: async () => [] },
    verdicts: { ask: async () => ({ verdict: null, why: 'there are no functions' }) },
    views: new Map(),
  };
  let seconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
  const now = () => {
    seconds += 15;
    return new Date(seconds * 1000).toISOString();
  };

  /** Admits a request and plans it. */
  async function plan(requestId: string, detail: object): Promise<HashedPlan> {
    const event = { id: requestId, source: 'tests', ...home, detail: { requestId, ...detail } };
    const admission = await admit(services, { event, executionArn: `arn:${requestId}`, now: now() });
    const planning =
      admission.status === 'Admitted' && (await planChange(services, { requestId, now: now() }));
    const { problems, planHash = '' } = await ledger.request(requestId);
    if (planning === false || planning.status !== 'Planned') throw new Error(JSON.stringify(problems));
    return { ...(await documents.get<HashedPlan>(planHash)), hash: planHash };
  }

  /** Runs a plan to its end, and registers what its steps did. */
  async function run({ requestId, hash: planHash, direction, steps }: HashedPlan) {
    const [runId, changeId] = [`${requestId}-run`, changeIdOf(requestId)];
    const verdictsHash = await documents.put(verdicts);
    await ledger.putChange({ changeId, requestId, verdictsHash, status: 'Approved' } as ChangeRecord);
    await ledger.beginRun({
      ...{ runId, requestId, changeId, planHash, direction, executionArn: 'arn', startedAt: now() },
      ...{ status: 'Running', fence: 1, ticks: 0, stepCount: steps.length },
    });
    for (let ticks = 0, done = false; !done; ticks += 1) {
      if (ticks > 20) throw new Error(`The run of ${requestId} does not end.`);
      ({ done } = await tick(services, { runId, ticks, now: now() }));
      settle();
    }
    for (const index of steps.keys()) await registerAsset(services, { runId, index, now: now() });
    return { run: await ledger.run(runId), steps: await ledger.steps(runId) };
  }

  return { plan, run, inventory, published, close: () => memory.close() };
}

function memoryDocuments(): Documents {
  const kept = new Map<string, string>();
  return {
    put: async (document: unknown) => {
      const text = canonicalJson(document);
      kept.set(sha256(text), text);
      return sha256(text);
    },
    get: async (hash: string) => JSON.parse(kept.get(hash) ?? 'null'),
  } as unknown as Documents;
}
