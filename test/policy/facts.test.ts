import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { findEntityType } from '../../lib/policy/entity-types.ts';
import type { FactResult } from '../../lib/policy/facts/fact.ts';
import { facts } from '../../lib/policy/facts/table.ts';
import { lookup, resource } from './support.ts';

const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const deny = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const yes = { value: true };
const no = { value: false };

/** By fact: properties, and what the fact makes of them. */
const cases: Record<string, [JsonObject, FactResult][]> = {
  openToWorld: [
    [{}, no],
    [{ CidrIp: '10.0.0.0/8' }, no],
    [{ CidrIp: '0.0.0.0/0' }, yes],
    [{ CidrIp: '1.2.3.4/0' }, yes],
    [{ CidrIp: '10.0.0.0/10' }, no],
    [{ CidrIpv6: '::/0' }, yes],
    [{ CidrIpv6: '0:0:0:0:0:0:0:0/00' }, yes],
    [{ CidrIpv6: 'fd00::/8' }, no],
    [{ CidrIp: { Ref: 'A' } }, { waitsFor: ['CidrIp'] }],
    [{ CidrIp: { Ref: 'A' }, CidrIpv6: '::/0' }, yes],
    [{ CidrIp: { Ref: 'AWS::NoValue' } }, no],
  ],
  deniesInsecureTransport: [
    [{}, no],
    [{ PolicyDocument: { Statement: [] } }, no],
    [{ PolicyDocument: { Statement: [allow] } }, no],
    [{ PolicyDocument: { Statement: [allow, deny] } }, yes],
    [{ PolicyDocument: { Statement: { ...deny, Action: ['*'] } } }, yes],
    [{ PolicyDocument: { Statement: { ...deny, Action: 's3:PutObject' } } }, no],
    [{ PolicyDocument: { Statement: { ...deny, Principal: { AWS: '*' } } } }, yes],
    [{ PolicyDocument: { Statement: { ...deny, Principal: { AWS: 'a' } } } }, no],
    [{ PolicyDocument: { Ref: 'A' } }, { waitsFor: ['PolicyDocument'] }],
    [{ PolicyDocument: { Statement: [{ 'Fn::If': ['A', deny, allow] }] } }, { waitsFor: ['PolicyDocument'] }],
    [{ PolicyDocument: { Statement: [{ 'Fn::If': ['A', deny, allow] }, deny] } }, yes],
    [{ PolicyDocument: { Statement: { ...deny, Resource: { Ref: 'A' } } } }, yes],
    [{ PolicyDocument: { Statement: { ...allow, Resource: { Ref: 'A' } } } }, no],
  ],
};

describe.each(facts)('$name', (fact) => {
  test('is of types that exist, and says what it means', () => {
    expect(fact.types.filter((type) => type !== '*' && !findEntityType(type, lookup))).toEqual([]);
    expect(fact.description).toMatch(/\.$/);
  });

  test('has cases', () => {
    expect(cases[fact.name]?.length ?? 0).toBeGreaterThan(0);
  });

  test.each(cases[fact.name] ?? [])('of %j', (value, expected) => {
    const subject = resource(fact.types[0] ?? '', value);
    expect(fact.derive({ value, resource: subject, resources: [subject] })).toEqual(expected);
  });
});
