import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { TypeSpec, ValueType } from '../../lib/model/spec.ts';
import { borrowedRights, vehicleOf, vehicleReason, vehicleTypes } from '../../lib/model/vehicle-types.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';

const lookup = typeLookup(ensureTypes());

/** Tells whether the spec has the dotted path. JSON and maps may contain anything. */
function holds(spec: TypeSpec, types: readonly ValueType[], path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  return types.some((type): boolean => {
    if (type.kind === 'union') return holds(spec, type.types, path);
    if (type.kind === 'json') return true;
    if (type.kind === 'list' || type.kind === 'map')
      return holds(spec, [type.element], type.kind === 'map' || name === '*' ? rest : path);
    if (type.kind !== 'definition') return false;
    const properties = spec.definitions[type.name]?.properties ?? {};
    if (name === '*') return Object.values(properties).some((one) => holds(spec, one.types, rest));
    return holds(spec, properties[name]?.types ?? [], rest) && properties[name] !== undefined;
  });
}

describe('the table of vehicles', () => {
  test.each([...vehicleTypes])(
    '%s is a type, and its properties are in the spec',
    (type, { rights = [] }) => {
      const spec = lookup(type);
      expect(spec).toBeDefined();
      if (!spec) return;
      const missing = rights.filter((path) => {
        const [first = '', ...rest] = path.split('.');
        return !holds(spec, spec.properties[first]?.types ?? [], rest) || !spec.properties[first];
      });
      expect(missing).toEqual([]);
    },
  );

  test('contains every type that Cloud Control can create and that runs an automation, a stack or a schedule', () => {
    const runs =
      /^AWS::(CloudFormation|SSM|ServiceCatalog|Scheduler|Pipes|StepFunctions)::(?!\w+\w(Principal|Product|Action|Option)Association)\w*(Stack|StackSet|Hook|Module\w+|Document|Association|Task|Product|Schedule|Pipe|StateMachine)$/;
    const known = [...lookup.names()].filter((type) => runs.test(type));
    expect(known.filter((type) => !vehicleOf(type))).toEqual([]);
  });
});

describe("a vehicle's need for a decision", () => {
  const beside = new Set(['Role']);
  const own = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const theirs = 'arn:aws:iam::123456789012:role/admin';

  test.each<[string, JsonObject]>([
    ['AWS::CloudFormation::StackSet', {}],
    ['Custom::Anything', {}],
    ['AWS::StepFunctions::StateMachine', { RoleArn: own }],
    ['AWS::Scheduler::Schedule', { Target: { RoleArn: theirs } }],
    ['AWS::Lambda::Function', { Role: theirs }],
    ['AWS::Lambda::Function', { Role: { 'Fn::ImportValue': 'admin' } }],
    ['AWS::Events::Rule', { Targets: [{ Arn: 'a' }, { Arn: 'b', RoleArn: theirs }] }],
    ['AWS::EC2::Instance', { IamInstanceProfile: 'admin' }],
  ])('is needed for %s with %j', (type, properties) => {
    expect(vehicleReason(type, properties, beside)).toMatch(/^it /);
  });

  test.each<[string, JsonObject]>([
    ['AWS::S3::Bucket', {}],
    ['AWS::Lambda::Function', { Role: own }],
    ['AWS::Lambda::Function', { Role: { 'Fn::GetAtt': 'Role.Arn' } }],
    ['AWS::EC2::Instance', {}],
  ])('is not needed for %s with %j', (type, properties) => {
    expect(vehicleReason(type, properties, beside)).toBeUndefined();
  });

  test('treats every reference in a plan as one to a resource of the request', () => {
    expect(
      vehicleReason('AWS::Lambda::Function', { Role: { 'Fn::GetAtt': ['Any', 'Arn'] } }),
    ).toBeUndefined();
    expect(vehicleReason('AWS::Lambda::Function', { Role: theirs })).toMatch(/^it /);
  });

  test('names the borrowed role', () => {
    const properties = { RoleArn: own, Targets: [{ RoleArn: theirs }] };
    expect(borrowedRights('AWS::Events::Rule', properties, beside)).toEqual([theirs]);
  });
});
