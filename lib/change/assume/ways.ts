import type { AccountIdentities, AccountIdentity } from '../../model/account-identities.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { trustedBy } from '../role-trust.ts';
import { allows, both, type Certainty, denies, either, fits, statementsOf, type Try } from './grants.ts';

/** How somebody comes to speak as another. */
export type Way =
  /** The trust policy names them. */
  | 'named'
  /** The trust policy names the account, and their own policies allow it. */
  | 'allowed'
  /** They may rewrite the trust policy, and so let themselves in. */
  | 'rewrites'
  /** They may make access keys or a password of the user. */
  | 'keys';

/** Somebody who can speak as a role or user, and how. */
export interface Holder {
  /** `user/ana`, `role/Deploy`, `permission-set/Admin`; of those outside the account as their kind has it. */
  who: string;
  kind: 'user' | 'role' | 'permission-set' | 'service' | 'workload' | 'account' | 'everybody' | 'federated';
  way: Way;
  /** Roles that are assumed on the way, in this order; none where it takes one step. */
  through: string[];
  /** Whether it depends on a condition, or on a policy that can't be read. */
  maybe: boolean;
}

type Outsider = Pick<Holder, 'who' | 'kind' | 'maybe'>;

const reserved = /^AWSReservedSSO_([\w+=,.@-]+)_[0-9a-f]{16}$/;

/** `user/ana`, `role/Deploy`; a role of Identity Center stands for those who have its permission set. */
export function nameOf({ kind, name, arn }: Pick<AccountIdentity, 'kind' | 'name' | 'arn'>): string {
  const [, set] = (arn.includes(':role/aws-reserved/sso.amazonaws.com/') && reserved.exec(name)) || [];
  return set === undefined ? `${kind}/${name}` : `permission-set/${set}`;
}

/**
 * Services that run code of whoever may deploy it, with a role it is given. What runs there speaks as the role; a
 * service of AWS that builds or deploys for a team (CodeBuild, CodePipeline) is the machine itself.
 */
const workloadServices =
  /^(?:lambda|edgelambda|ec2|ecs-tasks|ecs|pods\.eks|eks|eks-fargate-pods|states|scheduler|events|pipes|glue|batch|ssm|cloudformation|sagemaker|elasticmapreduce|apprunner|tasks\.apprunner|build\.apprunner|bedrock|bedrock-agentcore)\.amazonaws\.com(?:\.cn)?$/;

/** Those whom a trust policy lets in who are nobody of this account. */
export function outsidersOf({ trust = '' }: Pick<AccountIdentity, 'trust'>, account: string): Outsider[] {
  return trustedBy({ trust }).flatMap(({ kind, name, conditional }): Outsider[] => {
    const maybe = conditional === true;
    if (kind === 'service')
      return [{ who: name, kind: workloadServices.test(name) ? 'workload' : kind, maybe }];
    const [, owner] = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(name) ?? [];
    if (/:(?:saml|oidc)-provider\//.test(name) || /^[\w.-]+\.(?:com|org|net)$/.test(name))
      return [{ who: name, kind: 'federated', maybe }];
    // A principal that was deleted stands as its id, and lets nobody in.
    if (owner === account || /^A[IRO][A-Z0-9]{10,}$/.test(name)) return [];
    return owner === undefined
      ? [{ who: name === '*' ? 'everybody' : name, kind: 'everybody', maybe }]
      : [{ who: `account ${owner}`, kind: 'account', maybe }];
  });
}

/** How sure it is that somebody of the account may take the role on, and by what. */
export function assumes(role: AccountIdentity, who: AccountIdentity): { way: Way; sure: Certainty } {
  const attempt: Try = { action: 'sts:AssumeRole', resource: role.arn, who };
  const statements = statementsOf(role.trust) ?? [];
  const granting = (match: 'direct' | 'account') =>
    statements.filter((one) => one.Effect === 'Allow' && matchOf(one, who) === match);
  const denied = statements.some(
    (one) => one.Effect === 'Deny' && matchOf(one, who) !== undefined && fits(one, attempt) === 'yes',
  );
  if (denied || denies(who, attempt)) return { way: 'named', sure: 'no' };
  const named = either(...granting('direct').map((one) => fits(one, attempt)));
  const ofAccount = either(...granting('account').map((one) => fits(one, attempt)));
  const allowed = ofAccount === 'no' ? 'no' : both(ofAccount, allows(who, attempt));
  return named === 'no' || (named === 'maybe' && allowed === 'yes')
    ? { way: 'allowed', sure: allowed }
    : { way: 'named', sure: named };
}

/** Whether a trust policy's statement names somebody, or their account, which leaves it to their own policies. */
function matchOf(
  { Principal, NotPrincipal }: JsonObject,
  who: AccountIdentity,
): 'direct' | 'account' | undefined {
  if (NotPrincipal !== undefined)
    return principalMatch(NotPrincipal, who) === undefined ? 'direct' : undefined;
  return principalMatch(Principal, who);
}

function principalMatch(
  principal: JsonValue | undefined,
  who: AccountIdentity,
): 'direct' | 'account' | undefined {
  const names = (isObject(principal) ? [principal.AWS ?? []].flat() : [principal ?? []].flat()).map(String);
  const account = who.arn.split(':')[4] ?? '';
  const session = `:sts::${account}:assumed-role/${who.name}/`;
  const direct = (name: string) =>
    ['*', who.arn, who.id].includes(name) || (who.kind === 'role' && name.includes(session));
  if (names.some(direct)) return 'direct';
  return names.some((name) => name === account || new RegExp(`^arn:[^:]*:iam::${account}:root$`).test(name))
    ? 'account'
    : undefined;
}

/** What lets somebody take a voice without being let in, by kind of identity. */
const takings: Record<AccountIdentity['kind'], [way: Way, actions: string[]]> = {
  role: ['rewrites', ['iam:UpdateAssumeRolePolicy']],
  user: ['keys', ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile']],
};

/** Whether somebody may do anything to any identity: what an administrator can take is everything. */
export function isAdministrator(who: AccountIdentity): boolean {
  const [, , , , account = ''] = who.arn.split(':');
  const resource = `arn:${who.arn.split(':')[1]}:iam::${account}:role/any-role-there-is`;
  return allows(who, { action: 'iam:UpdateAssumeRolePolicy', resource, who }) === 'yes';
}

/**
 * Everybody who can speak as an identity: who may assume it, or a role that may, whatever the number of roles between;
 * whoever outside the account a trust policy on the way lets in; who may rewrite such a trust policy, or make keys of
 * the user. Administrators, who may do the last to every identity, are left out of that; so is who takes on Baton's own
 * roles, which are its functions'.
 */
export function holdersOf(
  target: AccountIdentity,
  { account, identities }: AccountIdentities,
  administrators: ReadonlySet<string>,
): Holder[] {
  const holders: Holder[] = [];
  const seen = new Set([target.arn]);
  const queue: { taken: AccountIdentity; through: string[]; maybe: boolean }[] = [
    { taken: target, through: [], maybe: false },
  ];
  for (const { taken, through, maybe } of queue) {
    if (taken.kind === 'role')
      for (const outsider of outsidersOf(taken, account))
        holders.push({ ...outsider, way: 'named', through, maybe: maybe || outsider.maybe });
    for (const who of identities) {
      if (seen.has(who.arn)) continue;
      const found = waysTo(taken, who, administrators);
      if (found === undefined) continue;
      seen.add(who.arn);
      const name = nameOf(who);
      const kind = name.startsWith('permission-set/') ? ('permission-set' as const) : who.kind;
      const holder = { who: name, kind, way: found.way, through, maybe: maybe || found.sure === 'maybe' };
      holders.push(holder);
      if (kind === 'role' && !isOfBaton(who))
        queue.push({ taken: who, through: [name, ...through], maybe: holder.maybe });
    }
  }
  return holders;
}

/** Roles of Baton's stack: those of its functions, machines and environments. */
export function isOfBaton({ kind, name, arn }: Pick<AccountIdentity, 'kind' | 'name' | 'arn'>): boolean {
  return kind === 'role' && name.startsWith('baton-') && arn.endsWith(`:role/${name}`);
}

function waysTo(
  taken: AccountIdentity,
  who: AccountIdentity,
  administrators: ReadonlySet<string>,
): { way: Way; sure: Certainty } | undefined {
  if (taken.kind === 'role') {
    const assumed = assumes(taken, who);
    if (assumed.sure !== 'no') return assumed;
  }
  if (administrators.has(who.arn)) return undefined;
  const [way, actions] = takings[taken.kind];
  const sure = either(...actions.map((action) => allows(who, { action, resource: taken.arn, who })));
  return sure === 'no' ? undefined : { way, sure };
}
