import type { JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

/** A prefix length of zero covers every address, whatever the address before it is. */
function coversEverything(cidr: JsonValue): boolean {
  return typeof cidr === 'string' && /\/0+$/.test(cidr.trim());
}

export const openToWorld: Fact = {
  name: 'openToWorld',
  types: [
    'AWS::EC2::SecurityGroup::Ingress',
    'AWS::EC2::SecurityGroup::Egress',
    'AWS::EC2::SecurityGroupIngress',
    'AWS::EC2::SecurityGroupEgress',
  ],
  shape: { kind: 'boolean' },
  description: 'The security group rule covers all IPv4 or all IPv6 addresses.',
  derive({ value }) {
    const names = ['CidrIp', 'CidrIpv6'].filter((name) => !isAbsent(value[name]));
    if (names.some((name) => coversEverything(value[name] ?? null))) return { value: true };
    const waitsFor = names.filter((name) => isUnknown(value[name] ?? null));
    return waitsFor.length > 0 ? { waitsFor } : { value: false };
  },
};
