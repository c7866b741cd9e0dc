import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

/** An existing network interface already has a subnet. */
const placing = ['SubnetId', 'NetworkInterfaceId'];

function isPlaced(one: JsonValue): boolean {
  return isObject(one) && placing.some((name) => !isAbsent(one[name]));
}

export const interfacesInSubnets: Fact = {
  name: 'interfacesInSubnets',
  types: ['AWS::EC2::Instance'],
  shape: { kind: 'boolean' },
  description: 'The instance has network interfaces, and each has a subnet or exists already.',
  derive({ value }) {
    const { NetworkInterfaces: given } = value;
    if (isAbsent(given)) return { value: false };
    const interfaces = (Array.isArray(given) ? given : [given]).filter((one) => !isAbsent(one));
    if (interfaces.some((one) => !isUnknown(one) && !isPlaced(one))) return { value: false };
    if (interfaces.some(isUnknown)) return { waitsFor: ['NetworkInterfaces'] };
    return { value: interfaces.length > 0 };
  },
};
