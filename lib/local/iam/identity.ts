/** The caller: a user, a session of a role, or a service acting for a resource. The world issues the keys. */
import { createHash } from 'node:crypto';
import type { PolicyDocument } from './policy-document.ts';

export interface Identity {
  kind: 'user' | 'session' | 'service';
  /** As returned by GetCallerIdentity: the user's ARN, or `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  arn: string;
  /** The value of `aws:PrincipalArn`: the ARN of the user or role. For a service, its name. */
  principalArn: string;
  /** `AROA...:session` or `AIDA...`. */
  userId: string;
  account: string;
  /** All identity policies, inline and attached. */
  policies: PolicyDocument[];
  permissionsBoundary?: PolicyDocument;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Derives a stable identifier with the given prefix and length from a text. */
export function stableId(prefix: string, text: string, length: number): string {
  const hash = createHash('sha256')
    .update(text)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase();
  return prefix + hash.slice(0, length - prefix.length);
}

/** Returns a user of the account with the given policies. */
export function userIdentity(account: string, userName: string, policies: PolicyDocument[]): Identity {
  const arn = `arn:aws:iam::${account}:user/${userName}`;
  return { kind: 'user', arn, principalArn: arn, userId: stableId('AIDA', arn, 21), account, policies };
}

/** Returns a session of a role. */
export function sessionIdentity(
  role: { arn: string; policies: PolicyDocument[]; permissionsBoundary?: PolicyDocument },
  sessionName: string,
): Identity {
  const [, , , , account = '', path = ''] = role.arn.split(':');
  const roleName = path.split('/').at(-1) ?? path;
  return {
    kind: 'session',
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    principalArn: role.arn,
    userId: `${stableId('AROA', role.arn, 21)}:${sessionName}`,
    account,
    policies: role.policies,
    permissionsBoundary: role.permissionsBoundary,
  };
}

/** Returns a service principal that acts for a resource of the account. */
export function serviceIdentity(account: string, servicePrincipal: string): Identity {
  return {
    kind: 'service',
    arn: servicePrincipal,
    principalArn: servicePrincipal,
    userId: servicePrincipal,
    account,
    policies: [],
  };
}

export interface KeyOwner {
  secretAccessKey: string;
  identity: () => Identity;
}

/** Access keys and their owners. Secrets are derived, so a restarted world accepts them again. */
export class KeyRing {
  /** The secret of keys that weren't issued, and the seed of issued keys. */
  readonly secret: string;

  constructor(secret = 'local') {
    this.secret = secret;
  }

  private readonly byAccessKey = new Map<string, KeyOwner>();
  /** Owners of keys that weren't issued but have signed a request. */
  private readonly signed = new Map<string, KeyOwner>();
  private people: (accessKeyId: string) => KeyOwner | undefined = () => undefined;

  /** Issues the stable key of an identity. The identity itself is looked up at each use. */
  issue(identity: () => Identity, fixed?: Credentials): Credentials {
    const { arn, kind } = identity();
    const credentials = fixed ?? {
      accessKeyId: stableId(kind === 'user' ? 'AKIA' : 'ASIA', arn, 20),
      secretAccessKey: createHash('sha256').update(`${this.secret}: secret of ${arn}`).digest('base64'),
      ...(kind === 'session' ? { sessionToken: stableId('', `${this.secret}: token of ${arn}`, 40) } : {}),
    };
    this.byAccessKey.set(credentials.accessKeyId, {
      secretAccessKey: credentials.secretAccessKey,
      identity,
    });
    return credentials;
  }

  /** Accepts keys that weren't issued. */
  admit(people: (accessKeyId: string) => KeyOwner | undefined): void {
    this.people = people;
  }

  find(accessKeyId: string): KeyOwner | undefined {
    const known = this.byAccessKey.get(accessKeyId) ?? this.signed.get(accessKeyId);
    if (known !== undefined) return known;
    const person = this.people(accessKeyId);
    if (person !== undefined) this.signed.set(accessKeyId, person);
    return person;
  }

  /** Returns users and role sessions that were issued a key or have signed a request. */
  identities(): Identity[] {
    return [...this.byAccessKey.values(), ...this.signed.values()].map(({ identity }) => identity());
  }
}
