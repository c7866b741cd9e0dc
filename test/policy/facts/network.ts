import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import type { DesiredResource, HealthCheck } from '../../../lib/model/request.ts';
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

const group = (rules: JsonValue) => ({ SecurityGroupIngress: rules });
const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const list = resource('AWS::EC2::PrefixList', { Entries: [{ Cidr: '0.0.0.0/1' }] }, 'List');
const beside = (id: string, more: JsonObject) =>
  resource('AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-1', ...ssh, ...more }, id);
const quarters = ['0', '64', '128', '192'].map((first) => `${first}.0.0.0/2`);

const http = (url: string) => ({ kind: 'http' as const, url, status: 200 });
const checked = (...checks: object[]): DesiredResource => ({
  ...resource('AWS::SQS::Queue'),
  health: checks.map((one) => ({ ...one, timeoutSeconds: 60 }) as HealthCheck),
});

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
  exposesManagement: [
    [{}, no],
    [group([{ ...ssh, CidrIp: '0.0.0.0/0' }]), yes],
    [group({ ...ssh, CidrIp: '0.0.0.0/0' }), yes],
    [group([{ ...ssh, CidrIp: '0.0.0.0/1' }]), yes],
    [group(quarters.map((CidrIp) => ({ ...ssh, CidrIp }))), yes],
    [group([{ ...ssh, CidrIp: '93.184.216.0/24' }]), no],
    [group([{ ...ssh, CidrIp: '10.0.0.0/8' }]), no],
    [group([{ ...ssh, CidrIpv6: '::/0' }]), yes],
    [group([{ ...ssh, CidrIpv6: '2000::/3' }]), yes],
    [group([{ ...ssh, CidrIpv6: 'fd00::/8' }]), no],
    [group([{ ...ssh, CidrIpv6: '2001:db8::/32' }]), no],
    ...['tcp', 'TCP', 'Tcp', '6', 6, '06', '-1', -1, 'all', 'ALL', null].map(
      (IpProtocol): FactCase => [
        group([{ IpProtocol, FromPort: 0, ToPort: 65535, CidrIp: '0.0.0.0/0' }]),
        yes,
      ],
    ),
    [group([{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]), yes],
    [group([{ IpProtocol: '-1', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }]), yes],
    [group([{ IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIp: '0.0.0.0/0' }]), no],
    [group([{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }]), no],
    [group([{ IpProtocol: 'tcp', FromPort: '20', ToPort: '30', CidrIp: '0.0.0.0/0' }]), yes],
    [group([{ ...ssh, CidrIp: 'not a block' }]), yes],
    [group([{ ...ssh, CidrIp: { Ref: 'A' } }]), { waitsFor: ['CidrIp'] }],
    [group([{ ...ssh, CidrIp: '0.0.0.0/0', CidrIpv6: { Ref: 'A' } }]), yes],
    [{}, yes, { resource: beside('One', { CidrIp: '0.0.0.0/0' }) }],
  ],
  exposesManagementTogether: [
    [{}, no],
    [
      {},
      yes,
      {
        resource: beside('One', { CidrIp: '0.0.0.0/9' }),
        resources: [beside('Other', { CidrIp: '8.128.0.0/9' })],
      },
    ],
    [
      {},
      no,
      {
        resource: beside('One', { CidrIp: '8.0.0.0/9' }),
        resources: [beside('Other', { GroupId: 'sg-2', CidrIp: '8.128.0.0/9' })],
      },
    ],
    [
      {},
      yes,
      {
        resource: beside('One', { SourcePrefixListId: { 'Fn::GetAtt': 'List.PrefixListId' } }),
        resources: [list],
      },
    ],
  ],
  prefixListOfInternet: [
    [{}, no],
    [{ Entries: [{ Cidr: '93.184.216.0/24' }] }, no],
    [{ Entries: [{ Cidr: '0.0.0.0/1' }, { Cidr: '128.0.0.0/1' }] }, yes],
    [{ Entries: [{ Cidr: '::/0' }] }, yes],
  ],
  unknownPrefixList: [
    [{}, no],
    [group([{ ...ssh, SourcePrefixListId: 'pl-1' }]), yes],
    [group([{ ...ssh, SourcePrefixListId: { Ref: 'Parameter' } }]), yes],
    [
      group([{ ...ssh, SourcePrefixListId: { 'Fn::GetAtt': ['List', 'PrefixListId'] } }]),
      no,
      { resources: [list] },
    ],
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
  healthTargets: [
    [{}, { value: [] }],
    [{}, { value: [] }, { resource: checked({ kind: 'alarm', name: 'a' }) }],
    [{}, { value: ['http://${One.DNSName}'] }, { resource: checked(http('http://${One.DNSName}:80/up')) }],
    [{}, { value: ['https://a.example'] }, { resource: checked(http('HTTPS://a.example/${One.Name}')) }],
    [{}, { value: ['own://${One.Url}'] }, { resource: checked(http('${One.Url}up')) }],
    [{}, { value: ['unreadable'] }, { resource: checked(http('http://user@a.example')) }],
    [{}, { value: ['tcp://db'] }, { resource: checked({ kind: 'tcp', host: 'db', port: 5432 }) }],
  ],
  plainHealthCheckBeyond: [
    [{}, no],
    [{}, no, { resource: checked(http('http://${One.DNSName}/up')) }],
    [{}, no, { resource: checked(http('https://a.example')) }],
    [{}, yes, { resource: checked(http('https://a.example'), http('http://a.example')) }],
    [{}, yes, { resource: checked(http('ftp://a.example')) }],
    [{}, yes, { resource: checked({ kind: 'tcp', host: '10.0.0.1', port: 22 }) }],
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
