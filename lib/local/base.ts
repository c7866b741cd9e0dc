/** The parts of a world that exist before the template is read. */
import type { TypeLookup } from '../model/spec.ts';
import { ensureTypes, typeLookup } from '../spec/index.ts';
import type { Role } from './bring-up/roles.ts';
import { type Clock, createClock } from './clock.ts';
import { cloudWatchHandler } from './cloudwatch/protocols.ts';
import { clockHandler, clockPath } from './gateway/clock.ts';
import { Gateway } from './gateway/gateway.ts';
import { iamHandler } from './gateway/iam.ts';
import { loadHandler, loadPath } from './gateway/load.ts';
import {
  type FunctionUrl,
  functionUrlHandler,
  lambdaHandler,
  s3Handler,
  stsHandler,
} from './gateway/rest.ts';
import { accountDetails } from './iam/account.ts';
import { Authorizer, type AuthorizerOptions } from './iam/authorizer.ts';
import { KeyRing } from './iam/identity.ts';
import { provisionedRole } from './iam/people.ts';
import { ec2Handler } from './network/ec2.ts';
import { captureState, tablesDirectory, writeState } from './persistence.ts';
import { createRandom } from './random.ts';
import { createServices, type Services, type ServicesOptions } from './services.ts';
import { S3Service } from './storage/s3.ts';

type Taken = 'ssm' | 'secrets' | 'disturbance' | 'hooks' | 'onEvent' | 'cloud';

/**
 * `ssm`, `secrets`: values, or `any` for generated ones. `cloud`: faults, durations, limits and an observer of Cloud
 * Control operations. `disturbance`, `hooks`: for tests that make events and tasks fail.
 */
export interface BaseOptions extends Pick<ServicesOptions, Taken> {
  account?: string;
  region?: string;
  seed?: number;
  /** Simulated time at the start, in epoch milliseconds. */
  startMillis?: number;
  /** Simulated seconds for each real second. Default: as fast as the work allows. */
  speed?: number;
  /** Folder that stores tables, objects, queues, keys, resources and the time. Default: nothing is stored. */
  stateDirectory?: string;
  /** `observe` lets denied calls through and only records them in `authorizer.denials`. */
  authorization?: AuthorizerOptions['mode'];
  /** The secret that access keys are derived from. Default: a well-known one. */
  secret?: string;
  /** Specs of resource types. Default: those of the service spec. */
  types?: TypeLookup;
  /** Real milliseconds that a hanging handler gets for each second of its timeout. Default 4000. */
  realMillisPerSecond?: number;
}

export interface WorldBase {
  account: string;
  region: string;
  clock: Clock;
  keyRing: KeyRing;
  authorizer: Authorizer;
  services: Services;
  gateway: Gateway;
  roles: Map<string, Role>;
  functionUrls: FunctionUrl[];
  internalErrors: unknown[];
  realMillisPerSecond: number;
  random: ReturnType<typeof createRandom>;
  /** Set when the template is read. */
  resourcePolicy: AuthorizerOptions;
}

/** Creates services, keys and gateway, and connects them. The gateway doesn't listen yet. */
export function createBase(options: BaseOptions, earlierMillis: number | undefined): WorldBase {
  const account = options.account ?? '111111111111';
  const region = options.region ?? 'us-east-1';
  const startMillis = earlierMillis ?? options.startMillis;
  const clock = createClock({ ...(startMillis === undefined ? {} : { startMillis }), ...speedOf(options) });
  const random = createRandom(options.seed ?? 1);
  const resourcePolicy: AuthorizerOptions = {
    region,
    mode: options.authorization ?? 'enforce',
    resourcePolicy: () => undefined,
  };
  const authorizer = new Authorizer(resourcePolicy);
  const roles: WorldBase['roles'] = new Map();
  const types = options.types ?? typeLookup(ensureTypes());
  const kept =
    options.stateDirectory === undefined ? {} : { tablesDirectory: tablesDirectory(options.stateDirectory) };
  const services = createServices({
    ...options,
    ...kept,
    account,
    region,
    clock,
    random,
    authorizer,
    roles,
    types,
  });
  const keyRing = new KeyRing(options.secret);
  const internalErrors: unknown[] = [];
  const functionUrls: FunctionUrl[] = [];
  const gateway = new Gateway({
    ...{ clock, random, keyRing, authorizer },
    json: services.byTarget,
    rest: {
      s3: s3Handler(new S3Service(services.objects, clock, region)),
      lambda: lambdaHandler(services.lambda),
      sts: stsHandler,
      monitoring: cloudWatchHandler(services.cloudwatch),
      route53: services.route53.handle,
      ec2: ec2Handler((at) => services.cloudControl.at(at).store),
      iam: iamHandler({
        account,
        roles,
        provisioned: (name) =>
          provisionedRole(account, services.cloudControl.store.get('AWS::IAM::Role', name)),
        details: () =>
          accountDetails({
            ...{ account, roles: [...roles.values()], people: keyRing.identities() },
            made: (type) => services.cloudControl.store.list(type),
          }),
      }),
    },
    paths: {
      [loadPath]: loadHandler(services.loads),
      'function-url': functionUrlHandler(services.lambda, functionUrls, () => clock.now()),
    },
    timelessPaths: { [clockPath]: clockHandler(clock, options.speed !== undefined) },
    onInternalError: (error) => internalErrors.push(error),
  });
  const realMillisPerSecond = options.realMillisPerSecond ?? 4000;
  return {
    ...{ account, region, clock, random, keyRing, authorizer, roles, services, gateway, resourcePolicy },
    ...{ functionUrls, internalErrors, realMillisPerSecond },
  };
}

function speedOf(options: BaseOptions): { speed?: number } {
  return options.speed === undefined ? {} : { speed: options.speed };
}

/** Stops the clock and the gateway, and writes the state if there is a folder for it. */
export async function stopBase(base: WorldBase, stateDirectory: string | undefined): Promise<void> {
  base.clock.stop();
  await base.gateway.close();
  if (stateDirectory !== undefined) writeState(stateDirectory, captureState(base.services, base.clock));
  await base.services.dynamodb.close();
}
