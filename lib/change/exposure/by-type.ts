import type { ExposureKind } from './types.ts';

/**
 * Types that belong to one kind as a whole: any change to them counts. The first match applies. Patterns also match
 * types that a service adds later.
 */
export const kindsOfTypes: readonly (readonly [pattern: RegExp, kind: ExposureKind, message: string])[] = [
  [
    /^AWS::(?:IAM|SSO|IdentityStore|RolesAnywhere|Organizations|ControlTower)::/,
    'rights',
    'gives or bounds rights',
  ],
  [
    /::(?:\w*Permission|AccessPoint|AccessEntry|AccessGrant\w*|AccessPolicy|Principal\w*)$/,
    'rights',
    'gives rights',
  ],
  [/^AWS::(?:LakeFormation|VerifiedPermissions)::/, 'rights', 'gives rights'],
  [/^AWS::Cognito::(?:UserPool|IdentityPool)/, 'trust', 'says who may sign in'],
  [/^AWS::(?:KMS|ACMPCA|PaymentCryptography|CloudHSM\w*)::/, 'keys', 'is a key, or opens one'],
  [/^AWS::EC2::KeyPair$/, 'keys', 'opens instances'],
  [/^AWS::SecretsManager::/, 'secrets', 'is a secret, or says who reads or rotates it'],
  [
    /^AWS::Lambda::(?:Url|EventSourceMapping|EventInvokeConfig)$/,
    'invocation',
    'says who or what calls a function',
  ],
  [
    /(?:Resource|Bucket|Topic|Queue|EventBus|Layer\w*|Repository\w*|Registry|Vault|FileSystem|Key|Trust|Domain|Account)Policy$/,
    'resource-policy',
    'says who may use a resource',
  ],
  [/^AWS::RAM::/, 'sharing', 'shares resources with others'],
  [
    /^AWS::EC2::(?:SecurityGroup|NetworkAcl|Route$|RouteTable|SubnetRouteTable|GatewayRouteTable|InternetGateway|EgressOnlyInternetGateway|VPCGatewayAttachment|VPCPeering|TransitGateway|VPN|ClientVpn|CustomerGateway|NatGateway|EIP|PrefixList|VPCEndpoint|VerifiedAccess|LocalGateway|CarrierGateway|NetworkInterfaceAttachment|TrafficMirror|InstanceConnectEndpoint|IPAM)/,
    'network',
    'opens or closes a way through the network',
  ],
  [
    /^AWS::(?:NetworkFirewall|WAF\w*|DirectConnect|NetworkManager|GlobalAccelerator|VpcLattice|Route53Resolver|Shield|FMS)::/,
    'network',
    'opens or closes a way through the network',
  ],
  [/^AWS::ElasticLoadBalancing(?:V2)?::(?:LoadBalancer|Listener)/, 'network', 'listens on the network'],
  [
    /^AWS::(?:CloudFront|ApiGateway|ApiGatewayV2|AppSync|AppRunner|Lightsail|Route53)::/,
    'network',
    'is reached from outside',
  ],
  [
    /^AWS::(?:StepFunctions|Scheduler|ServiceCatalog\w*|CloudFormation|SSM::(?!Parameter$)\w|SSMIncidents|SSMQuickSetup|Events::|Pipes|CodeBuild|CodePipeline|CodeDeploy|CodeStar\w*|CodeConnections|Glue::(?:Job|Trigger|Workflow|Crawler|DevEndpoint)|Batch::JobDefinition|DataPipeline|MWAA|FIS|ImageBuilder|Proton|Cloud9|SageMaker|EMR|EMRServerless|Bedrock\w*|Config::(?:Remediation|Organization)|AutoScaling::LifecycleHook|Backup::RestoreTesting|Amplify|DataZone|OpsWorks|IoT::TopicRule|Chatbot|SES::ReceiptRule|Transfer|DMS|Connect|Lex|AppConfig|AppFlow|EKS|DataSync)/,
    'vehicle',
    'acts by itself, with a role it is given',
  ],
  [
    /^AWS::(?:Lambda::(?:Function|Version|Alias|LayerVersion)|ECS::(?:TaskDefinition|Service)|EC2::(?:Instance|LaunchTemplate|SpotFleet|EC2Fleet)|AutoScaling::(?:AutoScalingGroup|LaunchConfiguration))$/,
    'vehicle',
    'runs code, with a role it is given',
  ],
  [
    /^AWS::(?:CloudTrail|GuardDuty|Config|SecurityHub|Inspector\w*|Macie|Detective|AccessAnalyzer|AuditManager|SecurityLake|Oam|DevOpsGuru)::/,
    'observability',
    'watches what is done',
  ],
  [
    /^AWS::(?:EC2::FlowLog|Logs::(?:SubscriptionFilter|ResourcePolicy|AccountPolicy|Destination|Delivery\w*|DataProtection\w*)|Route53Resolver::\w*QueryLog\w*|S3::StorageLens\w*)$/,
    'observability',
    'says where what happens is recorded',
  ],
  [/^AWS::(?:Backup|DLM|RecoveryServices)::/, 'data-protection', 'keeps what restores data'],
];

/**
 * Types that were reviewed and have no exposure as a whole; only their properties count. Any other type is of medium
 * risk, because it is unknown.
 */
const reviewed: readonly RegExp[] = [
  /^AWS::SQS::Queue$/,
  /^AWS::SNS::(?:Topic|Subscription)$/,
  /^AWS::DynamoDB::(?:Table|GlobalTable)$/,
  /^AWS::S3::(?:Bucket|AccessGrant\w*)$/,
  /^AWS::(?:Kinesis::Stream|KinesisFirehose::DeliveryStream)$/,
  /^AWS::Logs::(?:LogGroup|LogStream|MetricFilter|QueryDefinition)$/,
  /^AWS::CloudWatch::(?:Alarm|CompositeAlarm|Dashboard|AnomalyDetector|MetricStream|InsightRule)$/,
  /^AWS::SSM::Parameter$/,
  /^AWS::ApplicationAutoScaling::/,
  /^AWS::AutoScaling::(?:ScalingPolicy|ScheduledAction|WarmPool)$/,
  /^AWS::EC2::(?:VPC|Subnet|SubnetCidrBlock|VPCCidrBlock|DHCPOptions|VPCDHCPOptionsAssociation|Volume|VolumeAttachment|PlacementGroup|NetworkInterface|CapacityReservation\w*|Host)$/,
  /^AWS::ECS::(?:Cluster|CapacityProvider|ClusterCapacityProviderAssociations)$/,
  /^AWS::ECR::(?:Repository|PullThroughCacheRule)$/,
  /^AWS::EFS::(?:FileSystem|MountTarget)$/,
  /^AWS::ElastiCache::/,
  /^AWS::ElasticLoadBalancingV2::TargetGroup$/,
  /^AWS::RDS::/,
  /^AWS::(?:DocDB|DocDBElastic|Neptune|Redshift|RedshiftServerless|MemoryDB|DAX|Timestream|Cassandra)::/,
  /^AWS::(?:OpenSearchService|Elasticsearch)::Domain$/,
  /^AWS::CertificateManager::Certificate$/,
  /^AWS::ServiceDiscovery::/,
  /^AWS::Athena::(?:WorkGroup|NamedQuery|PreparedStatement)$/,
  /^AWS::Glue::(?:Database|Table|Partition|Schema\w*|Registry)$/,
  /^AWS::Batch::(?:JobQueue|ComputeEnvironment|SchedulingPolicy)$/,
  /^AWS::(?:ResourceGroups|XRay|Synthetics|RUM|Budgets|CE|ApplicationInsights|Rekognition::Collection)/,
];

/** Tells whether a type has been reviewed. */
export function isReviewed(type: string): boolean {
  return (
    reviewed.some((pattern) => pattern.test(type)) || kindsOfTypes.some(([pattern]) => pattern.test(type))
  );
}
