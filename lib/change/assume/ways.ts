import type { AccountIdentities, AccountIdentity } from '../../model/account-identities.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { trustedBy } from '../role-trust.ts';
import { allows, both, type Certainty, denies, either, fits, statementsOf, type Try } from './grants.ts';

/** How one identity can speak as another. */
export type Way =
  /** The trust policy names the identity. */
  | 'named'
  /** The trust policy names the account, and the identity's own policies allow the call. */
  | 'allowed'
  /** The identity may rewrite the trust policy and so grant itself access. */
  | 'rewrites'
  /** The identity may create access keys or a password for the user. */
  | 'keys';

/** An identity that can speak as a role or user, and how. */
export interface Holder {
  /** `user/ana`, `role/Deploy` or `permission-set/Admin`. Outside the account, the format depends on the kind. */
  who: string;
  kind: 'user' | 'role' | 'permission-set' | 'service' | 'workload' | 'account' | 'everybody' | 'federated';
  way: Way;
  /** Roles that are assumed on the way, in order. Empty if the identity needs only one step. */
  through: string[];
  /** Whether it depends on a condition or on a policy that can't be read. */
  maybe: boolean;
}

type Outsider = Pick<Holder, 'who' | 'kind' | 'maybe'>;

const reserved = /^AWSReservedSSO_([\w+=,.@-]+)_[0-9a-f]{16}$/;

/** Returns `user/ana` or `role/Deploy`. A role of Identity Center stands for the users of its permission set. */
export function nameOf({ kind, name, arn }: Pick<AccountIdentity, 'kind' | 'name' | 'arn'>): string {
  const [, set] = (arn.includes(':role/aws-reserved/sso.amazonaws.com/') && reserved.exec(name)) || [];
  return set === undefined ? `${kind}/${name}` : `permission-set/${set}`;
}

/**
 * Services that run customer code under a role: the code can speak as the role. Services that build or deploy for a
 * team (CodeBuild, CodePipeline) are not included, because there the service itself is the machine.
 */
const workloadServices =
  /^(?:lambda|edgelambda|ec2|ecs-tasks|ecs|pods\.eks|eks|eks-fargate-pods|states|scheduler|events|pipes|glue|batch|ssm|cloudformation|sagemaker|elasticmapreduce|apprunner|tasks\.apprunner|build\.apprunner|bedrock|bedrock-agentcore)\.amazonaws\.com(?:\.cn)?$/;

/** Returns the principals outside this account that a trust policy allows. */
export function outsidersOf({ trust = '' }: Pick<AccountIdentity, 'trust'>, account: string): Outsider[] {
  return trustedBy({ trust }).flatMap(({ kind, name, conditional }): Outsider[] => {
    const maybe = conditional === true;
    if (kind === 'service')
      return [{ who: name, kind: workloadServices.test(name) ? 'workload' : kind, maybe }];
    const [, owner] = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(name) ?? [];
    if (/:(?:saml|oidc)-provider\//.test(name) || /^[\w.-]+\.(?:com|org|net)$/.test(name))
      return [{ who: name, kind: 'federated', maybe }];
    // A deleted principal remains in the policy as its unique ID and can't sign in.
    if (owner === account || /^A[IRO][A-Z0-9]{10,}$/.test(name)) return [];
    return owner === undefined
      ? [{ who: name === '*' ? 'everybody' : name, kind: 'everybody', maybe }]
      : [{ who: `account ${owner}`, kind: 'account', maybe }];
  });
}

/** Tells whether an identity of the account may assume the role, and by which way. */
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

/**
 * Tells whether a trust policy statement names the identity itself, or its account. An account principal delegates to
 * the policies of the identity.
 */
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

/** The actions that give access to an identity without a trust policy, by kind of identity. */
const takings: Record<AccountIdentity['kind'], [way: Way, actions: string[]]> = {
  role: ['rewrites', ['iam:UpdateAssumeRolePolicy']],
  user: ['keys', ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile']],
};

/** Tells whether an identity may change every other identity. */
export function isAdministrator(who: AccountIdentity): boolean {
  const [, , , , account = ''] = who.arn.split(':');
  const resource = `arn:${who.arn.split(':')[1]}:iam::${account}:role/any-role-there-is`;
  return allows(who, { action: 'iam:UpdateAssumeRolePolicy', resource, who }) === 'yes';
}

/**
 * Finds every identity that can speak as the given one: identities that may assume it through any number of roles,
 * outside principals that a trust policy on the way allows, and identities that may rewrite such a trust policy or
 * create keys for the user. Leaves out administrators, who may do the last to every identity, and identities that can
 * assume roles of Baton's own functions.
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

/** Tells whether it is a role of Baton's stack: a role of a function, a state machine or an environment. */
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
