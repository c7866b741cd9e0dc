/** Roles of the template with all policies that apply to them. */
import { InvalidInput } from '../../model/errors.ts';
import type { JsonValue } from '../../model/json.ts';
import { administratorAccess, type PolicyDocument, parsePolicyDocument } from '../iam/policy-document.ts';
import { objectsAt, type Stack } from '../template/stack.ts';

export interface Role {
  arn: string;
  name: string;
  trust: PolicyDocument;
  policies: PolicyDocument[];
  permissionsBoundary?: PolicyDocument;
  /** The same policies as IAM lists them: inline by name, managed by ARN. */
  inline: NamedPolicy[];
  attached: NamedPolicy[];
  boundary?: NamedPolicy;
}

/** A policy by its name or ARN. */
export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

const allow = (actions: string[]): PolicyDocument =>
  parsePolicyDocument({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** AWS managed policies by name. Source: AWS Managed Policy Reference Guide. */
const managedPolicies: Record<string, PolicyDocument> = {
  AdministratorAccess: administratorAccess,
  AWSLambdaBasicExecutionRole: allow(logs),
  AWSXRayDaemonWriteAccess: allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
};

/** Returns roles by ARN. Throws InvalidInput for managed policies that are neither in the template nor known here. */
export function rolesOf(stack: Stack): Map<string, Role> {
  const own = new Map(
    stack
      .ofType('AWS::IAM::ManagedPolicy')
      .map((policy) => [policy.arn ?? '', parsePolicyDocument(policy.properties.PolicyDocument)]),
  );
  const unknown: string[] = [];
  const managed = (arn: JsonValue): NamedPolicy[] => {
    const found = own.get(String(arn)) ?? managedPolicies[String(arn).split('/').at(-1) ?? ''];
    if (found === undefined) unknown.push(String(arn));
    return found === undefined ? [] : [{ name: String(arn), document: found }];
  };
  const roles = new Map<string, Role>();
  for (const { name, arn = '', properties } of stack.ofType('AWS::IAM::Role')) {
    const inline = objectsAt(properties, 'Policies').map((policy) => ({
      name: String(policy.PolicyName),
      document: parsePolicyDocument(policy.PolicyDocument),
    }));
    const attached = [properties.ManagedPolicyArns ?? []].flat().flatMap(managed);
    const role: Role = {
      arn,
      name,
      trust: parsePolicyDocument(properties.AssumeRolePolicyDocument),
      policies: [...inline, ...attached].map(({ document }) => document),
      ...{ inline, attached },
    };
    const [boundary] =
      properties.PermissionsBoundary === undefined ? [] : managed(properties.PermissionsBoundary);
    roles.set(
      arn,
      boundary === undefined ? role : { ...role, permissionsBoundary: boundary.document, boundary },
    );
  }
  attachPolicies(stack, roles);
  if (unknown.length > 0) {
    const message = (arn: string) => `the local cloud does not know the managed policy ${arn}`;
    throw new InvalidInput(
      unknown.map((arn) => ({ path: 'Resources', message: message(arn), code: 'UnknownPolicy' })),
    );
  }
  return roles;
}

/** Attaches policies that name their roles. */
function attachPolicies(stack: Stack, roles: Map<string, Role>): void {
  const byName = new Map([...roles.values()].map((role) => [role.name, role]));
  for (const { type, name: policyName, arn, properties } of [
    ...stack.ofType('AWS::IAM::Policy'),
    ...stack.ofType('AWS::IAM::ManagedPolicy'),
  ]) {
    const document = parsePolicyDocument(properties.PolicyDocument);
    const managed = type === 'AWS::IAM::ManagedPolicy';
    for (const name of [properties.Roles ?? []].flat()) {
      const role = byName.get(String(name));
      role?.policies.push(document);
      role?.[managed ? 'attached' : 'inline'].push({ name: (managed && arn) || policyName, document });
    }
  }
}

/** Tells whether a service may assume the role. */
export function trusts(role: Role, servicePrincipal: string): boolean {
  return role.trust.Statement.some(
    (statement) => statement.Effect === 'Allow' && statement.Principal?.Service?.includes(servicePrincipal),
  );
}
