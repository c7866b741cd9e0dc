import { isAbsent } from '../../unknown.ts';
import type { Fact } from '../fact.ts';
import { referenceIn, referredType, textIn } from './references.ts';

/** Properties that name a certificate. */
const properties = ['CertificateArn', 'SSLCertificateId'];

const origins: Record<string, boolean> = {
  'AWS::CertificateManager::Certificate': true,
  'AWS::IAM::ServerCertificate': false,
};

/** ARNs of ACM: "Actions, resources, and condition keys for AWS Certificate Manager", Service Authorization Reference. */
const acmArn = /^arn:[^:]*:acm:/;

export const acmCertificate: Fact = {
  name: 'acmCertificate',
  types: [
    'AWS::ElasticLoadBalancing::LoadBalancer::Listeners',
    'AWS::ElasticLoadBalancingV2::Listener::Certificate',
  ],
  shape: { kind: 'boolean' },
  description: 'The certificate is from AWS Certificate Manager, by its ARN or by reference.',
  derive({ value, resources }) {
    const name = properties.find((one) => !isAbsent(value[one]));
    const certificate = name === undefined ? undefined : value[name];
    if (name === undefined || certificate === undefined) return { value: false };
    const text = textIn(certificate);
    if (text !== undefined && !text.startsWith('_')) return { value: acmArn.test(text) };
    const origin = origins[referredType(referenceIn(certificate), resources) ?? ''];
    return origin === undefined ? { waitsFor: [name] } : { value: origin };
  },
};
