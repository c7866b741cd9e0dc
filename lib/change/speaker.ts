import type { Speaker } from '../model/change.ts';
import { BatonError } from '../model/errors.ts';
import { humanOf, type People } from './humans.ts';
import { isOfMachines } from './role-trust.ts';
import { isIdentityCenterRole, looksLikeIdentityCenter, type RoleFacts } from './speaker-role.ts';

/** The signer of the request can't make decisions. The message says why. */
export class SpeakerRefused extends BatonError {
  override readonly name = 'SpeakerRefused';
}

/**
 * The signer of a request to a function URL with `AWS_IAM`, in `requestContext.authorizer.iam` ("Invoking Lambda
 * function URLs", Lambda Developer Guide). Lambda has verified the signature.
 */
export interface IamAuthorizer {
  accountId: string;
  userArn: string;
  /** `AIDA...` for a user; `AROA...:SESSION` for a session of a role. */
  userId: string;
}

/** The signer, parsed. */
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
 * Parses the signer: an IAM user, or a session of a role.
 *
 * The formats of ARNs and ids are those of "IAM identifiers" (IAM User Guide). The ARN, the id and the account repeat
 * the same data and must agree.
 *
 * @throws SpeakerRefused for the root user, federated users, and any other kind, and if the data disagrees
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

/**
 * Returns the role that must be read from IAM before the speaker is known. Returns undefined if the principal alone is
 * enough.
 */
export function roleToProve(principal: Principal, { account }: { account: string }): string | undefined {
  return principal.kind === 'session' && principal.account === account ? principal.role : undefined;
}

/**
 * Returns the single voice of a signer, regardless of the session name.
 *
 * - A session of Identity Center is the person who signed in: the session has the user's name, with any permission set
 *   (ARNs such as `assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/user@example.com`). Names that
 *   differ only by case are the same voice. That can merge two votes into one, but never adds one.
 * - The caller of any other role chooses the session name, so it proves nothing: all sessions of the role are one
 *   voice. Unless IAM shows that only machines may assume the role, the voice is `shared`, and the setting `people` can
 *   assign it to a person.
 * - A role with an Identity Center name that Identity Center did not create is refused; see `isIdentityCenterRole`. So
 *   is such a role of another account, because it can't be read from here.
 * - Other roles of another account can't be read either. If a group contains one, the group's owner vouches for it.
 *
 * @param role the role named by `roleToProve`, from IAM; undefined if it can't be read or doesn't exist
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
