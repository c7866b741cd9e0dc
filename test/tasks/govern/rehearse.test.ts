import { describe, expect, it } from 'vitest';
import type { Update } from '../../../lib/dynamodb/table.ts';
import type { Asset } from '../../../lib/model/asset.ts';
import type { Rehearsal } from '../../../lib/model/change.ts';
import { hashOf, type JsonObject } from '../../../lib/model/json.ts';
import type { HashedPlan } from '../../../lib/model/plan.ts';
import type { DesiredState } from '../../../lib/model/request.ts';
import { planChange } from '../../../lib/planner/index.ts';
import { ProviderBusy, ProviderRefused, type ResourceAt } from '../../../lib/providers/provider.ts';
import { rehearse } from '../../../lib/tasks/govern/rehearse.ts';
import { desire, lookup, network } from '../../planner/example.ts';
import { standing } from '../../rehearsal/worlds.ts';

const before = desire(...network);
const assets = standing(before, lookup).map(({ asset }) => asset);
const bigger = changed({ AllocatedStorage: '100' });

function changed(properties: JsonObject): DesiredState {
  const resources = before.resources.map((resource) =>
    resource.logicalId === 'Database'
      ? { ...resource, properties: { ...resource.properties, ...properties } }
      : resource,
  );
  return { ...before, resources };
}

type Read = (type: string, identifier: string) => JsonObject | undefined;

/** Rehearses the change to the desired state. `read` returns what the provider shows. */
async function rehearsed(desired: DesiredState, there: Asset[], read: Read) {
  const plan = planChange({ requestId: 'r', desired, assets: there, lookup });
  const documents = new Map<string, unknown>([[plan.hash, plan]]);
  const updates: Update[] = [];
  const entries: { event: string; detail: JsonObject }[] = [];
  const services = {
    ledger: {
      table: { update: async (update: Update) => void updates.push(update) },
      record: async (_change: string, entry: (typeof entries)[number]) => void entries.push(entry),
    },
    documents: {
      get: async (hash: string) => documents.get(hash),
      put: async (document: unknown) => {
        documents.set(hashOf(document), document);
        return hashOf(document);
      },
    },
    inventory: { assets: async (ids: string[]) => there.filter(({ id }) => ids.includes(id)) },
    providers: {
      of: () => ({ read: async ({ type, identifier }: ResourceAt) => read(type, identifier) }),
    },
    lookup,
  };
  const input = { requestId: 'r', planHash: plan.hash, now: '2026-01-01T00:00:00.000Z' };
  const answer = await rehearse(services as never, input);
  const [update] = updates;
  const set = update?.set as { rehearsalHash: string; inverseHash?: string };
  const rehearsal = documents.get(set.rehearsalHash) as Rehearsal;
  const inverse = documents.get(set.inverseHash ?? '') as HashedPlan | undefined;
  return { plan, answer, rehearsal, inverse, update, entries };
}

const asSeen: Read = (type, identifier) =>
  assets.find((asset) => asset.type === type && asset.identifier === identifier)?.attributes;

describe('the state Rehearse', () => {
  it('is retried if a read is throttled: nothing is concluded about the rollback', async () => {
    const busy = () => {
      throw new ProviderBusy('Throttling: Rate exceeded');
    };
    await expect(rehearsed(bigger, assets, busy)).rejects.toThrow(ProviderBusy);
  });

  const problems: [string, Error][] = [
    ['a read is denied', new ProviderRefused('AccessDeniedException', 'may not be read')],
    ['an internal error occurs', new TypeError('undefined is not a function')],
  ];
  for (const [when, error] of problems)
    it(`reports a failed rehearsal with the reason if ${when}, and neither stops nor approves anything`, async () => {
      const refuse = () => {
        throw error;
      };
      const { answer, rehearsal, update, plan } = await rehearsed(bigger, assets, refuse);
      expect(answer).toMatchObject({ rehearsal: 'failed' });
      expect(rehearsal).toMatchObject({ outcome: 'failed', planHash: plan.hash, steps: 0 });
      expect(rehearsal.differences[0]?.message).toContain(error.message);
      expect(update?.remove).toEqual(['inverseHash']);
    });

  it('fails if a resource to change is gone', async () => {
    const { rehearsal } = await rehearsed(bigger, assets, () => undefined);
    expect(rehearsal).toMatchObject({ outcome: 'failed', seed: 'live' });
  });

  it('is skipped without steps', async () => {
    const { answer, update } = await rehearsed(before, assets, asSeen);
    expect(answer).toMatchObject({ rehearsal: 'none' });
    expect(update?.remove).toEqual(['inverseHash']);
  });

  it('starts with the live state, and stores the inverse that it used', async () => {
    const live: Read = (type, identifier) => {
      const seen = asSeen(type, identifier);
      return seen && { ...seen, ...(type === 'AWS::RDS::DBInstance' ? { AllocatedStorage: '30' } : {}) };
    };
    const { rehearsal, inverse, plan, entries } = await rehearsed(bigger, assets, live);
    expect(rehearsal).toMatchObject({ outcome: 'passed', seed: 'live', planHash: plan.hash });
    expect(inverse).toMatchObject({ direction: 'undo', steps: [{ restore: { AllocatedStorage: '30' } }] });
    expect(entries).toMatchObject([{ event: 'PlanRehearsed', detail: { outcome: 'passed', steps: 1 } }]);
  });

  it('stores no secret from a read', async () => {
    const live: Read = (type, identifier) => ({ ...asSeen(type, identifier), MasterUserPassword: 'hunter2' });
    const { rehearsal, inverse } = await rehearsed(bigger, assets, live);
    expect(JSON.stringify([rehearsal, inverse])).not.toContain('hunter2');
  });

  it('starts with the inventory if there is too much to read in time, and says so', async () => {
    const topics = (name: string) =>
      desire(
        ...Array.from({ length: 2_001 }, (_, index): [string, string, JsonObject] => [
          `T${index}`,
          'AWS::SNS::Topic',
          { DisplayName: name },
        ]),
      );
    const there = standing(topics('a'), lookup).map(({ asset }) => asset);
    const { rehearsal } = await rehearsed(topics('b'), there, () => {
      throw new Error('nothing is read');
    });
    expect(rehearsal).toMatchObject({ outcome: 'passed', seed: 'inventory', steps: 2_001 });
  });
});
