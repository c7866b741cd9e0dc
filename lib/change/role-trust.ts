import type { RoleFacts } from './speaker-role.ts';

/** Somebody a trust policy lets in. */
export interface Trusted {
  kind: 'service' | 'role' | 'oidc' | 'people';
  /** As the policy names it. */
  name: string;
  /** Only where a condition holds. */
  conditional?: true;
}

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: unknown;
}

/**
 * Whom a trust policy lets in, by kind. `people` is everything that may be a person: an account (whoever there is
 * given the right), users, SAML, `*`, a role of Identity Center, an OpenID provider without a condition on its
 * subject, and what can't be read ("AWS JSON policy elements: Principal", IAM User Guide).
 */
export function trustedBy({ trust }: Pick<RoleFacts, 'trust'>): Trusted[] {
  const statements = statementsOf(trust);
  if (statements === undefined) return [{ kind: 'people', name: 'an unreadable trust policy' }];
  return statements
    .filter(({ Effect }) => Effect !== 'Deny')
    .flatMap((statement) =>
      statement.NotPrincipal === undefined
        ? namesIn(statement.Principal).map(([kind, name]) => classified(kind, name, statement))
        : [{ kind: 'people' as const, name: 'everyone but NotPrincipal', ...underCondition(statement) }],
    );
}

/** Whether a trust policy lets machines in alone, so that a decision of the role is not some approver's second one. */
export function isOfMachines(role: Pick<RoleFacts, 'trust'>): boolean {
  const trusted = trustedBy(role);
  return trusted.length > 0 && trusted.every(({ kind }) => kind !== 'people');
}

function classified(kind: string, name: string, statement: Statement): Trusted {
  const trusted = { name, ...underCondition(statement) };
  if (kind === 'Service') return { kind: 'service', ...trusted };
  if (kind === 'AWS' && /^arn:aws[a-z-]*:iam::\d{12}:role\/(?!.*\*)(?!(?:.*\/)?AWSReservedSSO_)/i.test(name))
    return { kind: 'role', ...trusted };
  if (kind === 'Federated' && /:oidc-provider\//.test(name) && bindsSubject(statement.Condition))
    return { kind: 'oidc', ...trusted };
  return { kind: 'people', ...trusted };
}

function underCondition({ Condition }: Statement): { conditional?: true } {
  return Condition === undefined ? {} : { conditional: true };
}

/** An OpenID provider serves everybody it knows; a condition on `sub` says which of its workloads. */
function bindsSubject(condition: unknown): boolean {
  const operators = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  return operators.some(
    ([operator, keys]) =>
      /^String(?:Equals|Like)$/.test(operator) &&
      Object.entries((keys ?? {}) as Record<string, unknown>).some(
        ([key, value]) => key.endsWith(':sub') && [value].flat().every((one) => String(one) !== '*'),
      ),
  );
}

function namesIn(principal: unknown): [kind: string, name: string][] {
  if (typeof principal !== 'object' || principal === null) return [['', String(principal)]];
  return Object.entries(principal).flatMap(([kind, value]) =>
    [value].flat().map((name): [string, string] => [kind, String(name)]),
  );
}

function statementsOf(trust: string): Statement[] | undefined {
  try {
    const document = JSON.parse(trust) as { Statement?: unknown };
    const statements = [document.Statement ?? []].flat();
    return statements.every((one) => typeof one === 'object' && one !== null) ? statements : undefined;
  } catch {
    return undefined;
  }
}
