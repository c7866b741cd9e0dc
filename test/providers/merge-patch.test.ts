import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue, type PatchOperation } from '../../lib/model/json.ts';
import { mergePatch } from '../../lib/providers/merge-patch.ts';

/** RFC 6902 for the operations that Baton sends, implemented independently of the code under test. */
function apply(document: JsonObject, operations: PatchOperation[]): JsonObject {
  const copy = structuredClone(document);
  for (const operation of operations) {
    const names = operation.path
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = names.pop() ?? '';
    let place: JsonValue = copy;
    for (const name of names) place = isObject(place) ? (place[name] ?? null) : null;
    if (!isObject(place)) throw new Error(`${operation.path}: no parent`);
    if (operation.op !== 'add' && !Object.hasOwn(place, last))
      throw new Error(`${operation.path}: not there`);
    if (operation.op === 'remove') delete place[last];
    else place[last] = operation.value;
  }
  return copy;
}

const value = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>('a', '', 1, 0.5, true, null),
    fc.array(fc.constantFrom<JsonValue>(1, 'x', false), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f', '~1'), tie('value'), {
    maxKeys: 4,
  }) as fc.Arbitrary<JsonObject>,
}));

describe('mergePatch', () => {
  it('changes the last sent properties into the new ones', () => {
    fc.assert(
      fc.property(value.object, value.object, fc.boolean(), (before, after, everything) => {
        expect(apply(before, mergePatch({ live: before, before, after, everything }))).toEqual(after);
      }),
    );
  });
  it('never changes what the service added or rewrote', () => {
    const before = { KeyId: 'alias/a', Config: { Mode: 'x' }, Retention: 7 };
    const live = { KeyId: 'arn:key', Config: { Mode: 'x', Default: true }, Retention: 7, Arn: 'arn' };
    const patch = mergePatch({ live, before, after: { ...before, Retention: 30 }, everything: false });
    expect(patch).toEqual([{ op: 'replace', path: '/Retention', value: 30 }]);
  });
  it('removes what is no longer sent, also inside objects, and keeps what was never sent', () => {
    const live = { Config: { Mode: 'x', Level: 1, Default: true }, Tags: [] };
    const patch = mergePatch({
      ...{ live, before: { Config: { Mode: 'x', Level: 1 }, Tags: [] } },
      ...{ after: { Config: { Mode: 'x' } }, everything: false },
    });
    expect(patch).toEqual([
      { op: 'remove', path: '/Tags' },
      { op: 'remove', path: '/Config/Level' },
    ]);
  });
  it('reverts what a partial attempt changed, even if it equals the last sent value', () => {
    const before = { Retention: 7 };
    const change = { live: { Retention: 30 }, before, after: before };
    expect(mergePatch({ ...change, everything: false })).toEqual([]);
    expect(mergePatch({ ...change, everything: true })).toEqual([
      { op: 'replace', path: '/Retention', value: 7 },
    ]);
  });
  it('sends properties that reads hide with each update', () => {
    const before = { Password: 'p', Size: 1 };
    const change = { live: { Size: 1 }, before, after: before, everything: false };
    expect(mergePatch({ ...change, hidden: ['Password'] })).toEqual([
      { op: 'add', path: '/Password', value: 'p' },
    ]);
  });
  it('sends hidden properties inside an object, and nothing else in it', () => {
    const before = { Profile: { Name: 'a', Password: 'p' } };
    const change = { live: { Profile: { Name: 'a' } }, before, after: before, everything: false };
    expect(mergePatch({ ...change, hidden: ['Profile.Password'] })).toEqual([
      { op: 'add', path: '/Profile/Password', value: 'p' },
    ]);
  });
});
