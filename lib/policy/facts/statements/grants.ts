import type { JsonValue } from '../../../model/json.ts';
import type { FactSubject } from '../fact.ts';
import { referenceIn, textIn } from '../network/references.ts';
import { documentsOf, listIn, type Statement } from './documents.ts';
import { matchesWildcards } from './wildcards.ts';

/** `open`: it depends on what is not known yet. */
export type Answer = boolean | 'open';

/** One action of each kind that an administrator has: who can do all of these, can do anything. */
const administration = [
  ...['iam:CreateUser', 's3:DeleteBucket', 'ec2:RunInstances', 'kms:Decrypt', 'lambda:CreateFunction'],
  ...['rds:DeleteDBInstance', 'dynamodb:DeleteTable', 'sts:AssumeRole', 'secretsmanager:GetSecretValue'],
];

/** This many whole services on every resource are as good as all. */
const manyServices = 10;

/**
 * Actions that give whoever may take them on any identity the rights of another: the ways to escalate that IAM
 * knows by itself, and those by code or commands under a role that exists.
 * Source: "Actions, resources, and condition keys for AWS services"; the paths of privilege escalation published by
 * Rhino Security Labs, and by Datadog as pathfinding.cloud.
 */
const escalation = [
  ...['AddUserToGroup', 'AttachGroupPolicy', 'AttachRolePolicy', 'AttachUserPolicy', 'CreateAccessKey'],
  ...['CreateLoginProfile', 'CreatePolicyVersion', 'CreateServiceSpecificCredential', 'PassRole'],
  ...['DeleteRolePermissionsBoundary', 'DeleteUserPermissionsBoundary', 'PutGroupPolicy', 'PutRolePolicy'],
  ...['PutRolePermissionsBoundary', 'PutUserPermissionsBoundary', 'PutUserPolicy', 'SetDefaultPolicyVersion'],
  ...['UpdateAssumeRolePolicy', 'UpdateLoginProfile', 'UpdateSAMLProvider', 'CreateOpenIDConnectProvider'],
].map((name) => `iam:${name}`);
const byOthers = [
  ...['sts:AssumeRole', 'sso:CreateAccountAssignment', 'sso:PutInlinePolicyToPermissionSet'],
  ...['sso:AttachManagedPolicyToPermissionSet', 'ssm:SendCommand', 'ssm:StartAutomationExecution'],
  ...['lambda:UpdateFunctionCode', 'cloudformation:CreateStackSet', 'glue:UpdateDevEndpoint'],
];

/** Managed policies of AWS that make an administrator. */
const administrators =
  /:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess|job-function\/SystemAdministrator|AdministratorAccess-\w+)$/;

/** Whether the pattern of a resource leaves open which one it is: every resource, or every role, user or policy. */
function isBroad(pattern: string): boolean {
  const text = pattern.trim();
  if (/^[*?]+$/.test(text)) return true;
  // What it begins with is not known yet (`${Queue.Arn}/*`): judged again when it is.
  if (text.startsWith('_')) return false;
  const parts = text.split(':');
  if (parts.length < 6) return /[*?]$/.test(text);
  const name = parts.slice(5).join(':');
  const kept = name.replace(/[*?/]/g, '');
  return (
    /[*?]/.test(name) &&
    ['', 'role', 'user', 'group', 'policy', 'function', 'document', 'instance'].includes(kept)
  );
}

function reads(value: JsonValue, holds: (text: string) => boolean): Answer {
  const text = textIn(value);
  if (text !== undefined) return holds(text);
  return typeof value === 'object' ? 'open' : holds(String(value));
}

/** Whether a value is the name or ARN that another resource will have: those hold no wildcards. */
function isOneOf(value: JsonValue, beside: ReadonlySet<string>): boolean {
  const reference = referenceIn(value);
  if (reference === undefined) return false;
  const { logicalId, attribute } = reference;
  return attribute === undefined ? beside.has(logicalId) : attribute.endsWith('Arn');
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('open') ? 'open' : false;
}

function both(left: Answer, right: Answer): Answer {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : 'open';
}

function isOnAnything(statement: Statement, beside: ReadonlySet<string>): Answer {
  if (listIn(statement, 'notresource').length > 0) return true;
  const resources = listIn(statement, 'resource');
  return some(resources.map((one) => (isOneOf(one, beside) ? false : reads(one, isBroad))));
}

function covers(statement: Statement, action: string): Answer {
  const excluded = listIn(statement, 'notaction');
  // What an exclusion not known yet takes away is not counted on.
  if (excluded.length > 0)
    return !excluded.some((one) => typeof one === 'string' && matchesWildcards(one, action));
  return some(listIn(statement, 'action').map((one) => reads(one, (text) => matchesWildcards(text, action))));
}

/** Statements that say what their holder may do: those that name a principal say who may do something here. */
function permissions(subject: FactSubject): Statement[] {
  const { statements } = documentsOf(subject.resource);
  return statements.filter(
    ({ elements, allows }) => allows && !elements.has('principal') && !elements.has('notprincipal'),
  );
}

function besides({ resources }: FactSubject): ReadonlySet<string> {
  return new Set(resources.map(({ logicalId }) => logicalId));
}

function wholeServices(statements: readonly Statement[]): number {
  const names = statements.flatMap((statement) =>
    listIn(statement, 'action').flatMap((one) => /^([a-z0-9-]+):[*?]+$/i.exec(String(one).trim())?.[1] ?? []),
  );
  return new Set(names.map((name) => name.toLowerCase())).size;
}

function managedPolicies({ resource }: FactSubject): string[] {
  const { ManagedPolicyArns, ManagedPolicies, PolicyArn } = resource.properties;
  return [ManagedPolicyArns, ManagedPolicies, PolicyArn].flat().map((one) => textIn(one ?? null) ?? '');
}

/** Whether all that the resource allows, taken together, makes an administrator. */
export function allowsAdministration(subject: FactSubject): Answer {
  const beside = besides(subject);
  if (managedPolicies(subject).some((arn) => administrators.test(arn))) return true;
  const allowing = permissions(subject);
  if (allowing.length === 0) return false;
  const onAnything = allowing.map((statement): [Statement, Answer] => [
    statement,
    isOnAnything(statement, beside),
  ]);
  const surely = onAnything.filter(([, broad]) => broad === true).map(([statement]) => statement);
  if (surely.some((statement) => listIn(statement, 'notaction').length > 0)) return true;
  if (wholeServices(surely) >= manyServices) return true;
  const answers = administration.map((action) =>
    some(onAnything.map(([statement, broad]) => both(broad, covers(statement, action)))),
  );
  return answers.reduce<Answer>(both, true);
}

/** The actions by which who holds the resource may take the rights of any other identity. */
export function allowsEscalation(subject: FactSubject): Answer {
  const beside = besides(subject);
  return some(
    permissions(subject).map((statement) =>
      both(
        isOnAnything(statement, beside),
        some([...escalation, ...byOthers].map((action) => covers(statement, action))),
      ),
    ),
  );
}
