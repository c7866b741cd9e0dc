import { expect, test } from 'vitest';
import { listOf, plain, resourcesOf, type Statement, statementsOf } from './synthesized.ts';

/**
 * Formats what each provisioning role can do for review: services by verb, and then the statements about identities and
 * denials.
 */

const managed = new Map(resourcesOf('AWS::IAM::ManagedPolicy').map(([id, policy]) => [id, policy]));

/**
 * Formats `sqs: Create* Delete+2 GetQueueUrl`: the actions of each service by their first word, with their number or a
 * wildcard.
 */
function byService(actions: string[]): string[] {
  const services = Map.groupBy(actions, (action) => action.slice(0, action.indexOf(':')));
  return [...services].sort().map(([service, list]) => {
    const verbs = Map.groupBy(list, (action) => /:([A-Z][a-z0-9]*)/.exec(action)?.[1] ?? action);
    const words = [...verbs].map(([verb, [first = '', ...rest]]) =>
      rest.length === 0 ? first.slice(service.length + 1) : `${verb}+${rest.length + 1}`,
    );
    return `  ${service}: ${words.sort().join(' ')}`;
  });
}

function lineOf({ effect, actions, resources, condition }: Statement, sid: string): string {
  const under = condition === undefined ? '' : `\n    if ${JSON.stringify(condition, listPlainly)}`;
  return `  ${effect} ${sid}: ${[...actions].sort().join(' ') || '(all but some)'}\n    on ${resources.sort().join(' ') || '(all but some)'}${under}`;
}

/** Makes references of the template readable. */
function listPlainly(_key: string, value: unknown): unknown {
  const [name = ''] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return /^(Ref|Fn::)/.test(name) ? plain(value) : value;
}

function named(document: unknown): string[] {
  const sids = (document as { Statement: { Sid?: string }[] }).Statement.map(({ Sid = '' }) => Sid);
  return statementsOf(document).map((statement, index) => lineOf(statement, sids[index] ?? ''));
}

test('provisioning roles can do exactly what provisioning-reach.golden.txt lists', async () => {
  const roles = resourcesOf('AWS::IAM::Role').filter(([id]) => id.startsWith('ProvisioningRole'));
  const policyOf = (reference: unknown) => managed.get((reference as { Ref: string }).Ref);
  const allowed = (role: Record<string, unknown>) =>
    listOf(role.ManagedPolicyArns)
      .flatMap((arn) => statementsOf(policyOf(arn)?.PolicyDocument))
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ actions }) => actions);
  const texts = Map.groupBy(roles, ([, role]) => byService(allowed(role)).join('\n'));
  const lists = [...texts].map(
    ([text, same]) => `${same.map(([, role]) => role.RoleName).join(', ')}: on all resources\n${text}`,
  );
  const inline = resourcesOf('AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('ProvisioningBounds'))
    .map(([, { Roles, PolicyDocument }]) => {
      const name = listOf(Roles).map(plain).join().replace('ProvisioningRole', '');
      const text = named(PolicyDocument)
        .join('\n')
        .replaceAll(`/${name}/`, '/ENVIRONMENT/')
        .replaceAll(`["${name}"]`, '["ENVIRONMENT"]');
      return { name, text };
    });
  const bounds = [...Map.groupBy(inline, ({ text }) => text)].map(
    ([text, same]) => `in its own path: ${same.map(({ name }) => name).join(', ')}\n${text}`,
  );
  const common = ['baton-guard', 'baton-boundary'].map((name) => {
    const policy = [...managed.values()].find(({ ManagedPolicyName }) => ManagedPolicyName === name);
    return `${name}\n${named(policy?.PolicyDocument).join('\n')}`;
  });
  const golden = `${[...lists, ...bounds, ...common].join('\n\n')}\n`;
  await expect(golden).toMatchFileSnapshot('provisioning-reach.golden.txt');
});

test('no provisioning role may use a whole service', () => {
  const whole = [...managed]
    .filter(([id]) => id.startsWith('ProvisioningAllow'))
    .flatMap(([, { PolicyDocument }]) => statementsOf(PolicyDocument))
    .flatMap(({ actions }) => actions.filter((action) => /:\*$/.test(action)));
  expect(whole).toEqual([]);
});
