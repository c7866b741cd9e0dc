import { resource } from '../support.ts';
import { type FactCase, no, yes } from './case.ts';

const acm = resource('AWS::CertificateManager::Certificate', {}, 'Acm');
const iam = resource('AWS::IAM::ServerCertificate', {}, 'Iam');
const acmArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/a';

const gateway = resource('AWS::EC2::InternetGateway', {}, 'Internet');
const privateGateway = resource('AWS::EC2::VPNGateway', {}, 'Private');

const bucket = resource('AWS::S3::Bucket', {}, 'Bucket');
const other = resource('AWS::CloudFront::Distribution', {}, 'Other');

function negotiation(name: string, policy?: string) {
  const attributes = policy === undefined ? [] : [{ Name: 'Reference-Security-Policy', Value: policy }];
  return { PolicyName: name, PolicyType: 'SSLNegotiationPolicyType', Attributes: attributes };
}
const balancer = resource('AWS::ElasticLoadBalancing::LoadBalancer', {
  Policies: [
    negotiation('tls', 'ELBSecurityPolicy-TLS-1-2-2017-01'),
    negotiation('own'),
    { PolicyName: 'sticky', PolicyType: 'LBCookieStickinessPolicyType', Attributes: [] },
  ],
});
const openBalancer = resource('AWS::ElasticLoadBalancing::LoadBalancer', {
  Policies: { 'Fn::If': ['A', [], []] },
});

const switches = { EnableAtRestEncryption: true, EnableInTransitEncryption: 'false' };
const switchPaths = [
  'EncryptionConfiguration',
  'EncryptionConfiguration.EnableAtRestEncryption',
  'EncryptionConfiguration.EnableAtRestEncryption=true',
  'EncryptionConfiguration.EnableInTransitEncryption',
  'EncryptionConfiguration.EnableInTransitEncryption=false',
];

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
  acmCertificate: [
    [{}, no],
    [{ CertificateArn: { Ref: 'AWS::NoValue' } }, no],
    [{ CertificateArn: acmArn }, yes],
    [{ SSLCertificateId: acmArn }, yes],
    [{ SSLCertificateId: 'arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/a' }, yes],
    [{ SSLCertificateId: 'arn:aws:iam::123456789012:server-certificate/a' }, no],
    [{ SSLCertificateId: '' }, no],
    [{ SSLCertificateId: { 'Fn::Sub': 'arn:${AWS::Partition}:acm:eu-west-1:1:certificate/a' } }, yes],
    [{ SSLCertificateId: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:server-certificate/a' } }, no],
    [{ SSLCertificateId: { 'Fn::Sub': '${Arn}' } }, { waitsFor: ['SSLCertificateId'] }],
    [{ CertificateArn: { Ref: 'Acm' } }, yes, { resources: [iam, acm] }],
    [{ CertificateArn: { Ref: 'Iam' } }, no, { resources: [iam, acm] }],
    [{ CertificateArn: { 'Fn::GetAtt': 'Iam.Arn' } }, no, { resources: [iam] }],
    [{ CertificateArn: { 'Fn::GetAtt': ['Iam', 'Arn'] } }, no, { resources: [iam] }],
    [{ CertificateArn: { Ref: 'Parameter' } }, { waitsFor: ['CertificateArn'] }, { resources: [acm] }],
    [{ CertificateArn: '{{resolve:ssm:arn}}' }, { waitsFor: ['CertificateArn'] }],
  ],
  negotiationPolicies: [
    [{}, { value: [] }, { resource: balancer }],
    [{ PolicyNames: ['sticky', 'gone'] }, { value: [] }, { resource: balancer }],
    [{ PolicyNames: 'tls' }, { value: ['ELBSecurityPolicy-TLS-1-2-2017-01'] }, { resource: balancer }],
    [
      { PolicyNames: ['own', 'tls'] },
      { value: ['ELBSecurityPolicy-TLS-1-2-2017-01', 'custom'] },
      { resource: balancer },
    ],
    [{ PolicyNames: [{ Ref: 'A' }] }, { waitsFor: ['PolicyNames'] }, { resource: balancer }],
    [{ PolicyNames: ['tls'] }, { waitsFor: ['PolicyNames'] }, { resource: openBalancer }],
  ],
  s3Origin: [
    [{}, no],
    [{ DomainName: 'a.s3.amazonaws.com' }, yes],
    [{ DomainName: 'a.b.S3.eu-west-1.amazonaws.com' }, yes],
    [{ DomainName: 'a.s3-eu-west-1.amazonaws.com' }, yes],
    [{ DomainName: 'a.s3.dualstack.eu-west-1.amazonaws.com' }, yes],
    [{ DomainName: 'a.s3.cn-north-1.amazonaws.com.cn' }, yes],
    [{ DomainName: 'a.s3-website-eu-west-1.amazonaws.com' }, no],
    [{ DomainName: 'a.s3-website.eu-central-1.amazonaws.com' }, no],
    [{ DomainName: 'a.elb.amazonaws.com' }, no],
    [{ DomainName: 's3.example.com' }, no],
    [{ DomainName: 'example.com', S3OriginConfig: {} }, yes],
    [{ DomainName: { 'Fn::Sub': '${Bucket}.s3.${AWS::Region}.amazonaws.com' } }, yes],
    [{ DomainName: { 'Fn::Join': ['', [{ Ref: 'Bucket' }, '.s3.amazonaws.com']] } }, yes],
    [{ DomainName: { 'Fn::GetAtt': ['Bucket', 'DomainName'] } }, yes, { resources: [bucket, other] }],
    [{ DomainName: { 'Fn::GetAtt': 'Bucket.RegionalDomainName' } }, yes],
    [{ DomainName: { 'Fn::GetAtt': ['Bucket', 'WebsiteURL'] } }, no, { resources: [bucket] }],
    [{ DomainName: { 'Fn::GetAtt': ['Other', 'DomainName'] } }, no, { resources: [bucket, other] }],
    [{ DomainName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } }, no],
    [{ DomainName: { Ref: 'A' } }, { waitsFor: ['DomainName'] }],
  ],
  internetGatewayRoute: [
    [{}, no],
    [{ GatewayId: 'igw-1' }, yes],
    [{ GatewayId: 'vgw-1' }, no],
    [{ GatewayId: 'local' }, no],
    [{ GatewayId: { Ref: 'Internet' } }, yes, { resources: [gateway, privateGateway] }],
    [
      { GatewayId: { 'Fn::GetAtt': ['Internet', 'InternetGatewayId'] } },
      yes,
      { resources: [gateway, privateGateway] },
    ],
    [{ GatewayId: { Ref: 'Private' } }, no, { resources: [gateway, privateGateway] }],
    [{ GatewayId: { Ref: 'Parameter' } }, { waitsFor: ['GatewayId'] }, { resources: [gateway] }],
  ],
  interfacesInSubnets: [
    [{}, no],
    [{ NetworkInterfaces: [] }, no],
    [{ NetworkInterfaces: [{ DeviceIndex: '0' }] }, no],
    [{ NetworkInterfaces: [{ SubnetId: { Ref: 'A' } }, { NetworkInterfaceId: 'eni-1' }] }, yes],
    [{ NetworkInterfaces: { SubnetId: 'subnet-1' } }, yes],
    [{ NetworkInterfaces: [{ SubnetId: 'subnet-1' }, { DeviceIndex: '1' }] }, no],
    [
      { NetworkInterfaces: [{ SubnetId: 'subnet-1' }, { 'Fn::If': ['A', {}, {}] }] },
      { waitsFor: ['NetworkInterfaces'] },
    ],
  ],
  emrSecuritySettings: [
    [{}, { value: [] }],
    [{ SecurityConfiguration: 'no JSON' }, { value: [] }],
    [{ SecurityConfiguration: { EncryptionConfiguration: switches } }, { value: switchPaths }],
    [
      { SecurityConfiguration: JSON.stringify({ EncryptionConfiguration: switches }) },
      { value: switchPaths },
    ],
    [
      { SecurityConfiguration: { AtRest: { Key: { Ref: 'Key' }, Mode: null } } },
      { value: ['AtRest', 'AtRest.Key'] },
    ],
    [
      { SecurityConfiguration: { EncryptionConfiguration: { EnableAtRestEncryption: { Ref: 'A' } } } },
      { waitsFor: ['SecurityConfiguration.EncryptionConfiguration.EnableAtRestEncryption'] },
    ],
    [{ SecurityConfiguration: { Ref: 'A' } }, { waitsFor: ['SecurityConfiguration'] }],
  ],
  nonTextProperties: [
    [{}, { value: [] }],
    [{ A: 'a', B: null, C: { Ref: 'D' } }, { value: [] }],
    [{ A: 1, B: false, C: ['c'], D: { E: 0, F: 'f' } }, { value: ['A', 'B', 'C', 'D.E'] }],
  ],
};
