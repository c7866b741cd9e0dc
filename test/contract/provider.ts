import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue, PatchOperation } from '../../lib/model/json.ts';
import type { Place } from '../../lib/model/place.ts';
import {
  alreadyExists,
  type OperationState,
  type Permanence,
  type Provider,
  ProviderBusy,
  ProviderRefused,
} from '../../lib/providers/provider.ts';

/** An injected failure of the next call, or of the operation that it starts. */
export interface Fault {
  at: 'call' | 'operation';
  /** The provider's own error code. */
  code: string;
  /** Whether the operation takes effect anyway. */
  effect: boolean;
}

/** A provider whose calls can be made to fail, and whose operations end on request. */
export interface Harness {
  provider: Provider;
  place: Place;
  /** Lets time pass until every operation has ended. */
  settle(): Promise<void>;
  /** Does the work while time stands still. */
  still<T>(work: () => Promise<T>): Promise<T>;
  failNext(fault: Fault): void;
  /** Errors that the provider may receive, and how it must classify them. */
  causes: [what: string, cause: unknown, permanence: Permanence, taken: boolean][];
  /** Absent: log groups, whose properties are as the tests have them. */
  subject?: Subject;
  close(): Promise<void>;
}

/** The resources of a provider that has no log groups, in place of them. */
export interface Subject {
  type: string;
  /** Returns the properties of a resource with a name, and with a number of days if one is given. */
  properties(name: string, days?: number): JsonObject;
  /** The property that the number of days is in, and its value. */
  days(days: number): [name: string, value: JsonValue];
  /** The create-only property that is not changed. */
  fixed: string;
  identifierOf(name: string): string;
}

/** What the services of some providers can't do, by the name that their tests have. */
export type Inability = 'client tokens' | 'failing operations' | 'write-only properties';

const logGroups: Subject = {
  type: 'AWS::Logs::LogGroup',
  properties: (LogGroupName, days) => ({
    LogGroupName,
    ...(days === undefined ? {} : { RetentionInDays: days }),
  }),
  days: (days) => ['RetentionInDays', days],
  fixed: 'LogGroupName',
  identifierOf: (name) => name,
};

/**
 * The behavior of every provider that the pump depends on. It is Cloud Control's contract, according to the Cloud
 * Control API User Guide and API Reference, as far as other providers can fulfill it. Resources are log groups, which a
 * given name identifies (`LogGroupName`, create-only), and secrets, whose value (`SecretString`) is write-only.
 */
export function describeProvider(
  name: string,
  open: () => Promise<Harness>,
  unable: readonly Inability[] = [],
): void {
  const able = (what: Inability) => test.skipIf(unable.includes(what));
  describe(`${name} fulfills the contract of providers`, () => {
    let harness: Harness;
    const used: string[] = [];
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness.close());

    const subject = () => harness.subject ?? logGroups;
    const freshToken = () => `token-${used.push('')}`;
    const change = (clientToken = freshToken()) => ({
      ...{ type: subject().type, place: harness.place, clientToken },
    });
    const create = (one: string, token?: string, days?: number) =>
      harness.provider.create({ ...change(token), properties: subject().properties(one, days) });
    const update = (one: string, property: string, value: JsonValue, op: 'add' | 'replace' = 'replace') => {
      const patch: PatchOperation[] = [{ op, path: `/${property}`, value }];
      return harness.provider.update({ ...change(), identifier: idOf(one), patch });
    };
    const idOf = (one: string) => subject().identifierOf(one);
    const kept = (days: number) => Object.fromEntries([subject().days(days)]);
    const remove = (one: string) => harness.provider.delete({ ...change(), identifier: idOf(one) });
    const read = (one: string) => readAs(subject().type, idOf(one));
    const readAs = (type: string, identifier: string) =>
      harness.provider.read({ type, identifier, place: harness.place });
    const stateOf = async (token: string) => (await harness.provider.poll(harness.place, [token])).get(token);

    /** Returns how a call ends: a provider may reject it at once, or fail its operation. */
    async function ending(call: Promise<string>): Promise<OperationState | undefined> {
      try {
        const token = await call;
        await harness.settle();
        return await stateOf(token);
      } catch (error) {
        if (!(error instanceof ProviderRefused)) throw error;
        const { code, message, permanence } = error;
        return { state: 'Failed', code, message, permanence };
      }
    }
    async function namesOf(type = subject().type): Promise<string[]> {
      const names: string[] = [];
      for await (const { identifier } of harness.provider.list(type, harness.place)) names.push(identifier);
      return names.sort();
    }

    // "Resource operation request error codes", Cloud Control API User Guide.
    test('an existing resource is not created, and stays unchanged', async () => {
      await ending(create('taken', undefined, 7));
      expect(await ending(create('taken'))).toMatchObject({
        ...{ state: 'Failed', code: alreadyExists, permanence: 'permanent' },
      });
      expect(await read('taken')).toMatchObject(kept(7));
    });

    test('a missing resource is not read, updated or deleted', async () => {
      const notFound = { state: 'Failed', code: expect.stringMatching(/NotFound/), permanence: 'permanent' };
      expect(await read('nothing')).toBeUndefined();
      expect(await ending(remove('nothing'))).toMatchObject(notFound);
      expect(await ending(update('nothing', ...subject().days(7), 'add'))).toMatchObject(notFound);
    });

    // `createOnlyProperties`, "Resource type schema", CloudFormation CLI User Guide.
    test('a create-only property is not changed', async () => {
      await ending(create('fixed'));
      const { fixed, properties } = subject();
      const ended = await ending(update('fixed', fixed, properties('other')[fixed] ?? ''));
      expect(ended).toMatchObject({ code: expect.stringMatching(/NotUpdatable/), permanence: 'permanent' });
      expect(await read('fixed')).toMatchObject({ [fixed]: properties('fixed')[fixed] });
    });

    test('a resource is created, read, updated and deleted', async () => {
      const made = await ending(create('life', undefined, 7));
      expect(made).toMatchObject({ state: 'Succeeded', identifier: idOf('life') });
      const readOnly = harness.subject === undefined ? { Arn: expect.any(String) } : {};
      expect(await read('life')).toMatchObject({ ...kept(7), ...readOnly });
      // "Updating a resource": a patch keeps what it doesn't name.
      const updated = await ending(update('life', ...subject().days(14)));
      expect(updated).toMatchObject({ state: 'Succeeded', identifier: idOf('life') });
      const { fixed, properties } = subject();
      expect(await read('life')).toMatchObject({ [fixed]: properties('life')[fixed], ...kept(14) });
      expect(await ending(remove('life'))).toMatchObject({ state: 'Succeeded' });
      expect(await read('life')).toBeUndefined();
    });

    // "Discovering resources" (ListResources), User Guide: of one type, in one account and region.
    test('a listing has every resource of a type, and no other', async () => {
      const before = await namesOf();
      const secrets = await namesOf('AWS::SecretsManager::Secret');
      for (const one of ['listed-a', 'listed-b']) await ending(create(one));
      expect(await namesOf()).toEqual([...before, idOf('listed-a'), idOf('listed-b')].sort());
      expect(await namesOf('AWS::SecretsManager::Secret')).toEqual(secrets);
    });

    // `writeOnlyProperties`, "Resource type schema": in no response of a read or list handler.
    able('write-only properties')('a write-only property is not read', async () => {
      const type = 'AWS::SecretsManager::Secret';
      const properties = { Name: 'secret', SecretString: 'hunter2' };
      const made = await ending(harness.provider.create({ ...change(), type, properties }));
      const live = await readAs(type, made?.state === 'Succeeded' ? made.identifier : '');
      expect(live).toMatchObject({ Name: 'secret' });
      expect(JSON.stringify(live)).not.toContain('hunter2');
    });

    test('an operation is in progress until it ends', async () => {
      const token = await harness.still(async () => {
        const started = await create('slow');
        expect(await stateOf(started)).toMatchObject({ state: 'InProgress' });
        return started;
      });
      await harness.settle();
      expect(await stateOf(token)).toMatchObject({ state: 'Succeeded', identifier: idOf('slow') });
    });

    // "Ensuring requests are unique when using Cloud Control API", User Guide.
    able('client tokens')(
      'a repeated call with its client token is the same call, even after its operation has ended',
      async () => {
        const tokens = [await create('once', 'same'), await create('once', 'same')];
        await harness.settle();
        tokens.push(await create('once', 'same'));
        expect(new Set(tokens).size).toBe(1);
        expect(await stateOf(tokens[0] ?? '')).toMatchObject({ state: 'Succeeded', identifier: 'once' });
      },
    );

    // ClientTokenConflictException, CreateResource, API Reference.
    able('client tokens')('another call with a used client token is rejected', async () => {
      await create('first', 'used');
      await expect(create('second', 'used')).rejects.toThrow(ProviderRefused);
      await harness.settle();
      expect(await read('second')).toBeUndefined();
    });

    able('failing operations')('an operation that failed without effect created nothing', async () => {
      harness.failNext({ at: 'operation', code: 'ServiceInternalError', effect: false });
      expect(await ending(create('failed'))).toMatchObject({ state: 'Failed', permanence: 'passing' });
      expect(await read('failed')).toBeUndefined();
    });

    able('failing operations')(
      'an operation that failed may have taken effect, and names what it created',
      async () => {
        harness.failNext({ at: 'operation', code: 'NotStabilized', effect: true });
        expect(await ending(create('half'))).toMatchObject({ state: 'Failed', identifier: 'half' });
        expect(await read('half')).toMatchObject({ LogGroupName: 'half' });
      },
    );

    // ThrottlingException, CreateResource, API Reference.
    test('a throttled call was not accepted, and succeeds later', async () => {
      harness.failNext({ at: 'call', code: 'ThrottlingException', effect: false });
      await expect(create('throttled', 'again')).rejects.toMatchObject({
        permanence: 'passing',
        taken: false,
      });
      await harness.settle();
      expect(await read('throttled')).toBeUndefined();
      expect(await ending(create('throttled', 'again'))).toMatchObject({ state: 'Succeeded' });
    });

    test('a call with a lost response was accepted, and the same call finds its operation', async () => {
      harness.failNext({ at: 'call', code: 'InternalFailure', effect: true });
      const lost = create('lost', 'unanswered');
      await expect(lost).rejects.toThrow(ProviderBusy);
      await expect(lost).rejects.toMatchObject({ taken: true });
      const same = { ...change('unanswered'), properties: subject().properties('lost'), again: true };
      expect(await ending(harness.provider.create(same))).toMatchObject({
        state: 'Succeeded',
        identifier: idOf('lost'),
      });
    });

    // RequestTokenNotFoundException, GetResourceRequestStatus, API Reference.
    for (const unknown of [1, 3])
      test(`with ${unknown} unknown tokens, only known operations are returned`, async () => {
        const token = await create(`known-${unknown}`);
        const never = [...Array(unknown).keys()].map(
          (index) => `00000000-0000-0000-0000-00000000000${index}`,
        );
        const states = await harness.provider.poll(harness.place, [...never, token]);
        expect([...states.keys()]).toEqual([token]);
        expect(await harness.provider.poll(harness.place, [])).toEqual(new Map());
        await harness.settle();
      });

    test('every failure is classified as transient or permanent', () => {
      for (const [what, cause, permanence, taken] of harness.causes) {
        const outcome = harness.provider.outcomeOf(cause);
        expect([what, outcome.permanence, outcome.taken ?? false]).toEqual([what, permanence, taken]);
        expect(outcome.code).not.toBe('');
        expect(outcome.message).not.toBe('');
      }
    });
  });
}
