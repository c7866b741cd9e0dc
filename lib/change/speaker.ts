import type { Speaker } from '../model/change.ts';
import { BatonError } from '../model/errors.ts';
import { humanOf, type People } from './humans.ts';
import { isOfMachines } from './role-trust.ts';
import { isIdentityCenterRole, looksLikeIdentityCenter, type RoleFacts } from './speaker-role.ts';

/** Whoever signed the request is nobody whose decisions can count; the message says why. */
export class SpeakerRefused extends BatonError {
  override readonly name = 'SpeakerRefused';
}

/**
 * What Lambda says of who signed a request to a function URL with `AWS_IAM`: `requestContext.authorizer.iam`
 * ("Invoking Lambda function URLs", Lambda Developer Guide). Lambda has verified the signature.
 */
export interface IamAuthorizer {
  accountId: string;
  userArn: string;
  /** `AIDA...` of a user; `AROA...:SESSION` of a role's session. */
  userId: string;
}

/** Who signed, taken apart. */
export type Principal =
  | { kind: 'user'; account: string; name: string; arn: string }
  | { kind: 'session'; account: string; role: string; roleId: string; session: string; arn: string };

/** Names of users, roles and sessions: "IAM and AWS STS quotas, name requirements", IAM User Guide. */
const name = '[\\w+=,.@-]+';
const userArn = new RegExp(`^arn:aws[a-z-]*:iam::(\\d{12}):user/(?:[!-~]*/)?(${name})$`);
const sessionArn = new RegExp(`^arn:aws[a-z-]*:sts::(\\d{12}):assumed-role/(${name})/(${name})$`);
const userId = /^AIDA[A-Z0-9]+$/;
const sessionId = new RegExp(`^(AROA[A-Z0-9]+):(${name})$`);

/**
 * Takes apart who signed: an IAM user, or a session of a role.
 *
 * The forms of ARNs and ids are those of "IAM identifiers" (IAM User Guide). ARN, id and account say the same
 * thing three times; where they disagree nobody is believed.
 *
 * @throws SpeakerRefused for the root user, federated users, and anything else
 */
export function principalOf({ accountId, userArn: arn, userId: id }: IamAuthorizer): Principal {
  const [, userAccount, userName] = userArn.exec(arn) ?? [];
  if (userAccount !== undefined && userName !== undefined) {
    if (userAccount !== accountId || !userId.test(id)) throw disagreement(arn, id);
    return { kind: 'user', account: accountId, name: userName, arn };
  }
  const [, account, role, session] = sessionArn.exec(arn) ?? [];
  if (account !== undefined && role !== undefined && session !== undefined) {
    const [, roleId, sessionOfId] = sessionId.exec(id) ?? [];
    if (account !== accountId || roleId === undefined || sessionOfId !== session) throw disagreement(arn, id);
    return { kind: 'session', account, role, roleId, session, arn };
  }
  throw new SpeakerRefused(`${whoIs(arn)} can't speak here; expected an IAM user or a session of a role.`);
}

function whoIs(arn: string): string {
  if (/:root$/.test(arn)) return "The account's root user";
  return /:federated-user\//.test(arn) ? `The federated user ${arn}` : `The principal ${arn}`;
}

function disagreement(arn: string, id: string): SpeakerRefused {
  return new SpeakerRefused(`The principal ${arn} has the id ${id}, which is not one of it.`);
}

/** The role that must be looked at before it is known who speaks; undefined where the principal says it all. */
export function roleToProve(principal: Principal, { account }: { account: string }): string | undefined {
  return principal.kind === 'session' && principal.account === account ? principal.role : undefined;
}

/**
 * The one voice of who signed, whatever their sessions are called.
 *
 * - A session of Identity Center is the human who signed in: it is named after the user, whichever permission set
 *   (ARNs such as `assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/user@example.com`). Names that
 *   differ by case alone are taken as one: that can take a vote away, and never adds one.
 * - Of any other role the session's name is chosen by whoever takes the role on, so that it proves nothing: all of
 *   its sessions are one voice. Where IAM does not say that machines alone may assume it, it is `shared`: the
 *   settings can say whose it is (`people`). Roles of other accounts can't be looked at from here; that a group
 *   names one is taken for the word of its owner.
 * - A role that is only named like one of Identity Center is refused: see `isIdentityCenterRole`. So is one of
 *   another account, which can't be looked at from here.
 *
 * @param role what IAM says of the role named by `roleToProve`; undefined where it may not be read or is not there
 * @throws SpeakerRefused
 */
export function speakerOf(
  principal: Principal,
  { account, people, role }: { account: string; people: People; role?: RoleFacts },
): Speaker {
  const own = ownVoice(principal, account, role);
  const voice = humanOf(own, people);
  const isRole = principal.kind === 'session' && voice.startsWith('role/') && principal.account === account;
  const shared = isRole && !(role?.id === principal.roleId && isOfMachines(role));
  return { voice, arn: principal.arn, ...(shared ? { shared } : {}) };
}

function ownVoice(principal: Principal, account: string, role: RoleFacts | undefined): string {
  const elsewhere = principal.account === account ? '' : `${principal.account}/`;
  if (principal.kind === 'user') return `user/${elsewhere}${principal.name}`;
  if (!looksLikeIdentityCenter(principal.role)) return `role/${elsewhere}${principal.role}`;
  if (role !== undefined && isIdentityCenterRole(role, principal))
    return `sso/${principal.session.toLowerCase()}`;
  const why = elsewhere === '' ? 'is only named as if it were one' : 'is of another account';
  throw new SpeakerRefused(
    `The role ${principal.role} can't be proven to be one of Identity Center: it ${why}.`,
  );
}
