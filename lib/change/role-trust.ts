import type { RoleFacts } from './speaker-role.ts';

/** A principal that a trust policy allows. */
export interface Trusted {
  kind: 'service' | 'role' | 'oidc' | 'people';
  /** The principal as the policy names it. */
  name: string;
  /** Present if a condition restricts it. */
  conditional?: true;
}

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: unknown;
}

/**
 * Returns the principals that a trust policy allows, by kind. `people` covers every principal that may be a person: an
 * account (anyone there with the permission), users, SAML, `*`, a role of Identity Center, an OpenID provider without a
 * condition on its subject, and principals that can't be read ("AWS JSON policy elements: Principal", IAM User Guide).
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

/**
 * Tells whether a trust policy allows only machines. Then a decision of the role can't be an approver's second vote.
 */
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

/**
 * Tells whether a condition restricts `sub` to certain workloads. Without it, an OpenID provider issues tokens to all
 * of its users.
 */
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
