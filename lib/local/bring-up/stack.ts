/** Creates the template's resources in dependency order. */
import type { JsonValue } from '../../model/json.ts';
import type { WorldBase } from '../base.ts';
import { sessionIdentity } from '../iam/identity.ts';
import { personOf } from '../iam/people.ts';
import { parsePolicyDocument } from '../iam/policy-document.ts';
import type { Assembly } from '../template/assembly.ts';
import { Stack } from '../template/stack.ts';
import { bringUpData } from './data.ts';
import { bringUpFunctions } from './functions.ts';
import { bringUpMachines } from './machines.ts';
import { resourcePoliciesOf } from './resource-policies.ts';
import { rolesOf } from './roles.ts';
import { bringUpRules } from './rules.ts';

export interface BringUpOptions extends WorldBase {
  assembly: Assembly;
  endpoint: string;
  parameters: Record<string, JsonValue>;
}

/** @throws InvalidInput with everything that the local cloud doesn't support */
export async function bringUp(options: BringUpOptions): Promise<Stack> {
  const { assembly, services, roles, keyRing, account, region, endpoint } = options;
  const stack = new Stack(assembly, { account, region, endpoint }, options.parameters);
  for (const [arn, role] of rolesOf(stack)) roles.set(arn, role);
  options.resourcePolicy.resourcePolicy = resourcePoliciesOf(stack);
  await bringUpData(stack, services, options.random);
  bringUpFunctions(stack, services.lambda, {
    assembly,
    clock: options.clock,
    logs: services.logs,
    hosts: services.hosts,
    realMillisPerSecond: options.realMillisPerSecond,
    credentialsFor: (roleArn, session) =>
      keyRing.issue(() => sessionIdentity(roles.get(roleArn) ?? { arn: roleArn, policies: [] }, session)),
  });
  for (const { name, properties } of stack.ofType('AWS::Lambda::Url')) {
    options.functionUrls.push({ id: name, functionArn: String(properties.TargetFunctionArn) });
  }
  letPeopleIn(stack, options);
  bringUpMachines(stack, services.stepFunctions);
  bringUpRules(stack, services.eventBridge);
  return stack;
}

/** The managed policies for people. A person with their own access key has these and no others. */
const policyOfPeople = /-(?:person|reader)$/;

/** If the template has a policy for people, any access key id is accepted as a person. */
function letPeopleIn(stack: Stack, { keyRing, roles, account }: BringUpOptions): void {
  const policies = stack
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ name }) => policyOfPeople.test(name))
    .map(({ properties }) => parsePolicyDocument(properties.PolicyDocument));
  if (policies.length === 0) return;
  const isOfTemplate = (roleName: string) => [...roles.values()].some(({ name }) => name === roleName);
  keyRing.admit((accessKeyId) => {
    const identity = personOf(accessKeyId, account, policies, isOfTemplate);
    return identity && { secretAccessKey: keyRing.secret, identity: () => identity };
  });
}
