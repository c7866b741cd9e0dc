/**
 * Decides whether a call is allowed.
 * Source: IAM User Guide, "Policy evaluation logic" (one account, no organization policies).
 */
import { type ConditionContext, conditionContext, conditionHolds, expand } from './conditions.ts';
import { globMatches } from './glob.ts';
import type { Identity } from './identity.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';

export interface AuthorizationQuery {
  caller: Identity;
  action: string;
  resource: string;
  context?: Record<string, string | string[] | undefined>;
  /** The policy of the resource, if it has one. */
  resourcePolicy?: PolicyDocument;
  /** KMS: if the key policy doesn't mention the caller or the account, every call is denied. */
  resourcePolicyRequired?: boolean;
}

export type Decision =
  | { allowed: true }
  /** `reason` completes AWS's message: `because no identity-based policy allows the dynamodb:PutItem action`. */
  | { allowed: false; reason: string; explicit: boolean };

/** Decides one action on one resource. */
export function evaluate(query: AuthorizationQuery): Decision {
  const context = contextOf(query);
  const identity = query.caller.policies.flatMap((policy) => policy.Statement);
  const resource = (query.resourcePolicy?.Statement ?? []).map((statement) => ({
    statement,
    match: principalMatch(statement, query.caller),
  }));
  const applies = (statement: Statement) => statementApplies(statement, query, context);

  const denying = 'with an explicit deny in';
  if (identity.some((s) => s.Effect === 'Deny' && applies(s))) {
    return refuse(`${denying} an identity-based policy`, true);
  }
  if (resource.some(({ statement, match }) => statement.Effect === 'Deny' && match && applies(statement))) {
    return refuse(`${denying} a resource-based policy`, true);
  }
  const boundary = query.caller.permissionsBoundary?.Statement;
  if (boundary?.some((s) => s.Effect === 'Deny' && applies(s))) {
    return refuse(`${denying} a permissions boundary`, true);
  }
  const identityAllows = identity.some((s) => s.Effect === 'Allow' && applies(s));
  const granting = resource.filter((entry) => entry.statement.Effect === 'Allow' && applies(entry.statement));
  if (granting.some((entry) => entry.match === 'direct')) return { allowed: true };
  const boundaryAllows = boundary?.some((s) => s.Effect === 'Allow' && applies(s)) ?? true;
  const delegated = !query.resourcePolicyRequired || granting.some((entry) => entry.match === 'account');
  if (!delegated) return refuse(`because no resource-based policy allows the ${query.action} action`);
  if (!identityAllows) {
    const kind = query.caller.kind === 'service' ? 'resource' : 'identity';
    return refuse(`because no ${kind}-based policy allows the ${query.action} action`);
  }
  if (!boundaryAllows) return refuse(`because no permissions boundary allows the ${query.action} action`);
  return { allowed: true };
}

function refuse(reason: string, explicit = false): Decision {
  return { allowed: false, reason, explicit };
}

/** Tells whether Action, Resource and Condition of a statement match. Its Principal is checked separately. */
function statementApplies(
  statement: Statement,
  query: AuthorizationQuery,
  context: ConditionContext,
): boolean {
  const action = query.action.toLowerCase();
  const actionFits = (pattern: string) => globMatches(pattern.toLowerCase(), action);
  const resourceFits = (pattern: string) => globMatches(pattern, query.resource);
  return (
    fits(statement.Action, statement.NotAction, actionFits) &&
    fits(
      statement.Resource && expand(statement.Resource, context),
      statement.NotResource && expand(statement.NotResource, context),
      resourceFits,
    ) &&
    conditionHolds(statement.Condition, context)
  );
}

/** An absent element matches: a trust policy has no Resource. */
function fits(
  included: string[] | undefined,
  excluded: string[] | undefined,
  matches: (pattern: string) => boolean,
): boolean {
  if (included !== undefined) return included.some(matches);
  return excluded === undefined || !excluded.some(matches);
}

/** `account` means that the statement names the account, which delegates the decision to identity policies. */
function principalMatch(statement: Statement, caller: Identity): 'direct' | 'account' | undefined {
  if (statement.NotPrincipal !== undefined) {
    return matchPrincipals(statement.NotPrincipal, caller) ? undefined : 'direct';
  }
  return matchPrincipals(statement.Principal ?? {}, caller);
}

function matchPrincipals(
  principals: Record<string, string[]>,
  caller: Identity,
): 'direct' | 'account' | undefined {
  const names = principals.AWS ?? [];
  if (caller.kind === 'service') {
    return names.includes('*') || (principals.Service ?? []).includes(caller.arn) ? 'direct' : undefined;
  }
  if (names.includes('*') || names.includes(caller.arn) || names.includes(caller.principalArn))
    return 'direct';
  const account = [caller.account, `arn:aws:iam::${caller.account}:root`];
  return names.some((name) => account.includes(name)) ? 'account' : undefined;
}

/** Global condition keys. Loopback has no TLS, yet `aws:SecureTransport` is true: see docs/local-cloud.md. */
function contextOf(query: AuthorizationQuery): ConditionContext {
  const { caller } = query;
  const service = caller.kind === 'service';
  return conditionContext({
    'aws:PrincipalArn': service ? undefined : caller.principalArn,
    'aws:PrincipalAccount': service ? undefined : caller.account,
    'aws:PrincipalType': service ? undefined : caller.kind === 'user' ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': String(service),
    'aws:PrincipalServiceName': service ? caller.arn : undefined,
    'aws:userid': caller.userId,
    'aws:username': caller.kind === 'user' ? caller.arn.split('/').at(-1) : undefined,
    'aws:ResourceAccount': caller.account,
    'aws:SecureTransport': 'true',
    'aws:SourceIp': service ? undefined : '127.0.0.1',
    ...query.context,
  });
}
