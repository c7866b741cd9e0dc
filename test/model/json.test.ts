import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashOf } from '../../lib/model/json.ts';

describe('canonicalJson', () => {
  it('rejects values without a JSON form', () => {
    for (const value of [undefined, () => 1, Number.NaN, { a: Number.POSITIVE_INFINITY }]) {
      expect(() => canonicalJson(value)).toThrow();
    }
  });

  it('gives the same text as the reference implementation for all keys', () => {
    const keys = fc.oneof(fc.string(), fc.constantFrom('10', '9', '-1', '__proto__', 'é', 'a b'));
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, false, undefined),
        fc.array(tie('value')),
        fc.dictionary(keys, tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson({ value })).toBe(canonicalize({ value }));
      }),
    );
  });

  it('gives one hash for one value, in any order of its keys', () => {
    expect(hashOf({ b: 1, a: { d: [1, 2], c: null } })).toBe(hashOf({ a: { c: null, d: [1, 2] }, b: 1 }));
    expect(hashOf({ a: [1, 2] })).not.toBe(hashOf({ a: [2, 1] }));
  });
});
