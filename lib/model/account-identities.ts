/** A policy as IAM holds it; `text` is undefined where it was not given. */
export interface PolicyText {
  name: string;
  /** The document, as JSON text. */
  text?: string;
}

/** A user or a role of an account with all that decides what it may do and, of a role, whom it lets in. */
export interface AccountIdentity {
  kind: 'user' | 'role';
  name: string;
  arn: string;
  /** `AIDA...` of a user, `AROA...` of a role: a trust policy names what was deleted by it. */
  id: string;
  /** Inline and attached policies, those of its groups included. */
  policies: PolicyText[];
  boundary?: PolicyText;
  /** Of a role: its trust policy, as JSON text. */
  trust?: string;
}

/** The users and roles of one account. */
export interface AccountIdentities {
  account: string;
  identities: AccountIdentity[];
}
