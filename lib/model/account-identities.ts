/** A policy in IAM. `text` is undefined if it was not returned. */
export interface PolicyText {
  name: string;
  /** The document, as JSON text. */
  text?: string;
}

/** A user or a role with everything that determines its permissions and, for a role, who may assume it. */
export interface AccountIdentity {
  kind: 'user' | 'role';
  name: string;
  arn: string;
  /** `AIDA...` of a user, `AROA...` of a role. A trust policy contains this id after the principal was deleted. */
  id: string;
  /** Inline and attached policies, including those of its groups. */
  policies: PolicyText[];
  boundary?: PolicyText;
  /** For a role: its trust policy, as JSON text. */
  trust?: string;
}

/** The users and roles of one account. */
export interface AccountIdentities {
  account: string;
  identities: AccountIdentity[];
}
