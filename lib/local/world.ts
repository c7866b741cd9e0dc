/** The local cloud: a synthesized template brought up on loopback, as it is. */
import type { JsonObject, JsonValue } from '../model/json.ts';
import { bringUpData } from './bring-up/data.ts';
import { bringUpFunctions } from './bring-up/functions.ts';
import { bringUpMachines } from './bring-up/machines.ts';
import { resourcePoliciesOf } from './bring-up/resource-policies.ts';
import { rolesOf } from './bring-up/roles.ts';
import { bringUpRules } from './bring-up/rules.ts';
import { type Clock, createClock } from './clock.ts';
import type { Seeds } from './config/parameters.ts';
import type { DeliveryDisturbance } from './events/delivery.ts';
import { Gateway } from './gateway/gateway.ts';
import { functionUrlHandler, lambdaHandler, s3Handler, stsHandler } from './gateway/rest.ts';
import { Authorizer } from './iam/authorizer.ts';
import { type Credentials, KeyRing, sessionIdentity, userIdentity } from './iam/identity.ts';
import { administratorAccess, type PolicyDocument } from './iam/policy-document.ts';
import { createRandom } from './random.ts';
import { createServices, type Services } from './services.ts';
import type { Hooks } from './step-functions/types.ts';
import { S3Service } from './storage/s3.ts';
import { loadAssembly } from './template/assembly.ts';
import { Stack } from './template/stack.ts';

export interface WorldOptions {
  /** Folder of the synthesized cloud assembly, `cdk.out`. */
  assemblyDirectory: string;
  /** Needed only if the assembly holds several stacks. */
  stackName?: string;
  /** Values of the template's parameters. */
  parameters?: Record<string, JsonValue>;
  /** 0: any free one. */
  port?: number;
  account?: string;
  region?: string;
  seed?: number;
  /** Simulated time at the start, epoch milliseconds. */
  startMillis?: number;
  /** Simulated seconds a real second; as fast as the work allows without. */
  speed?: number;
  /** `observe` lets refused calls through and only remembers them in `denials`. */
  authorization?: 'enforce' | 'observe';
  ssm?: Seeds;
  secrets?: Seeds;
  /** Tests: delivers events twice, late, in another order. */
  disturbance?: DeliveryDisturbance;
  hooks?: Hooks;
  onEvent?(busName: string, event: JsonObject): void;
  /** Real milliseconds a hanging handler gets for each second of its timeout. Default 4000. */
  realMillisPerSecond?: number;
}

/** Keys that the command line uses when there are no others. */
export const localCredentials: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface World {
  endpoint: string;
  account: string;
  region: string;
  clock: Clock;
  services: Services;
  stack: Stack;
  authorizer: Authorizer;
  /** What went wrong inside the local cloud itself; a test expects none. */
  internalErrors: unknown[];
  /** What the template's outputs come to. */
  outputs: Record<string, JsonValue>;
  /** Credentials of the default person, who may do everything; `as` gives others. */
  credentials: Credentials;
  /** Keys of a user, or of a session of a role of the template or any other ARN. */
  as(who: Person): Credentials;
  stop(): Promise<void>;
}

export type Person =
  | { user: string; policies?: PolicyDocument[] }
  | { roleArn: string; session: string; policies?: PolicyDocument[] };

/** Brings the stack up. @throws InvalidInput naming everything in the template it does not know; AssemblyError */
export async function startWorld(options: WorldOptions): Promise<World> {
  const account = options.account ?? '111111111111';
  const region = options.region ?? 'us-east-1';
  const assembly = loadAssembly(options.assemblyDirectory, options.stackName);
  const clock = createClock({
    ...(options.startMillis === undefined ? {} : { startMillis: options.startMillis }),
    ...(options.speed === undefined ? {} : { speed: options.speed }),
  });
  const random = createRandom(options.seed ?? 1);
  const keyRing = new KeyRing();
  const internalErrors: unknown[] = [];
  const policies = {
    lookup: (_arn: string) => undefined as ReturnType<ReturnType<typeof resourcePoliciesOf>>,
  };
  const authorizer = new Authorizer({
    mode: options.authorization ?? 'enforce',
    resourcePolicy: (arn) => policies.lookup(arn),
  });
  const endpoint = { url: '' };
  const roles: ReturnType<typeof rolesOf> = new Map();
  const services = createServices({ ...options, account, region, clock, random, authorizer, roles });
  const urls: { id: string; functionArn: string }[] = [];
  const gateway = new Gateway({
    clock,
    random,
    keyRing,
    authorizer,
    json: services.byTarget,
    rest: {
      s3: s3Handler(new S3Service(services.objects, clock, region)),
      lambda: lambdaHandler(services.lambda),
      sts: stsHandler,
    },
    paths: { 'function-url': functionUrlHandler(services.lambda, urls, () => clock.now()) },
    onInternalError: (error) => internalErrors.push(error),
  });
  endpoint.url = await gateway.listen(options.port ?? 0);
  try {
    const stack = new Stack(assembly, { account, region, endpoint: endpoint.url }, options.parameters);
    for (const [arn, role] of rolesOf(stack)) roles.set(arn, role);
    policies.lookup = resourcePoliciesOf(stack);
    await bringUpData(stack, services, random);
    const credentialsFor = (roleArn: string, session: string) =>
      keyRing.issue(() => sessionIdentity(roles.get(roleArn) ?? { arn: roleArn, policies: [] }, session));
    bringUpFunctions(stack, services.lambda, {
      clock,
      assembly,
      credentialsFor,
      logs: services.logs,
      realMillisPerSecond: options.realMillisPerSecond ?? 4000,
    });
    for (const { name, properties } of stack.ofType('AWS::Lambda::Url')) {
      urls.push({ id: name, functionArn: String(properties.TargetFunctionArn) });
    }
    bringUpMachines(stack, services.stepFunctions);
    bringUpRules(stack, services.eventBridge);
    const credentials = keyRing.issue(
      () => userIdentity(account, 'local', [administratorAccess]),
      localCredentials,
    );
    clock.start();
    return {
      endpoint: endpoint.url,
      account,
      region,
      clock,
      services,
      stack,
      authorizer,
      internalErrors,
      outputs: stack.outputs(),
      credentials,
      as: (who) =>
        keyRing.issue(() =>
          'user' in who
            ? userIdentity(account, who.user, who.policies ?? [administratorAccess])
            : sessionIdentity(
                who.policies
                  ? { arn: who.roleArn, policies: who.policies }
                  : (roles.get(who.roleArn) ?? { arn: who.roleArn, policies: [] }),
                who.session,
              ),
        ),
      stop: async () => {
        clock.stop();
        await gateway.close();
        await services.dynamodb.close();
      },
    };
  } catch (error) {
    await gateway.close();
    await services.dynamodb.close();
    throw error;
  }
}
