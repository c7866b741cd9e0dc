/**
 * Facts that neither the service spec nor the registry schemas contain, reviewed manually.
 * Source of the `Ref` values: the "Return values" section of each type's page in the AWS CloudFormation Template
 * Reference (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference).
 */

/** What `Ref` returns if it isn't the primary identifier: a property or attribute. */
export const refValues: Readonly<Record<string, string>> = {
  'AWS::AppConfig::Deployment': 'DeploymentNumber',
  'AWS::ApiGateway::DocumentationVersion': 'DocumentationVersion',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'Arn',
  'AWS::Athena::PreparedStatement': 'StatementName',
  'AWS::AutoScaling::LifecycleHook': 'LifecycleHookName',
  'AWS::AutoScaling::ScheduledAction': 'ScheduledActionName',
  'AWS::Backup::RestoreTestingSelection': 'RestoreTestingSelectionName',
  'AWS::Bedrock::FlowAlias': 'Arn',
  'AWS::EC2::VPCCidrBlock': 'Id',
  'AWS::ECS::TaskSet': 'Id',
  'AWS::ElasticBeanstalk::ApplicationVersion': 'Id',
  'AWS::ElasticBeanstalk::ConfigurationTemplate': 'TemplateName',
  'AWS::Events::Rule': 'Name',
  'AWS::GuardDuty::Filter': 'Name',
  'AWS::GuardDuty::IPSet': 'Id',
  'AWS::GuardDuty::Master': 'MasterId',
  'AWS::GuardDuty::Member': 'MemberId',
  'AWS::GuardDuty::PublishingDestination': 'Id',
  'AWS::GuardDuty::ThreatIntelSet': 'Id',
  'AWS::IAM::GroupPolicy': 'PolicyName',
  'AWS::IAM::RolePolicy': 'PolicyName',
  'AWS::IAM::UserPolicy': 'PolicyName',
  'AWS::IdentityStore::Group': 'GroupId',
  'AWS::IdentityStore::GroupMembership': 'MembershipId',
  'AWS::Lambda::Permission': 'Id',
  'AWS::Logs::AccountPolicy': 'PolicyName',
  'AWS::Logs::MetricFilter': 'FilterName',
  'AWS::OpenSearchServerless::AccessPolicy': 'Name',
  'AWS::OpenSearchServerless::SecurityPolicy': 'Name',
  'AWS::RDS::CustomDBEngineVersion': 'EngineVersion',
  'AWS::SageMaker::Space': 'SpaceName',
  'AWS::SageMaker::UserProfile': 'UserProfileName',
  'AWS::SSO::PermissionSet': 'PermissionSetArn',
  'AWS::Timestream::Table': 'TableName',
  'AWS::Transfer::Agreement': 'AgreementId',
  'AWS::VerifiedPermissions::IdentitySource': 'IdentitySourceId',
  'AWS::VerifiedPermissions::Policy': 'PolicyId',
  'AWS::VerifiedPermissions::PolicyTemplate': 'PolicyTemplateId',
};

/**
 * Facts about types that the registry can't provision and a provider of Baton's can: DNS records. Source: "ResourceRecordSet",
 * Amazon Route 53 API Reference. One of Baton's records is alone with its name and type, and a group has all of them, so
 * `SetIdentifier` is no part of an identifier.
 */
export const nativeFacts: Readonly<Record<string, { identifier: string[]; createOnly: string[] }>> = {
  'AWS::Route53::RecordSet': {
    identifier: ['HostedZoneId', 'Name', 'Type'],
    createOnly: ['HostedZoneId', 'Name', 'Type'],
  },
  'AWS::Route53::RecordSetGroup': { identifier: ['Id'], createOnly: ['HostedZoneId'] },
};

/** Types whose deletion loses data, in addition to those that the service spec calls stateful. */
export const dataTypes: ReadonlySet<string> = new Set([
  'AWS::APS::Workspace',
  'AWS::AmazonMQ::Broker',
  'AWS::Backup::LogicallyAirGappedBackupVault',
  'AWS::BedrockAgentCore::Memory',
  'AWS::Cassandra::Keyspace',
  'AWS::Cassandra::Table',
  'AWS::CloudTrail::EventDataStore',
  'AWS::CodeArtifact::Repository',
  'AWS::CodeCommit::Repository',
  'AWS::Connect::Instance',
  'AWS::CustomerProfiles::Domain',
  'AWS::DocDBElastic::Cluster',
  'AWS::DSQL::Cluster',
  'AWS::EC2::Instance',
  'AWS::ECR::PublicRepository',
  'AWS::ECR::Repository',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::Events::Archive',
  'AWS::FSx::Volume',
  'AWS::HealthImaging::Datastore',
  'AWS::HealthLake::FHIRDatastore',
  'AWS::IoTAnalytics::Channel',
  'AWS::IoTAnalytics::Datastore',
  'AWS::Kendra::Index',
  'AWS::KinesisVideo::Stream',
  'AWS::Lightsail::Bucket',
  'AWS::Lightsail::Database',
  'AWS::Lightsail::Disk',
  'AWS::Lightsail::Instance',
  'AWS::MSK::Cluster',
  'AWS::MSK::ServerlessCluster',
  'AWS::MemoryDB::Cluster',
  'AWS::NeptuneGraph::Graph',
  'AWS::Omics::AnnotationStore',
  'AWS::Omics::ReferenceStore',
  'AWS::Omics::SequenceStore',
  'AWS::Omics::VariantStore',
  'AWS::OpenSearchServerless::Collection',
  'AWS::RDS::GlobalCluster',
  'AWS::RedshiftServerless::Namespace',
  'AWS::S3Express::DirectoryBucket',
  'AWS::S3Files::FileSystem',
  'AWS::S3Tables::Table',
  'AWS::S3Tables::TableBucket',
  'AWS::S3Vectors::Index',
  'AWS::S3Vectors::VectorBucket',
  'AWS::SageMaker::FeatureGroup',
  'AWS::SageMaker::NotebookInstance',
  'AWS::Timestream::Database',
  'AWS::Timestream::InfluxDBInstance',
  'AWS::Timestream::Table',
  'AWS::WorkSpaces::Workspace',
]);

/** Names of text properties that contain a secret itself (not its ARN, name or path), at any depth. */
const secretName =
  /(?:Password|Passwords|Passphrase|ClientSecret|SecretString|SecretKey|SecretToken|PreSharedKey|PrivateKey|AuthToken|OauthToken|RefreshToken|JwtToken|ApiToken|HECToken|SasToken|SecretAccessKey|ApiKeyValue|ApiSecretKey)$/;
const exactSecrets: ReadonlySet<string> = new Set([
  'ApiKey',
  'AccessToken',
  'AccessKey',
  'TokenKey',
  'Token',
]);
/** Only in these types do ambiguous names such as the ones above stand for secrets. */
const exactSecretServices =
  /^AWS::(AppFlow|Amplify|BedrockAgentCore|KinesisFirehose|Pinpoint|CodeBuild|DataSync|Glue)::/;
/** Types in which such names stand for a path or a name. */
const notSecret = /^AWS::(AppMesh|Cognito|PCAConnectorAD|WAFv2|MediaLive)::/;

/** Tells whether a text property with this name contains a secret itself. */
export function isSecretProperty(type: string, property: string): boolean {
  if (notSecret.test(type)) return false;
  if (type === 'AWS::DataSync::LocationObjectStorage' && property === 'AccessKey') return false;
  return secretName.test(property) || (exactSecrets.has(property) && exactSecretServices.test(type));
}
