import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';
import { jsonPatch, type PatchOperation } from '../../lib/providers/json-patch.ts';

/** RFC 6902 for the operations Baton sends, written apart from the code under test. */
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

describe('jsonPatch', () => {
  it('makes of any document any other', () => {
    fc.assert(
      fc.property(value.object, value.object, (before, after) => {
        expect(apply(before, jsonPatch(before, after))).toEqual(after);
      }),
    );
  });
  it('is empty for equal documents, whatever the order of their keys', () => {
    expect(jsonPatch({ a: 1, b: { c: [1], d: 2 } }, { b: { d: 2, c: [1] }, a: 1 })).toEqual([]);
  });
  it('replaces a list that differs whole, and goes into objects', () => {
    expect(jsonPatch({ a: { list: [1, 2], same: 1 } }, { a: { list: [2], same: 1 } })).toEqual([
      { op: 'replace', path: '/a/list', value: [2] },
    ]);
  });
});
