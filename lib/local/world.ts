/** The local cloud: the synthesized template, brought up unchanged on loopback. */
import type { JsonValue } from '../model/json.ts';
import { type BaseOptions, createBase, stopBase } from './base.ts';
import type { Role } from './bring-up/roles.ts';
import { bringUp } from './bring-up/stack.ts';
import type { Clock } from './clock.ts';
import type { Authorizer } from './iam/authorizer.ts';
import { type Credentials, type Identity, sessionIdentity, userIdentity } from './iam/identity.ts';
import { administratorAccess, type PolicyDocument } from './iam/policy-document.ts';
import { applyState, captureState, readState, type WorldState } from './persistence.ts';
import type { Services } from './services.ts';
import { loadAssembly } from './template/assembly.ts';
import type { Stack } from './template/stack.ts';

export interface WorldOptions extends BaseOptions {
  /** Folder of the synthesized cloud assembly, `cdk.out`. */
  assemblyDirectory: string;
  /** Needed only if the assembly contains several stacks. */
  stackName?: string;
  /** Values of the template's parameters. */
  parameters?: Record<string, JsonValue>;
  /** Default 0: any free port. */
  port?: number;
}

/** A user, or a session of a role: of the template, or any other with the given policies. */
export type Person =
  | { user: string; policies?: PolicyDocument[] }
  | { roleArn: string; session: string; policies?: PolicyDocument[] };

export interface World {
  endpoint: string;
  account: string;
  region: string;
  clock: Clock;
  services: Services;
  stack: Stack;
  /** Its `denials` are the denied calls. */
  authorizer: Authorizer;
  /** Internal errors of the local cloud. Tests expect none. */
  internalErrors: unknown[];
  /** The values of the template's outputs. */
  outputs: Record<string, JsonValue>;
  /** Credentials of the default user, who may do everything. */
  credentials: Credentials;
  /** Returns credentials of another identity. Users without policies may do everything. */
  as(who: Person): Credentials;
  /** Registers a person by access key id before their first signed request: `ana`, `sso~ana@example.com`. */
  know(accessKeyId: string): void;
  /** Returns everything but tables and executions, for `restore`. */
  snapshot(): WorldState;
  restore(state: WorldState): void;
  stop(): Promise<void>;
}

/** Brings up the stack. @throws InvalidInput with everything in the template that it doesn't support; AssemblyError */
export async function startWorld(options: WorldOptions): Promise<World> {
  const assembly = loadAssembly(options.assemblyDirectory, options.stackName);
  const earlier = options.stateDirectory === undefined ? undefined : readState(options.stateDirectory);
  const base = createBase(options, earlier?.nowMillis);
  const { services, gateway, clock, account, region } = base;
  try {
    const endpoint = await gateway.listen(options.port ?? 0);
    const stack = await bringUp({ ...base, assembly, endpoint, parameters: options.parameters ?? {} });
    if (earlier !== undefined) applyState(earlier, services);
    const admin = () => userIdentity(account, 'local', [administratorAccess]);
    const credentials = base.keyRing.issue(admin, {
      accessKeyId: 'local',
      secretAccessKey: base.keyRing.secret,
    });
    clock.start();
    const { authorizer, internalErrors } = base;
    return {
      ...{ endpoint, account, region, clock, services, stack, authorizer, internalErrors, credentials },
      outputs: stack.outputs(),
      as: (who) => base.keyRing.issue(() => identityOf(who, account, base.roles)),
      know: (accessKeyId) => void base.keyRing.find(accessKeyId),
      snapshot: () => captureState(services, clock),
      restore: (state) => applyState(state, services),
      stop: () => stopBase(base, options.stateDirectory),
    };
  } catch (error) {
    await stopBase(base, undefined);
    throw error;
  }
}

function identityOf(who: Person, account: string, roles: Map<string, Role>): Identity {
  if ('user' in who) return userIdentity(account, who.user, who.policies ?? [administratorAccess]);
  const known = roles.get(who.roleArn) ?? { arn: who.roleArn, policies: [administratorAccess] };
  return sessionIdentity(
    who.policies === undefined ? known : { arn: who.roleArn, policies: who.policies },
    who.session,
  );
}
