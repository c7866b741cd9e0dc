import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { TypeSpec } from '../../lib/model/spec.ts';
import { diffProperties } from '../../lib/planner/diff.ts';
import { alternatives, remedyOf, reviewedRemedies, unsendable } from '../../lib/planner/write-only.ts';
import { ensureTypes } from '../../lib/spec/ensure-types.ts';
import { typeLookup } from '../../lib/spec/lookup.ts';

const lookup = typeLookup(ensureTypes());
const specOf = (type: string): TypeSpec => lookup(type) ?? expect.fail(`no type ${type}`);
const pathsOf = (type: string, before: JsonObject, after: JsonObject) => {
  const spec = specOf(type);
  return unsendable(diffProperties(before, after, spec), spec).map(({ path }) => path);
};
/** Returns a value at a path of a write-only property. `*` becomes the first element of a list. */
const holding = (path: string): JsonObject => {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) return { [head]: 'x' };
  return rest[0] === '*'
    ? { [head]: [rest.length === 1 ? 'x' : holding(rest.slice(1).join('.'))] }
    : { [head]: holding(rest.join('.')) };
};

describe('the removal of a write-only property', () => {
  it('is found in every updatable type', () => {
    let found = 0;
    const types = new Set<string>();
    for (const type of lookup.names()) {
      const spec = specOf(type);
      if (!spec.provisionable || !spec.updatable) continue;
      for (const path of spec.writeOnly) {
        if (spec.createOnly.some((fixed) => path === fixed || path.startsWith(`${fixed}.`))) continue;
        const before = holding(path);
        expect(pathsOf(type, before, {}), `${type} ${path}`).toHaveLength(1);
        found += 1;
        types.add(type);
      }
    }
    expect(found).toBeGreaterThan(500);
    expect(types.size).toBeGreaterThan(250);
  });
  const refused: [what: string, type: string, before: JsonObject, after: JsonObject, path: string][] = [
    [
      'a source of a read replica',
      'AWS::RDS::DBInstance',
      { SourceDBInstanceIdentifier: 'a' },
      {},
      'SourceDBInstanceIdentifier',
    ],
    [
      'a password',
      'AWS::RDS::DBInstance',
      { MasterUserPassword: 'a' },
      { ApplyImmediately: true },
      'MasterUserPassword',
    ],
    ['the complete code', 'AWS::Lambda::Function', { Code: { ZipFile: 'x' } }, {}, 'Code'],
    [
      'a key in a list that is else as it was',
      'AWS::S3::Bucket',
      { ReplicationConfiguration: { Role: 'r', Rules: [{ Prefix: 'a', Status: 'Enabled' }] } },
      { ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled' }] } },
      'ReplicationConfiguration.Rules.0.Prefix',
    ],
  ];
  for (const [what, type, before, after, path] of refused)
    it(`${what} can't be sent`, () => expect(pathsOf(type, before, after)).toEqual([path]));

  const sent: [what: string, type: string, before: JsonObject, after: JsonObject][] = [
    [
      'one form of the code for another',
      'AWS::Lambda::Function',
      { Code: { ZipFile: 'x' } },
      { Code: { S3Bucket: 'b', S3Key: 'k' } },
    ],
    [
      'a part of an object that is sent whole',
      'AWS::Lambda::Function',
      { SnapStart: { ApplyOn: 'a' } },
      { SnapStart: {} },
    ],
    [
      'a managed password for one of your own',
      'AWS::RDS::DBInstance',
      { MasterUserPassword: 'a' },
      { ManageMasterUserPassword: true },
    ],
    [
      'a secret for a generated one',
      'AWS::SecretsManager::Secret',
      { GenerateSecretString: { PasswordLength: 8 } },
      { SecretString: 'x' },
    ],
    [
      'another value',
      'AWS::RDS::DBInstance',
      { SourceDBInstanceIdentifier: 'a' },
      { SourceDBInstanceIdentifier: '' },
    ],
    ['a readable property', 'AWS::SQS::Queue', { VisibilityTimeout: 3 }, {}],
    [
      'a key in a list with another change',
      'AWS::S3::Bucket',
      { ReplicationConfiguration: { Role: 'r', Rules: [{ Prefix: 'a', Status: 'Enabled' }] } },
      { ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Disabled' }] } },
    ],
  ];
  for (const [what, type, before, after] of sent)
    it(`${what} is sent`, () => expect(pathsOf(type, before, after)).toEqual([]));

  it('is rejected with a remedy', () => {
    const spec = specOf('AWS::RDS::DBInstance');
    const remedy = (path: string, before: JsonObject[string] = 'a') =>
      remedyOf({ path, before, replacement: 'no' }, spec);
    expect(remedy('SourceDBInstanceIdentifier')).toContain('promote-read-replica');
    expect(remedy('MasterUserPassword')).toContain('ManageMasterUserPassword');
    expect(remedy('ApplyImmediately', true)).toContain('set it to false');
    expect(remedy('TdeCredentialPassword')).toContain('Baton: { replace: true }');
  });
  it('has remedies with existing properties', () => {
    const named = [...Object.keys(alternatives), ...Object.keys(reviewedRemedies)];
    for (const name of named) {
      const [type = '', property = ''] = name.split('.');
      expect(specOf(type).properties, name).toHaveProperty([property]);
      expect(specOf(type).properties, name).toHaveProperty([alternatives[name] ?? property]);
    }
  });
});
