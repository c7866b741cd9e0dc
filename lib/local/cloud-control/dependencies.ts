/**
 * Deletions that a service refuses while another resource uses the resource. Lists only the cases where the service
 * really refuses; most services don't check.
 * Sources: Amazon EC2 API Reference, "Error codes" (DependencyViolation); API references of RDS
 * (InvalidDBSubnetGroupStateFault), ECS (ClusterContainsServicesException), ELB (ResourceInUse), IAM (DeleteConflict).
 */
interface Dependent {
  type: string;
  /** Properties that may contain the identifier, at any depth. */
  properties: string[];
}

const inVpc = (type: string): Dependent => ({ type, properties: ['VpcId'] });
const inSubnet = (type: string, ...properties: string[]): Dependent => ({ type, properties });

export const dependents: Record<string, Dependent[]> = {
  'AWS::EC2::VPC': [
    'AWS::EC2::Subnet',
    'AWS::EC2::SecurityGroup',
    'AWS::EC2::VPCGatewayAttachment',
    'AWS::EC2::VPCEndpoint',
    'AWS::EC2::RouteTable',
    'AWS::EC2::NetworkAcl',
  ].map(inVpc),
  'AWS::EC2::Subnet': [
    inSubnet('AWS::EC2::NatGateway', 'SubnetId'),
    inSubnet('AWS::EC2::Instance', 'SubnetId', 'NetworkInterfaces'),
    inSubnet('AWS::EC2::VPCEndpoint', 'SubnetIds'),
    inSubnet('AWS::EFS::MountTarget', 'SubnetId'),
    inSubnet('AWS::ElasticLoadBalancingV2::LoadBalancer', 'Subnets', 'SubnetMappings'),
    inSubnet('AWS::EKS::Cluster', 'ResourcesVpcConfig'),
  ],
  'AWS::EC2::SecurityGroup': [
    { type: 'AWS::EC2::Instance', properties: ['SecurityGroupIds', 'NetworkInterfaces'] },
    { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', properties: ['SecurityGroups'] },
    { type: 'AWS::RDS::DBInstance', properties: ['VPCSecurityGroups'] },
    { type: 'AWS::RDS::DBCluster', properties: ['VpcSecurityGroupIds'] },
    { type: 'AWS::EFS::MountTarget', properties: ['SecurityGroups'] },
  ],
  'AWS::EC2::InternetGateway': [
    { type: 'AWS::EC2::VPCGatewayAttachment', properties: ['InternetGatewayId'] },
  ],
  'AWS::EC2::EIP': [{ type: 'AWS::EC2::NatGateway', properties: ['AllocationId'] }],
  'AWS::RDS::DBSubnetGroup': [
    { type: 'AWS::RDS::DBInstance', properties: ['DBSubnetGroupName'] },
    { type: 'AWS::RDS::DBCluster', properties: ['DBSubnetGroupName'] },
  ],
  'AWS::RDS::DBCluster': [{ type: 'AWS::RDS::DBInstance', properties: ['DBClusterIdentifier'] }],
  'AWS::ECS::Cluster': [{ type: 'AWS::ECS::Service', properties: ['Cluster'] }],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    { type: 'AWS::ElasticLoadBalancingV2::Listener', properties: ['DefaultActions'] },
    { type: 'AWS::ElasticLoadBalancingV2::ListenerRule', properties: ['Actions'] },
  ],
  'AWS::EFS::FileSystem': [{ type: 'AWS::EFS::MountTarget', properties: ['FileSystemId'] }],
  'AWS::EKS::Cluster': [{ type: 'AWS::EKS::Nodegroup', properties: ['ClusterName'] }],
  'AWS::IAM::Role': [{ type: 'AWS::IAM::InstanceProfile', properties: ['Roles'] }],
};
