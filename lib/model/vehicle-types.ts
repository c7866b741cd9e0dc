/**
 * Vehicles: resource types that call APIs or run code with their own permissions once they exist, so that policies on
 * the resources of a request cover little of its effect. Reviewed manually against the CloudFormation resource
 * reference: every type that takes a role together with what to do (a template, a definition, a target, a command,
 * code), or that installs code in the account (hooks, types, modules).
 */
import { isObject, type JsonObject, type JsonValue } from './json.ts';

export interface Vehicle {
  /** What it does, as the end of a sentence: "it ...". */
  does: string;
  /** Dotted paths of the properties that name its role or instance profile, with `*` for each element. */
  rights?: readonly string[];
  /**
   * `always`: its actions are written in a language that no rule reads, so a decision is required. `borrowed`: an
   * ordinary workload, unless it uses a role that the request doesn't create.
   */
  decision: 'always' | 'borrowed';
}

type Row = [does: string, ...rights: string[]];

const stack = 'creates whatever a template of its own says';
const code = 'runs code with the rights of its role';
const calls = 'calls any API with the rights of its role';
const extension = 'installs code that runs in every later operation of CloudFormation';

/** Types that always need a decision. */
const always: Record<string, Row> = {
  'AWS::Amplify::App': ['builds and deploys a repository', 'IAMServiceRole', 'ComputeRoleArn'],
  'AWS::AppSync::Resolver': ['calls APIs of its data source in a language of its own'],
  'AWS::Backup::RestoreTestingSelection': ['restores data with the rights of its role', 'IamRoleArn'],
  'AWS::Bedrock::Agent': [calls, 'AgentResourceRoleArn'],
  'AWS::Bedrock::Flow': [calls, 'ExecutionRoleArn'],
  'AWS::BedrockAgentCore::CodeInterpreterCustom': [code, 'ExecutionRoleArn'],
  'AWS::BedrockAgentCore::Gateway': [calls, 'RoleArn'],
  'AWS::BedrockAgentCore::Harness': [code, 'ExecutionRoleArn'],
  'AWS::BedrockAgentCore::Runtime': [code, 'RoleArn'],
  'AWS::Cloud9::EnvironmentEC2': [code],
  'AWS::CloudFormation::CustomResource': ['calls a function or topic with what the request says'],
  'AWS::CloudFormation::GuardHook': [extension, 'ExecutionRole'],
  'AWS::CloudFormation::HookDefaultVersion': [extension],
  'AWS::CloudFormation::HookTypeConfig': [extension],
  'AWS::CloudFormation::HookVersion': [extension, 'ExecutionRoleArn'],
  'AWS::CloudFormation::LambdaHook': [extension, 'ExecutionRole'],
  'AWS::CloudFormation::Macro': [extension],
  'AWS::CloudFormation::ModuleDefaultVersion': [extension],
  'AWS::CloudFormation::ModuleVersion': [extension],
  'AWS::CloudFormation::PublicTypeVersion': [extension],
  'AWS::CloudFormation::ResourceDefaultVersion': [extension],
  'AWS::CloudFormation::ResourceVersion': [extension, 'ExecutionRoleArn'],
  'AWS::CloudFormation::Stack': [stack],
  'AWS::CloudFormation::StackSet': [stack, 'AdministrationRoleARN', 'ExecutionRoleName'],
  'AWS::CloudFormation::TypeActivation': [extension, 'ExecutionRoleArn'],
  'AWS::CodeBuild::Project': [code, 'ServiceRole'],
  'AWS::CodeDeploy::DeploymentGroup': ['installs code on instances', 'ServiceRoleArn'],
  'AWS::CodePipeline::CustomActionType': ['adds an action to pipelines'],
  'AWS::CodePipeline::Pipeline': [calls, 'RoleArn', 'Stages.*.Actions.*.RoleArn'],
  'AWS::CodeStarConnections::SyncConfiguration': [stack, 'RoleArn'],
  'AWS::Config::ConformancePack': [stack],
  'AWS::Config::OrganizationConformancePack': [stack],
  'AWS::Config::OrganizationConfigRule': ['runs a function of its own in every account'],
  'AWS::Config::RemediationConfiguration': [
    'runs an automation document',
    'Parameters.AutomationAssumeRole.StaticValue.Values.*',
  ],
  'AWS::ControlTower::EnabledBaseline': [stack],
  'AWS::DataBrew::Job': [code, 'RoleArn'],
  'AWS::DataPipeline::Pipeline': ['runs commands with the roles that its objects name'],
  'AWS::EMR::Cluster': [code, 'ServiceRole', 'JobFlowRole', 'AutoScalingRole'],
  'AWS::EMR::Step': ['runs a command on a cluster that exists'],
  'AWS::ElasticBeanstalk::Environment': [stack, 'OperationsRole'],
  'AWS::FIS::ExperimentTemplate': [calls, 'RoleArn'],
  'AWS::GameLift::Fleet': [code, 'InstanceRoleARN'],
  'AWS::Glue::Blueprint': ['creates the jobs and crawlers that a script says'],
  'AWS::Glue::Crawler': ['reads and catalogs data with the rights of its role', 'Role'],
  'AWS::Glue::DevEndpoint': [code, 'RoleArn'],
  'AWS::Glue::Job': [code, 'Role'],
  'AWS::Glue::Trigger': ['starts jobs that exist'],
  'AWS::ImageBuilder::Component': ['runs commands in the images of others'],
  'AWS::ImageBuilder::Image': [code, 'ExecutionRole'],
  'AWS::ImageBuilder::ImagePipeline': [code, 'ExecutionRole'],
  'AWS::ImageBuilder::InfrastructureConfiguration': [code, 'InstanceProfileName'],
  'AWS::ImageBuilder::LifecyclePolicy': ['deletes images with the rights of its role', 'ExecutionRole'],
  'AWS::ImageBuilder::Workflow': ['runs commands in the builds of others'],
  'AWS::IoT::Command': ['runs commands on devices', 'RoleArn'],
  'AWS::IoT::JobTemplate': ['runs jobs on devices'],
  'AWS::IoT::MitigationAction': [calls, 'RoleArn'],
  'AWS::IoT::ProvisioningTemplate': ['registers devices and attaches policies', 'ProvisioningRoleArn'],
  'AWS::IoT::RoleAlias': ['gives devices the rights of its role', 'RoleArn'],
  'AWS::IoT::TopicRule': [
    calls,
    'TopicRulePayload.Actions.*.*.RoleArn',
    'TopicRulePayload.ErrorAction.*.RoleArn',
  ],
  'AWS::KafkaConnect::Connector': [code, 'ServiceExecutionRoleArn'],
  'AWS::KinesisAnalytics::Application': [code],
  'AWS::KinesisAnalyticsV2::Application': [code, 'ServiceExecutionRole'],
  'AWS::MWAA::Environment': [code, 'ExecutionRoleArn'],
  'AWS::MWAAServerless::Workflow': [calls, 'RoleArn'],
  'AWS::Omics::Workflow': [code],
  'AWS::OpsWorks::Stack': [code, 'ServiceRoleArn', 'DefaultInstanceProfileArn'],
  'AWS::Pipes::Pipe': ['takes events from a source to any target with the rights of its role', 'RoleArn'],
  'AWS::Proton::EnvironmentAccountConnection': [stack, 'RoleArn', 'CodebuildRoleArn', 'ComponentRoleArn'],
  'AWS::Proton::EnvironmentTemplate': [stack],
  'AWS::Proton::ServiceTemplate': [stack],
  'AWS::RolesAnywhere::Profile': ['gives holders of certificates the rights of its roles', 'RoleArns.*'],
  'AWS::RolesAnywhere::TrustAnchor': ['lets a certificate authority hand out rights'],
  'AWS::SSM::Association': ['runs a document on instances that exist', 'Parameters.AutomationAssumeRole.*'],
  'AWS::SSM::Document': ['runs commands or calls any API when it is started'],
  'AWS::SSM::MaintenanceWindowTask': [
    'runs commands on instances that exist, or any automation',
    'ServiceRoleArn',
    'TaskInvocationParameters.MaintenanceWindowRunCommandParameters.ServiceRoleArn',
  ],
  'AWS::SSMIncidents::ResponsePlan': ['runs an automation document', 'Actions.*.SsmAutomation.RoleArn'],
  'AWS::SSMQuickSetup::ConfigurationManager': [
    stack,
    'ConfigurationDefinitions.*.LocalDeploymentAdministrationRoleArn',
    'ConfigurationDefinitions.*.LocalDeploymentExecutionRoleName',
  ],
  'AWS::SSMQuickSetup::LifecycleAutomation': ['runs an automation document'],
  'AWS::SageMaker::App': [code],
  'AWS::SageMaker::Cluster': [code, 'InstanceGroups.*.ExecutionRole'],
  'AWS::SageMaker::Domain': [code, 'DefaultUserSettings.ExecutionRole', 'DefaultSpaceSettings.ExecutionRole'],
  'AWS::SageMaker::NotebookInstance': [code, 'RoleArn'],
  'AWS::SageMaker::NotebookInstanceLifecycleConfig': ['runs commands when a notebook starts'],
  'AWS::SageMaker::Pipeline': [calls, 'RoleArn'],
  'AWS::SageMaker::ProcessingJob': [code, 'RoleArn'],
  'AWS::SageMaker::Project': [stack],
  'AWS::SageMaker::StudioLifecycleConfig': ['runs commands when a notebook starts'],
  'AWS::SageMaker::UserProfile': [code, 'UserSettings.ExecutionRole'],
  'AWS::Scheduler::Schedule': [calls, 'Target.RoleArn'],
  'AWS::ServiceCatalog::CloudFormationProduct': [stack],
  'AWS::ServiceCatalog::CloudFormationProvisionedProduct': [stack],
  'AWS::ServiceCatalog::LaunchRoleConstraint': [
    'lets others create products with the rights of its role',
    'RoleArn',
  ],
  'AWS::ServiceCatalog::ServiceAction': ['runs an automation document'],
  'AWS::ServiceCatalog::StackSetConstraint': [stack, 'AdminRole', 'ExecutionRole'],
  'AWS::StepFunctions::StateMachine': [calls, 'RoleArn'],
  'AWS::StepFunctions::StateMachineVersion': [calls],
  'AWS::Synthetics::Canary': [code, 'ExecutionRoleArn'],
  'AWS::Transfer::Workflow': ['runs functions on what is uploaded'],
};

/** Workloads. Running code with a role is their purpose, so only a role from elsewhere is notable. */
const borrowed: Record<string, Row> = {
  'AWS::ApiGateway::Method': [calls, 'Integration.Credentials'],
  'AWS::ApiGatewayV2::Integration': [calls, 'CredentialsArn'],
  'AWS::AppFlow::Flow': ['moves data with the rights of its role'],
  'AWS::AppRunner::Service': [
    code,
    'InstanceConfiguration.InstanceRoleArn',
    'SourceConfiguration.AuthenticationConfiguration.AccessRoleArn',
  ],
  'AWS::AppSync::DataSource': [calls, 'ServiceRoleArn'],
  'AWS::AutoScaling::LaunchConfiguration': [code, 'IamInstanceProfile'],
  'AWS::Backup::BackupSelection': ['reads data with the rights of its role', 'BackupSelection.IamRoleArn'],
  'AWS::Batch::ComputeEnvironment': [code, 'ServiceRole', 'ComputeResources.InstanceRole'],
  'AWS::Batch::JobDefinition': [
    code,
    'ContainerProperties.JobRoleArn',
    'ContainerProperties.ExecutionRoleArn',
    'EcsProperties.TaskProperties.*.TaskRoleArn',
    'EcsProperties.TaskProperties.*.ExecutionRoleArn',
    'NodeProperties.NodeRangeProperties.*.Container.JobRoleArn',
  ],
  'AWS::Bedrock::KnowledgeBase': ['reads data with the rights of its role', 'RoleArn'],
  'AWS::Cognito::IdentityPoolRoleAttachment': ['gives whoever signs in the rights of its roles', 'Roles.*'],
  'AWS::Cognito::UserPoolGroup': ['gives its members the rights of its role', 'RoleArn'],
  'AWS::DLM::LifecyclePolicy': ['copies and deletes snapshots', 'ExecutionRoleArn'],
  'AWS::EC2::Instance': [code, 'IamInstanceProfile'],
  'AWS::EC2::LaunchTemplate': [
    code,
    'LaunchTemplateData.IamInstanceProfile.Arn',
    'LaunchTemplateData.IamInstanceProfile.Name',
  ],
  'AWS::EC2::SpotFleet': [code, 'SpotFleetRequestConfigData.LaunchSpecifications.*.IamInstanceProfile.Arn'],
  'AWS::ECS::DaemonTaskDefinition': [code, 'TaskRoleArn', 'ExecutionRoleArn'],
  'AWS::ECS::ExpressGatewayService': [code, 'TaskRoleArn', 'ExecutionRoleArn', 'InfrastructureRoleArn'],
  'AWS::ECS::TaskDefinition': [code, 'TaskRoleArn', 'ExecutionRoleArn'],
  'AWS::EKS::FargateProfile': [code, 'PodExecutionRoleArn'],
  'AWS::EKS::Nodegroup': [code, 'NodeRole'],
  'AWS::EKS::PodIdentityAssociation': ['gives pods the rights of its role', 'RoleArn', 'TargetRoleArn'],
  'AWS::Events::Rule': ['starts its targets with the rights of its role', 'RoleArn', 'Targets.*.RoleArn'],
  'AWS::IAM::InstanceProfile': ['gives instances the rights of its role', 'Roles.*'],
  'AWS::KinesisFirehose::DeliveryStream': [
    'delivers data with the rights of its role',
    'S3DestinationConfiguration.RoleARN',
    'ExtendedS3DestinationConfiguration.RoleARN',
    'HttpEndpointDestinationConfiguration.RoleARN',
  ],
  'AWS::Lambda::Function': [code, 'Role'],
  'AWS::Lightsail::Instance': ['runs the commands of its user data'],
  'AWS::SageMaker::Model': [code, 'ExecutionRoleArn'],
  'AWS::Transfer::Server': ['calls a function to sign users in', 'IdentityProviderDetails.InvocationRole'],
  'AWS::Transfer::User': ['gives a user the rights of its role', 'Role'],
};

function rows(table: Record<string, Row>, decision: Vehicle['decision']): [string, Vehicle][] {
  return Object.entries(table).map(([type, [does, ...rights]]) => [
    type,
    { does, decision, ...(rights.length > 0 && { rights }) },
  ]);
}

/** The vehicles by resource type. */
export const vehicleTypes: ReadonlyMap<string, Vehicle> = new Map([
  ...rows(always, 'always'),
  ...rows(borrowed, 'borrowed'),
]);

/** Returns the vehicle of a type, if it is one. `Custom::Anything` is a custom resource. */
export function vehicleOf(type: string): Vehicle | undefined {
  return vehicleTypes.get(type.startsWith('Custom::') ? 'AWS::CloudFormation::CustomResource' : type);
}

/** Returns the values at a dotted path, with `*` for each element or value. Doesn't parse JSON texts. */
function valuesAt(value: JsonValue | undefined, [name, ...rest]: readonly string[]): JsonValue[] {
  if (value === undefined || value === null) return [];
  if (name === undefined) return [value];
  if (name === '*') {
    const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    return inner.flatMap((one) => valuesAt(one, rest));
  }
  return isObject(value) && Object.hasOwn(value, name) ? valuesAt(value[name], rest) : [];
}

/** Returns the roles and instance profiles that a resource of this type uses, as in the request. */
export function rightsOf(type: string, properties: JsonObject): JsonValue[] {
  return (vehicleOf(type)?.rights ?? []).flatMap((path) => valuesAt(properties, path.split('.')));
}

/**
 * Tells whether a value is, or is derived from, another resource of the request. If `logicalIds` is undefined, every
 * reference counts.
 */
function isMadeHere(value: JsonValue, logicalIds: ReadonlySet<string> | undefined): boolean {
  if (!isObject(value)) return false;
  if (typeof value.Ref === 'string') return logicalIds?.has(value.Ref) ?? true;
  const path = value['Fn::GetAtt'];
  const target = Array.isArray(path) ? path[0] : typeof path === 'string' ? path.split('.')[0] : undefined;
  return typeof target === 'string' && (logicalIds?.has(target) ?? true);
}

/**
 * Returns the roles of a vehicle that the request doesn't create. The vehicle acts with permissions that were granted
 * for another purpose.
 * @param logicalIds logical ids of the resources of the request; if omitted, as for a plan, all references are taken as
 * references to them
 */
export function borrowedRights(
  type: string,
  properties: JsonObject,
  logicalIds?: ReadonlySet<string>,
): JsonValue[] {
  return rightsOf(type, properties).filter((one) => !isMadeHere(one, logicalIds));
}

/** Returns why a resource needs a decision by default, even if no rule forbids it. Undefined if it needs none. */
export function vehicleReason(
  type: string,
  properties: JsonObject,
  logicalIds?: ReadonlySet<string>,
): string | undefined {
  const vehicle = vehicleOf(type);
  if (!vehicle) return undefined;
  const takes = borrowedRights(type, properties, logicalIds).length > 0;
  if (vehicle.decision === 'borrowed' && !takes) return undefined;
  return takes ? `it ${vehicle.does}, by a role that the request does not make` : `it ${vehicle.does}`;
}
