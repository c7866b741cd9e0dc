import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

/** A generated resource. It needs the resources in its properties and in `dependsOn`. */
export interface MadeResource {
  logicalId: string;
  type: string;
  properties: JsonObject;
  dependsOn: string[];
}

/** Collects resources until there are as many as requested. */
class Builder {
  readonly resources: MadeResource[] = [];
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get full(): boolean {
    return this.resources.length >= this.limit;
  }

  add(logicalId: string, type: string, properties: JsonObject, dependsOn: string[] = []): JsonObject {
    if (!this.full) this.resources.push({ logicalId, type, properties, dependsOn });
    return ref(logicalId);
  }
}

const ref = (logicalId: string): JsonObject => ({ Ref: logicalId });
const att = (logicalId: string, attribute: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, attribute] });
const tags = (name: string): JsonValue => [{ Key: 'Name', Value: name }];

function network(to: Builder, id: string, number: number) {
  const vpc = to.add(`${id}Vpc`, 'AWS::EC2::VPC', {
    CidrBlock: `10.${number % 256}.0.0/16`,
    EnableDnsSupport: true,
    EnableDnsHostnames: true,
    Tags: tags(`${id}-vpc`),
  });
  to.add(`${id}Gateway`, 'AWS::EC2::InternetGateway', { Tags: tags(`${id}-gateway`) });
  to.add(`${id}Attachment`, 'AWS::EC2::VPCGatewayAttachment', {
    VpcId: vpc,
    InternetGatewayId: ref(`${id}Gateway`),
  });
  const table = to.add(`${id}Routes`, 'AWS::EC2::RouteTable', { VpcId: vpc, Tags: tags(`${id}-routes`) });
  const route = {
    RouteTableId: table,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: ref(`${id}Gateway`),
  };
  to.add(`${id}Default`, 'AWS::EC2::Route', route, [`${id}Attachment`]);
  const subnets = ['A', 'B'].map((zone, index) => {
    const subnet = to.add(`${id}Subnet${zone}`, 'AWS::EC2::Subnet', {
      VpcId: vpc,
      CidrBlock: `10.${number % 256}.${index}.0/24`,
      AvailabilityZone: `us-east-1${zone.toLowerCase()}`,
      Tags: tags(`${id}-${zone}`),
    });
    const association = { SubnetId: subnet, RouteTableId: table };
    to.add(`${id}Association${zone}`, 'AWS::EC2::SubnetRouteTableAssociation', association);
    return subnet;
  });
  return { vpc, subnets };
}

function role(to: Builder, id: string, service: string): JsonObject {
  to.add(id, 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
  });
  return att(id, 'Arn');
}

function securityGroup(to: Builder, id: string, vpc: JsonObject, from: JsonObject, port: number): JsonObject {
  to.add(id, 'AWS::EC2::SecurityGroup', {
    GroupDescription: `${id}: port ${port}`,
    VpcId: vpc,
    SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...from }],
  });
  return att(id, 'GroupId');
}

/** A web application in three tiers: load balancer, ECS service, RDS database, and what they need. */
function webApplication(to: Builder, id: string, number: number): void {
  const { vpc, subnets } = network(to, id, number);
  const front = securityGroup(to, `${id}FrontGroup`, vpc, { CidrIp: '10.0.0.0/8' }, 443);
  const middle = securityGroup(to, `${id}AppGroup`, vpc, { SourceSecurityGroupId: front }, 8080);
  const back = securityGroup(to, `${id}DataGroup`, vpc, { SourceSecurityGroupId: middle }, 5432);
  const key = to.add(`${id}Key`, 'AWS::KMS::Key', { KeyPolicy: keyPolicy, EnableKeyRotation: true });
  const logs = to.add(`${id}Logs`, 'AWS::Logs::LogGroup', { RetentionInDays: 90 });
  to.add(`${id}Bucket`, 'AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } });
  const group = { DBSubnetGroupDescription: `${id} database`, SubnetIds: subnets };
  const subnetGroup = to.add(`${id}DataSubnets`, 'AWS::RDS::DBSubnetGroup', group);
  to.add(`${id}Database`, 'AWS::RDS::DBInstance', {
    Engine: 'postgres',
    DBInstanceClass: 'db.t4g.medium',
    AllocatedStorage: '50',
    StorageEncrypted: true,
    KmsKeyId: key,
    ManageMasterUserPassword: true,
    MasterUsername: 'application',
    DBSubnetGroupName: subnetGroup,
    VPCSecurityGroups: [back],
  });
  const balancer = to.add(`${id}Balancer`, 'AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Subnets: subnets,
    SecurityGroups: [front],
    Scheme: 'internal',
  });
  const target = to.add(`${id}Target`, 'AWS::ElasticLoadBalancingV2::TargetGroup', {
    VpcId: vpc,
    Port: 8080,
    Protocol: 'HTTP',
    TargetType: 'ip',
  });
  to.add(`${id}Listener`, 'AWS::ElasticLoadBalancingV2::Listener', {
    LoadBalancerArn: balancer,
    Port: 443,
    Protocol: 'HTTPS',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: target }],
  });
  const cluster = to.add(`${id}Cluster`, 'AWS::ECS::Cluster', {});
  const execution = role(to, `${id}ExecutionRole`, 'ecs-tasks.amazonaws.com');
  const definition = to.add(`${id}Task`, 'AWS::ECS::TaskDefinition', {
    Cpu: '512',
    Memory: '1024',
    NetworkMode: 'awsvpc',
    RequiresCompatibilities: ['FARGATE'],
    ExecutionRoleArn: execution,
    ContainerDefinitions: [
      {
        Name: 'app',
        Image: 'public.ecr.aws/docker/library/httpd:2.4',
        Environment: [{ Name: 'DATABASE', Value: att(`${id}Database`, 'Endpoint.Address') }],
        LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': logs } },
      },
    ],
  });
  const service = {
    Cluster: cluster,
    TaskDefinition: definition,
    DesiredCount: 2,
    LaunchType: 'FARGATE',
    LoadBalancers: [{ ContainerName: 'app', ContainerPort: 8080, TargetGroupArn: target }],
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: subnets, SecurityGroups: [middle] } },
  };
  to.add(`${id}Service`, 'AWS::ECS::Service', service, [`${id}Listener`]);
  to.add(`${id}Alarm`, 'AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/ECS',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'ServiceName', Value: att(`${id}Service`, 'Name') }],
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 2,
    Period: 60,
    Statistic: 'Average',
    Threshold: 80,
  });
}

const keyPolicy: JsonObject = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/** Independent three-tier web applications, each with its own network. */
export function threeTier(size: number): MadeResource[] {
  const to = new Builder(size);
  for (let number = 1; !to.full; number += 1) webApplication(to, `App${number}`, number);
  return to.resources;
}

/** A transit gateway in the middle and a network for each team around it, connected by attachments and routes. */
export function hubAndSpoke(size: number): MadeResource[] {
  const to = new Builder(size);
  const hub = to.add('Hub', 'AWS::EC2::TransitGateway', { Description: 'hub' });
  network(to, 'HubNetwork', 0);
  for (let number = 1; !to.full; number += 1) {
    const id = `Spoke${number}`;
    const { vpc, subnets } = network(to, id, number);
    to.add(`${id}Join`, 'AWS::EC2::TransitGatewayAttachment', {
      TransitGatewayId: hub,
      VpcId: vpc,
      SubnetIds: subnets,
    });
    const route = {
      RouteTableId: ref(`${id}Routes`),
      DestinationCidrBlock: '10.0.0.0/8',
      TransitGatewayId: hub,
    };
    to.add(`${id}Route`, 'AWS::EC2::Route', route, [`${id}Join`]);
    const group = securityGroup(to, `${id}Group`, vpc, { CidrIp: '10.0.0.0/8' }, 443);
    to.add(`${id}Endpoint`, 'AWS::EC2::VPCEndpoint', {
      VpcId: vpc,
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.ssm',
      SubnetIds: subnets,
      SecurityGroupIds: [group],
    });
    const logs = to.add(`${id}FlowLogs`, 'AWS::Logs::LogGroup', { RetentionInDays: 365 });
    to.add(`${id}FlowLog`, 'AWS::EC2::FlowLog', {
      ResourceId: vpc,
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogGroupName: logs,
      DeliverLogsPermissionArn: role(to, `${id}FlowRole`, 'vpc-flow-logs.amazonaws.com'),
    });
  }
  return to.resources;
}

/** Small services on a shared base: a network, a key, an event bus. Each has a function, a queue and a table. */
export function microservices(size: number): MadeResource[] {
  const to = new Builder(size);
  const { vpc, subnets } = network(to, 'Base', 0);
  const key = to.add('BaseKey', 'AWS::KMS::Key', { KeyPolicy: keyPolicy, EnableKeyRotation: true });
  const bus = to.add('BaseBus', 'AWS::Events::EventBus', { Name: 'services' });
  const group = securityGroup(to, 'BaseGroup', vpc, { CidrIp: '10.0.0.0/16' }, 443);
  for (let number = 1; !to.full; number += 1) service(to, `Service${number}`, { subnets, key, bus, group });
  return to.resources;
}

interface Base {
  subnets: JsonObject[];
  key: JsonObject;
  bus: JsonObject;
  group: JsonObject;
}

function service(to: Builder, id: string, { subnets, key, bus, group }: Base): void {
  to.add(`${id}Dead`, 'AWS::SQS::Queue', { KmsMasterKeyId: key });
  to.add(`${id}Queue`, 'AWS::SQS::Queue', {
    KmsMasterKeyId: key,
    RedrivePolicy: { deadLetterTargetArn: att(`${id}Dead`, 'Arn'), maxReceiveCount: 5 },
  });
  const table = to.add(`${id}Table`, 'AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
  });
  const arn = role(to, `${id}Role`, 'lambda.amazonaws.com');
  to.add(`${id}Policy`, 'AWS::IAM::RolePolicy', {
    PolicyName: 'access',
    RoleName: ref(`${id}Role`),
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['dynamodb:*Item'], Resource: att(`${id}Table`, 'Arn') },
        { Effect: 'Allow', Action: ['sqs:*Message'], Resource: att(`${id}Queue`, 'Arn') },
      ],
    },
  });
  const code = { ZipFile: 'exports.handler = async () => ({});' };
  const worker = {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: arn,
    Code: code,
    Environment: { Variables: { TABLE: table } },
    VpcConfig: { SubnetIds: subnets, SecurityGroupIds: [group] },
  };
  to.add(`${id}Function`, 'AWS::Lambda::Function', worker, [`${id}Policy`]);
  to.add(`${id}Source`, 'AWS::Lambda::EventSourceMapping', {
    FunctionName: ref(`${id}Function`),
    EventSourceArn: att(`${id}Queue`, 'Arn'),
  });
  to.add(`${id}Rule`, 'AWS::Events::Rule', {
    EventBusName: bus,
    EventPattern: { source: [id] },
    Targets: [{ Id: 'queue', Arn: att(`${id}Queue`, 'Arn') }],
  });
  to.add(`${id}Alarm`, 'AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: att(`${id}Dead`, 'QueueName') }],
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Period: 60,
    Statistic: 'Maximum',
    Threshold: 0,
  });
}
