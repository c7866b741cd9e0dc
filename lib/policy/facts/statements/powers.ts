/** One action of each kind that an administrator has. An identity with all of these can do anything. */
export const administration = [
  ...['iam:CreateUser', 's3:DeleteBucket', 'ec2:RunInstances', 'kms:Decrypt', 'lambda:CreateFunction'],
  ...['rds:DeleteDBInstance', 'dynamodb:DeleteTable', 'sts:AssumeRole', 'secretsmanager:GetSecretValue'],
];

const byIdentity = [
  ...['AddClientIDToOpenIDConnectProvider', 'AddRoleToInstanceProfile', 'AddUserToGroup'],
  ...['AttachGroupPolicy', 'AttachRolePolicy', 'AttachUserPolicy', 'CreateAccessKey', 'CreateLoginProfile'],
  ...['CreateOpenIDConnectProvider', 'CreatePolicyVersion', 'CreateSAMLProvider'],
  ...['CreateServiceSpecificCredential', 'DeleteGroupPolicy', 'DeleteRolePermissionsBoundary'],
  ...['DeleteRolePolicy', 'DeleteUserPermissionsBoundary', 'DeleteUserPolicy', 'DetachGroupPolicy'],
  ...['DetachRolePolicy', 'DetachUserPolicy', 'PassRole', 'PutGroupPolicy', 'PutRolePermissionsBoundary'],
  ...['PutRolePolicy', 'PutUserPermissionsBoundary', 'PutUserPolicy', 'ResetServiceSpecificCredential'],
  ...['SetDefaultPolicyVersion', 'UpdateAssumeRolePolicy', 'UpdateLoginProfile'],
  ...['UpdateOpenIDConnectProviderThumbprint', 'UpdateSAMLProvider'],
].map((name) => `iam:${name}`);

const byPermissionSet = [
  ...['AttachCustomerManagedPolicyReferenceToPermissionSet', 'AttachManagedPolicyToPermissionSet'],
  ...['CreateAccountAssignment', 'DeletePermissionsBoundaryFromPermissionSet'],
  ...['PutInlinePolicyToPermissionSet', 'PutPermissionsBoundaryToPermissionSet'],
].map((name) => `sso:${name}`);

/** Run code or commands under the role of an existing resource. */
const byWorkload = [
  ...['sts:AssumeRole', 'identitystore:CreateGroupMembership'],
  ...['cloudformation:CreateChangeSet', 'cloudformation:CreateStackInstances'],
  ...['cloudformation:CreateStackSet', 'cloudformation:UpdateStack', 'cloudformation:UpdateStackSet'],
  ...['codebuild:StartBuild', 'codebuild:StartBuildBatch', 'codebuild:UpdateProject'],
  ...['ec2-instance-connect:SendSSHPublicKey', 'ecs:ExecuteCommand'],
  ...['glue:UpdateDevEndpoint', 'glue:UpdateJob'],
  ...['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
  ...['rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor'],
  ...['sagemaker:CreatePresignedDomainUrl', 'sagemaker:CreatePresignedNotebookInstanceUrl'],
  ...['ssm:CreateAssociation', 'ssm:SendCommand', 'ssm:StartAutomationExecution', 'ssm:StartSession'],
  ...['ssm:UpdateAssociation', 'states:UpdateStateMachine'],
];

/**
 * Actions that grant the permissions of another identity to everyone who may perform them on any identity: privilege
 * escalation through IAM itself, and through code or commands under an existing role.
 * Source: "Actions, resources, and condition keys for AWS services"; the privilege escalation paths published by Rhino
 * Security Labs, and by Datadog as pathfinding.cloud.
 */
export const escalation = [...byIdentity, ...byPermissionSet, ...byWorkload];

/** AWS managed policies that grant administrator permissions. IAM names are matched exactly but for case. */
export const administrators =
  /:policy\/(AdministratorAccess(-\w+)?|IAMFullAccess|PowerUserAccess|AWSOrganizationsFullAccess|AWSSSO(MasterAccount|MemberAccount|Directory)Administrator|job-function\/SystemAdministrator)$/i;

/** This many whole services on every resource count as all services. */
export const manyServices = 10;

/** Prefixes of commonly used services, for counting the services that a wildcard matches. */
export const servicePrefixes = [
  ...'acm amplify apigateway athena autoscaling backup batch bedrock cloudformation cloudfront'.split(' '),
  ...'cloudtrail cloudwatch codebuild codepipeline cognito-idp config dms dynamodb ec2 ecr ecs'.split(' '),
  ...'eks elasticache elasticfilesystem elasticloadbalancing elasticmapreduce es events firehose'.split(' '),
  ...'glue guardduty iam iot kafka kinesis kms lambda logs mq organizations rds redshift route53'.split(' '),
  ...'s3 sagemaker scheduler secretsmanager ses sns sqs ssm sso states sts transfer waf xray'.split(' '),
];
