import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { handlerErrors } from '../../lib/providers/handler-errors.ts';
import { isTried, storyAt } from '../sample.ts';
import { broken } from './invariants.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

/** An operation that reports an error may have taken effect or not. The error doesn't tell. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

type Kind = 'CREATE' | 'UPDATE' | 'DELETE';
const kinds: Kind[] = ['CREATE', 'UPDATE', 'DELETE'];
const topics = (codes: string[], text: string) =>
  codes.map((code) => `  ${code}: { Type: AWS::SNS::Topic, Properties: { DisplayName: ${text}-${code} } }\n`);
const document = (scope: string, resources: string[]) =>
  manifest(scope, `Resources:\n  Queue: { Type: AWS::SQS::Queue }\n${resources.join('')}`);
/** A topic for each error code, before and after the change that causes the errors. */
const documents: Record<Kind, (scope: string, codes: string[]) => [before: string, changed: string]> = {
  CREATE: (scope, codes) => [document(scope, []), document(scope, topics(codes, 'one'))],
  UPDATE: (scope, codes) => [document(scope, topics(codes, 'one')), document(scope, topics(codes, 'two'))],
  DELETE: (scope, codes) => [document(scope, topics(codes, 'one')), document(scope, [])],
};

async function standing(scope: string): Promise<string[]> {
  const found = await play.live(scope);
  return found.map(({ type, properties }) => `${type} ${String(properties.DisplayName)}`).sort();
}

/** One code in three. */
const sampled = (index: number) => isTried(index, 6);

describe('after operations that reported errors, the cloud and the inventory agree, and the rollback works', () => {
  for (const [index, kind] of kinds.entries())
    for (const effect of [true, false])
      storyAt(index + Number(effect), 3)(
        `${kind}, ${effect ? 'which took effect anyway' : 'which had no effect'}`,
        async () => {
          // A creation that took effect doesn't report an existing resource.
          const codes = Object.keys(handlerErrors).filter(
            (code, index) => sampled(index) && !(kind === 'CREATE' && effect && code === 'AlreadyExists'),
          );
          const scope = `${kind}-${effect}`.toLowerCase();
          const [before, changed] = documents[kind](scope, codes);
          const { store } = play.world.services.cloudControl;
          const resourcesBefore = store.snapshot();
          await play.submit(`${scope}-1`, before);
          const was = await standing(scope);
          const open = new Set(codes);
          play.faults(({ type, operation, properties, identifier = '' }) => {
            const text = (properties ?? store.get(type, identifier)?.properties)?.DisplayName;
            const code = String(text).split('-')[1] ?? '';
            return operation === kind && open.delete(code) ? { errorCode: code, effect } : undefined;
          });
          const { status } = await play.submit(`${scope}-2`, changed);
          play.faults(() => undefined);
          // Deletions that took effect are complete, whatever they reported.
          expect(status).toBe(kind === 'DELETE' && effect ? 'Completed' : 'RolledBack');
          expect([...open]).toEqual([]);
          if (status === 'RolledBack') expect(await standing(scope)).toEqual(was);
          expect((await play.submit(`${scope}-3`, changed)).status).toBe('Completed');
          const requestIds = [1, 2, 3].map((number) => `${scope}-${number}`);
          expect(await broken(play, { scope, requestIds, resourcesBefore })).toEqual([]);
          expect(await standing(scope)).toHaveLength(kind === 'DELETE' ? 1 : codes.length + 1);
        },
      );
});

/** The values requested first, then by a failed update that is kept, and then by a third request. */
const before = { VisibilityTimeout: 30, MessageRetentionPeriod: 600 };
const failing = { VisibilityTimeout: 60, DelaySeconds: 9 };
const third = { VisibilityTimeout: 90 };

describe('after a failed update whose changes are kept', () => {
  const asked = (scope: string, properties: JsonObject) =>
    manifest(
      scope,
      `Resources: { Queue: { Type: AWS::SQS::Queue, Properties: ${JSON.stringify({ QueueName: `${scope}-queue`, ...properties })} } }`,
      'onFailure: keep',
    );
  const queueOf = async (scope: string) => {
    const [queue] = await play.live(scope);
    const [asset] = await play.assets(scope);
    return { live: queue?.properties ?? {}, asset };
  };
  const set = (properties: JsonObject) =>
    Object.fromEntries(Object.keys({ ...before, ...failing }).map((name) => [name, properties[name]]));
  const nexts: [what: string, properties: JsonObject][] = [
    ['the same again', failing],
    ['the previous value', before],
    ['something else', third],
  ];
  for (const effect of [true, false])
    for (const [index, [what, next]] of nexts.entries())
      storyAt(index + Number(effect), 3)(
        `which ${effect ? 'took effect' : 'had no effect'}, ${what} is the new state`,
        async () => {
          const scope = `kept-${effect}-${index}`;
          await play.submit(`${scope}-1`, asked(scope, before));
          play.faults(({ operation }) =>
            operation === 'UPDATE' ? { errorCode: 'InvalidRequest', effect } : undefined,
          );
          expect(await play.submit(`${scope}-2`, asked(scope, failing))).toMatchObject({ status: 'Failed' });
          play.faults(() => undefined);
          // The requested, sent and read values are each as they are.
          const left = await queueOf(scope);
          expect(left.asset).toMatchObject({
            version: 2,
            desired: failing,
            applied: failing,
            attributes: left.live,
            unsettled: { desired: before, applied: before },
          });
          expect(set(left.live)).toEqual(set(effect ? failing : before));
          // Nothing claims that it is as requested before an update has succeeded.
          const { status, reason } = await play.submit(`${scope}-3`, asked(scope, next));
          expect([status, reason]).toEqual(['Completed', '1 of 1 steps are done.']);
          const after = await queueOf(scope);
          expect(set(after.live)).toEqual(set(next));
          expect(after.asset).toMatchObject({ desired: next, attributes: after.live });
          expect(after.asset).not.toHaveProperty('unsettled');
          const again = await play.submit(`${scope}-4`, asked(scope, next));
          expect(again.reason).toBe('Everything is already as requested.');
          const requestIds = [1, 2, 3, 4].map((number) => `${scope}-${number}`);
          expect(await play.findings(scope, ...requestIds)).toEqual([]);
        },
      );
});
