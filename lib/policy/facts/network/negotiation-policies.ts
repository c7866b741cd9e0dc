import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { holdsUnknown, isAbsent } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

function listOf(value: JsonValue | undefined): JsonValue[] {
  if (isAbsent(value)) return [];
  return (Array.isArray(value) ? value : [value]).filter((one) => !isAbsent(one));
}

/**
 * Returns the predefined policy that a TLS negotiation policy is based on. A policy without the attribute lists its own
 * protocols and ciphers ("Predefined SSL security policies for Classic Load Balancers", Elastic Load Balancing User
 * Guide).
 */
function basisOf(policy: JsonObject): string {
  const attributes = listOf(policy.Attributes).filter(isObject);
  const reference = attributes.find(({ Name }) => Name === 'Reference-Security-Policy');
  return typeof reference?.Value === 'string' ? reference.Value : 'custom';
}

export const negotiationPolicies: Fact = {
  name: 'negotiationPolicies',
  types: ['AWS::ElasticLoadBalancing::LoadBalancer::Listeners'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'The predefined security policies of the listener; `custom` if a policy lists protocols and ciphers itself.',
  derive({ value, resource }) {
    const names = listOf(value.PolicyNames);
    if (names.length === 0) return { value: [] };
    const policies = listOf(resource.properties.Policies);
    if (names.some(holdsUnknown) || policies.some(holdsUnknown)) return { waitsFor: ['PolicyNames'] };
    const used = policies.filter(isObject).filter(({ PolicyName, PolicyType }) => {
      return PolicyType === 'SSLNegotiationPolicyType' && names.includes(PolicyName ?? null);
    });
    return { value: [...new Set(used.map(basisOf))] };
  },
};
