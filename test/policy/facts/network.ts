import { type FactCase, no, yes } from './case.ts';

export const networkCases: Record<string, FactCase[]> = {
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
};
