import { isAbsent } from '../../unknown.ts';
import type { Fact } from '../fact.ts';
import { referenceIn, referredType, textIn } from './references.ts';

/**
 * The values of `GatewayId` that are not internet gateways ("AWS::EC2::Route", CloudFormation; "CreateRoute", EC2 API).
 */
const others = /^(local$|vgw-|vpce-|cagw-|lgw-|tgw-|nat-|eigw-)/;

export const internetGatewayRoute: Fact = {
  name: 'internetGatewayRoute',
  types: ['AWS::EC2::Route'],
  shape: { kind: 'boolean' },
  description: 'The gateway of the route is an internet gateway, according to its id or to the reference.',
  derive({ value, resources }) {
    const { GatewayId: gateway } = value;
    if (isAbsent(gateway)) return { value: false };
    const text = textIn(gateway);
    if (text !== undefined && !text.startsWith('_')) return { value: !others.test(text) };
    const type = referredType(referenceIn(gateway), resources);
    return type === undefined ? { waitsFor: ['GatewayId'] } : { value: type === 'AWS::EC2::InternetGateway' };
  },
};
