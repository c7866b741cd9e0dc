/** The data of a role from IAM's `GetRole`. */
export interface RoleFacts {
  arn: string;
  /** `AROA...`. IAM never reuses it, not even for a role with the same name ("Unique identifiers", IAM User Guide). */
  id: string;
  /** The trust policy, as JSON text. */
  trust: string;
}

/** Role names are case-insensitive: "CreateRole", IAM API Reference. */
const nameOfIdentityCenter = /^AWSReservedSSO_/i;

/** Tells whether a role's name has the format of Identity Center: `AWSReservedSSO_PERMISSION-SET_SUFFIX`. */
export function looksLikeIdentityCenter(roleName: string): boolean {
  return nameOfIdentityCenter.test(roleName);
}

const pathOfIdentityCenter =
  /^arn:aws[a-z-]*:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?([^/]+)$/;
const samlOfIdentityCenter = /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/AWSSSO_[^/]+_DO_NOT_DELETE$/;

/**
 * Tells whether the role of a session was created by Identity Center and only Identity Center lets people assume it.
 *
 * The ARN of a session doesn't contain the path of its role ("IAM identifiers", IAM User Guide). A role named
 * `AWSReservedSSO_Admin_0123456789abcdef` at the path `/` therefore has sessions that look the same, with session names
 * that the caller chooses. Three checks tell them apart, and all must pass:
 *
 * 1. The path. Identity Center creates its roles under `/aws-reserved/sso.amazonaws.com/`, with the region below it
 *    outside us-east-1 ("Referencing permission sets in resource policies", Identity Center User Guide), through a
 *    service-linked role that can't create them anywhere else (`AWSSSOServiceRolePolicy`, AWS Managed Policy
 *    Reference). IAM lets no other principal change them ("this role is only modifiable by AWS", knowledge center,
 *    "Cannot perform the operation on the protected role AWSReservedSSO").
 * 2. The id. The session belongs to this very role, not to an earlier or later role with the same name.
 * 3. The trust policy. AWS doesn't document that no one else can create a role under that path. So the trust policy
 *    must allow only the SAML provider of Identity Center or an AWS service, and never a principal of an account, which
 *    could call `sts:AssumeRole` with any session name.
 */
export function isIdentityCenterRole(
  facts: RoleFacts,
  session: { account: string; role: string; roleId: string },
): boolean {
  const [, account, name] = pathOfIdentityCenter.exec(facts.arn) ?? [];
  return (
    account === session.account &&
    name === session.role &&
    facts.id === session.roleId &&
    letsInPeopleOfIdentityCenterOnly(facts.trust)
  );
}

function letsInPeopleOfIdentityCenterOnly(trust: string): boolean {
  const statements = statementsOf(trust);
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  return allowing.length > 0 && allowing.every(({ Principal }) => isTrusted(Principal));
}

function isTrusted(principal: unknown): boolean {
  if (typeof principal !== 'object' || principal === null) return false;
  const entries = Object.entries(principal);
  return (
    entries.length > 0 &&
    entries.every(([kind, value]) => {
      const names = [value].flat();
      if (kind === 'Service') return names.every((one) => String(one).endsWith('.amazonaws.com'));
      return kind === 'Federated' && names.every((one) => samlOfIdentityCenter.test(String(one)));
    })
  );
}

function statementsOf(trust: string): { Effect?: unknown; Principal?: unknown }[] {
  try {
    const document = JSON.parse(trust) as { Statement?: unknown };
    return [document.Statement ?? []].flat().filter((one) => typeof one === 'object' && one !== null) as {
      Effect?: unknown;
    }[];
  } catch {
    // A document that can't be read proves nothing.
    return [];
  }
}
