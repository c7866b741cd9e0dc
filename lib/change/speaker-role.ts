/** What IAM says of a role: `GetRole`. */
export interface RoleFacts {
  arn: string;
  /** `AROA...`; never given twice, not even to a role of the same name ("Unique identifiers", IAM User Guide). */
  id: string;
  /** Its trust policy, as JSON text. */
  trust: string;
}

/** Names of roles do not differ by case: "CreateRole", IAM API Reference. */
const nameOfIdentityCenter = /^AWSReservedSSO_/i;

/** Whether a role is named as Identity Center names its own: `AWSReservedSSO_PERMISSION-SET_SUFFIX`. */
export function looksLikeIdentityCenter(roleName: string): boolean {
  return nameOfIdentityCenter.test(roleName);
}

const pathOfIdentityCenter =
  /^arn:aws[a-z-]*:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?([^/]+)$/;
const samlOfIdentityCenter = /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/AWSSSO_[^/]+_DO_NOT_DELETE$/;

/**
 * Whether the role of a session is one Identity Center made, and nobody but it lets people in.
 *
 * The ARN of a session does not hold the path of its role ("IAM identifiers", IAM User Guide), so that a role
 * somebody names `AWSReservedSSO_Admin_0123456789abcdef` at the path `/` has sessions that look the same, with
 * names of their choice. Three things tell them apart, and all must hold:
 *
 * 1. The path. Identity Center makes its roles under `/aws-reserved/sso.amazonaws.com/`, with the region below it
 *    outside us-east-1 ("Referencing permission sets in resource policies", Identity Center User Guide), by a
 *    service-linked role that may make them nowhere else (`AWSSSOServiceRolePolicy`, AWS Managed Policy
 *    Reference). IAM lets nobody else change what is there ("this role is only modifiable by AWS", knowledge
 *    center, "Cannot perform the operation on the protected role AWSReservedSSO").
 * 2. The id. The session is of this very role, not of one that bore its name before or after.
 * 3. The trust. That nobody can make a role under that path is not documented, so that what lets people in is
 *    looked at too: the SAML provider of Identity Center or a service of AWS, never a principal of an account,
 *    which could take the role on by `sts:AssumeRole` with any name for its session.
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
    // What can't be read proves nothing.
    return [];
  }
}
