/** Who calls: a user, a role's session, or a service acting for a resource. Keys are issued by the world. */
import { createHash } from 'node:crypto';
import type { PolicyDocument } from './policy-document.ts';

export interface Identity {
  kind: 'user' | 'session' | 'service';
  /** As GetCallerIdentity gives it: the user's ARN, or `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  arn: string;
  /** What `aws:PrincipalArn` is: the user's or the role's ARN. For a service its name. */
  principalArn: string;
  /** `AROA...:session`, `AIDA...` */
  userId: string;
  account: string;
  /** Identity policies; all of them, inline and attached. */
  policies: PolicyDocument[];
  permissionsBoundary?: PolicyDocument;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A stable made-up identifier of the given prefix and length, from a text. */
export function stableId(prefix: string, text: string, length: number): string {
  const hash = createHash('sha256')
    .update(text)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase();
  return prefix + hash.slice(0, length - prefix.length);
}

/** A user of the account with the given policies. */
export function userIdentity(account: string, userName: string, policies: PolicyDocument[]): Identity {
  const arn = `arn:aws:iam::${account}:user/${userName}`;
  return { kind: 'user', arn, principalArn: arn, userId: stableId('AIDA', arn, 21), account, policies };
}

/** A session of a role. */
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

/** A service principal, acting for a resource of the account. */
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

/** Access keys and whose they are. Secrets are derived, so that a restarted world knows them again. */
export class KeyRing {
  /** The secret of keys that nobody was issued, and what those of others are derived from. */
  readonly secret: string;

  constructor(secret = 'local') {
    this.secret = secret;
  }

  private readonly byAccessKey = new Map<string, KeyOwner>();
  /** Whoever has signed with a key that nobody was issued. */
  private readonly signed = new Map<string, KeyOwner>();
  private people: (accessKeyId: string) => KeyOwner | undefined = () => undefined;

  /** Issues the stable key of an identity; the identity itself is looked up at each use. */
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

  /** Lets keys in that nobody was issued. */
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

  /** Users and sessions of roles who were issued a key or have signed with one of their own. */
  identities(): Identity[] {
    return [...this.byAccessKey.values(), ...this.signed.values()].map(({ identity }) => identity());
  }
}
