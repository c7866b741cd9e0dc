import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../lib/model/json.ts';
import {
  evaluate,
  isUnresolved,
  referencesIn,
  resolveReferences,
  UnresolvedReference,
} from '../../lib/template/index.ts';
import { scopeWith } from './scope-with.ts';

const outputs = {
  Database: {
    ref: 'db-1',
    attributes: { Endpoint: { Address: 'db.local', Port: 5432 }, 'Dotted.Name': 'yes' },
  },
};
const outputsOf = (logicalId: string) => (outputs as Record<string, (typeof outputs)['Database']>)[logicalId];

describe('throws an error with everything that has no value', () => {
  test('an unknown resource and an unknown attribute', () => {
    const value = { a: { Ref: 'Nobody' }, b: [{ 'Fn::GetAtt': ['Database', 'Nothing'] }] };
    const failure = () => resolveReferences(value, outputsOf);
    expect(failure).toThrow(UnresolvedReference);
    expect(failure).toThrow(/a\.Ref: "Nobody"[\s\S]*b\.0\.Fn::GetAtt: "Database" has no attribute "Nothing"/);
  });
});

const cases: [JsonValue, JsonValue][] = [
  [{ Ref: 'Database' }, 'db-1'],
  [{ 'Fn::GetAtt': ['Database', 'Endpoint.Address'] }, 'db.local'],
  [{ 'Fn::GetAtt': ['Database', 'Dotted.Name'] }, 'yes'],
  [
    {
      'Fn::Join': [
        '',
        [
          'postgres://',
          { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] },
          ':',
          { 'Fn::GetAtt': ['Database', 'Endpoint.Port'] },
        ],
      ],
    },
    'postgres://db.local:5432',
  ],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Database' }] }] }, '1'],
  [{ 'Fn::Base64': { Ref: 'Database' } }, 'ZGItMQ=='],
  [{ 'Fn::Base64': '{{resolve:ssm:x}}' }, { 'Fn::Base64': '{{resolve:ssm:x}}' }],
  ['{{resolve:secretsmanager:x}}', '{{resolve:secretsmanager:x}}'],
];
describe('resolves references from outputs, and keeps references to secrets', () => {
  for (const [value, expected] of cases) {
    test(JSON.stringify(value), () => expect(resolveReferences(value, outputsOf)).toEqual(expected));
  }
});

test('finds all references in a value, including those in texts', () => {
  const value = {
    a: { Ref: 'A' },
    b: { 'Fn::Sub': ['${B}${C.d.e}${v}${!F}', { v: { 'Fn::GetAtt': 'D.x' } }] },
  };
  expect(referencesIn(value)).toEqual([
    { logicalId: 'A' },
    { logicalId: 'B' },
    { logicalId: 'C', attribute: 'd.e' },
    { logicalId: 'D', attribute: 'x' },
  ]);
});

/** Templates of literals, known and unknown references, joins and conditions. */
const leaf = fc.oneof(
  fc.string({ maxLength: 5 }).filter((text) => !text.includes('$')),
  fc.constantFrom<JsonValue>({ Ref: 'Known' }, { Ref: 'Later' }, { 'Fn::GetAtt': ['Later', 'x'] }),
);
const { text } = fc.letrec<{ text: JsonValue }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .tuple(fc.constantFrom('', '-'), fc.array(tie('text'), { maxLength: 4 }))
      .map(([by, parts]) => ({ 'Fn::Join': [by, parts] })),
    fc.tuple(tie('text'), tie('text')).map(([yes, no]) => ({ 'Fn::If': ['Yes', yes, no] })),
    tie('text').map((part) => ({ 'Fn::Sub': ['a${p}b${Known}', { p: part }] })),
    tie('text').map((part) => ({ 'Fn::Base64': part })),
  ),
}));
const now = scopeWith({ values: { Known: 'k' }, resources: ['Later'], conditions: { Yes: true } });
const later = (logicalId: string) => (logicalId === 'Later' ? { ref: 'l', attributes: { x: 7 } } : undefined);
const allKnown = { ...now, ref: (name: string) => ({ Known: 'k', Later: 'l' })[name], attribute: () => 7 };

test('evaluating in two stages gives the same result as in one', () => {
  fc.assert(
    fc.property(text, (value) => {
      const first = evaluate(value, now);
      expect(resolveReferences(first ?? null, later)).toEqual(evaluate(value, allKnown));
    }),
  );
});

test('evaluating twice changes nothing more, and leaves only references to what is unknown', () => {
  fc.assert(
    fc.property(text, (value) => {
      const once = evaluate(value, now) ?? null;
      expect(evaluate(once, now)).toEqual(once);
      if (!JSON.stringify(value).includes('Later')) expect(isUnresolved(once)).toBe(false);
    }),
  );
});
