import { BatonError } from '../model/errors.ts';

const neverWidened: ReadonlySet<string> = new Set([
  'account',
  'iam',
  'identitystore',
  'kms',
  'organizations',
  'secretsmanager',
  'sso',
  'sso-directory',
  'sts',
]);

/** The resource types of an environment need more actions than one role can contain. */
export class ActionsDoNotFit extends BatonError {
  override readonly name = 'ActionsDoNotFit';
}

/**
 * Fits a list of IAM actions into managed policies. A role accepts ten of them, each with up to 6,144 characters ("IAM
 * and AWS STS quotas", IAM User Guide). The actions of a few services fit individually. For a whole cloud they don't,
 * so the services that need the most space are widened to verbs (`ec2:Describe*`), and never to a whole service.
 * Identities, keys and secrets are never widened, because their actions are separated on purpose.
 *
 * @param actions `service:Action` in any order; `*` is allowed
 * @param charactersMax maximum for all lists together
 * @returns sorted actions, none covered by another
 * @throws ActionsDoNotFit
 */
export function fitActions(actions: Iterable<string>, charactersMax: number): string[] {
  const services = groupByService(actions);
  const length = () => lengthOf([...services.values()].flat());
  for (const listMin of [2, 1]) {
    const largestFirst = [...services]
      .filter(([service]) => !neverWidened.has(service))
      .sort(([, left], [, right]) => lengthOf(right) - lengthOf(left));
    for (const [service, list] of largestFirst) {
      if (length() <= charactersMax) break;
      services.set(service, byVerb(service, list, listMin));
    }
  }
  if (length() > charactersMax)
    throw new ActionsDoNotFit(
      `the actions need ${length()} characters, but the policies of a role hold ${charactersMax}; ` +
        'expected fewer resource types (cdk.json, baton.environments.NAME.resourceTypes)',
    );
  return [...services.values()].flat().sort();
}

/** Splits a list in order so that the text of each part stays within `charactersMax`. */
export function splitActions(actions: string[], charactersMax: number): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const action of actions) {
    const length = lengthOf([action]);
    if (length > room) {
      parts.push([]);
      room = charactersMax;
    }
    parts.at(-1)?.push(action);
    room -= length;
  }
  return parts;
}

function groupByService(actions: Iterable<string>): Map<string, string[]> {
  const services = new Map<string, string[]>();
  for (const action of new Set(actions)) {
    const service = action.slice(0, action.indexOf(':'));
    services.set(service, [...(services.get(service) ?? []), action]);
  }
  for (const [service, list] of services) services.set(service, withoutCovered(list));
  return services;
}

/**
 * Combines `ec2:DescribeVpcs` and `ec2:DescribeSubnets` to `ec2:Describe*`, for verbs with at least `listMin` actions.
 */
function byVerb(service: string, actions: string[], listMin: number): string[] {
  const verbs = Map.groupBy(actions, (action) => /:[A-Z][a-z]+/.exec(action)?.[0] ?? action);
  const widened = [...verbs].flatMap(([verb, list]) =>
    list.length >= listMin && verb.startsWith(':') ? [`${service}${verb}*`] : list,
  );
  return withoutCovered(widened);
}

function withoutCovered(actions: string[]): string[] {
  const prefixes = actions.filter((action) => action.endsWith('*')).map((action) => action.slice(0, -1));
  return actions.filter(
    (action) => !prefixes.some((prefix) => action.startsWith(prefix) && action !== `${prefix}*`),
  );
}

/** Returns the number of characters of the actions in a policy, including quotes and comma. */
function lengthOf(actions: string[]): number {
  return actions.reduce((sum, action) => sum + action.length + 3, 0);
}
