import type { JsonObject } from '../../../lib/model/json.ts';
import { type FactCase, no, yes } from './case.ts';

const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const deny = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

const waitsForRules = { waitsFor: ['ReplicationConfiguration.Rules'] };

function replication(...Rules: JsonObject[]): JsonObject {
  return { ReplicationConfiguration: { Role: 'a', Rules } };
}

export const storageCases: Record<string, FactCase[]> = {
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
  replicates: [
    [{}, no],
    [replication(), no],
    [replication({ Status: 'Disabled' }), no],
    [replication({ Status: 'Enabled' }), yes],
    [replication({}), yes],
    [replication({ Status: 'Disabled' }, { Status: 'Enabled' }), yes],
    [{ ReplicationConfiguration: {} }, no],
    [{ ReplicationConfiguration: { Rules: { Status: 'Enabled' } } }, yes],
    [{ ReplicationConfiguration: { Rules: { Ref: 'AWS::NoValue' } } }, no],
    [{ ReplicationConfiguration: { Ref: 'A' } }, { waitsFor: ['ReplicationConfiguration'] }],
    [{ ReplicationConfiguration: { Rules: { Ref: 'A' } } }, waitsForRules],
    [replication({ Status: { Ref: 'A' } }), waitsForRules],
    [replication({ 'Fn::If': ['A', {}, {}] }, { Status: 'Disabled' }), waitsForRules],
    [replication({ Status: { Ref: 'A' } }, { Status: 'Enabled' }), yes],
  ],
};
