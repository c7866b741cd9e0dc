import { expect, test } from 'vitest';
import { loadCedar } from '../../lib/policy/cedar.ts';
import { entityTypeName } from '../../lib/policy/entity-types.ts';
import { schemaFor } from '../../lib/policy/schema.ts';
import { lookup } from './support.ts';

/** Types with names, or nested names, that Cedar or this project also uses. */
const delicate = lookup.names().filter((name) => /::(Action|Owner|Resource|Map|Principal|Tag)$/.test(name));
const sample = lookup.names().filter((_name, index) => index % 10 === 0);

test.each([
  ['delicate names', delicate],
  ['every tenth type', sample],
])(
  'Cedar accepts the schema of %s',
  (_what, names) => {
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const answer = loadCedar().checkParseSchema(schemaFor(entityTypeName(name), [], lookup));
      expect(answer, name).toEqual({ type: 'success' });
    }
  },
  20_000,
);

test('contains no list of types and so stays small: only types nested in the type', () => {
  const schema = schemaFor('AWS::EC2::SecurityGroup::Ingress', [], lookup);
  const types = Object.entries(schema).flatMap(([namespace, { entityTypes }]) =>
    Object.keys(entityTypes).map((name) => [namespace, name].filter(Boolean).join('::')),
  );
  expect(types.sort()).toEqual([
    'AWS::EC2::SecurityGroup',
    'AWS::EC2::SecurityGroup::Egress',
    'AWS::EC2::SecurityGroup::Ingress',
    'Baton::AnyResource',
    'Baton::Owner',
    'Map::String',
  ]);
});
