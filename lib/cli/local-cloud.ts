import { connect, type Deployment, requiredDoors } from '../client/deployment.ts';
import { Door } from '../client/door.ts';
import { combined } from '../client/requests/execution-counts.ts';
import type { ExecutionCounts } from '../client/requests/request-report.ts';
import type { OperationNotice } from '../local/cloud-control/operation.ts';
import { personKeys } from '../local/iam/people.ts';
import { startWorld, type World, type WorldOptions } from '../local/world.ts';
import { getPlan } from '../tasks/documents-of.ts';
import type { Faults } from './faults.ts';
import type { LocalRequest } from './local-request.ts';
import { fileSettings } from './settings-file.ts';

/** The account and region of rehearsals: fictitious and always the same. */
export const localPlace = { account: '111111111111', region: 'us-east-1' };

/** A local cloud, with the deployment in it as the command line uses it. */
export interface LocalCloud {
  world: World;
  deployment: Deployment;
  /** Returns the front door for a user (`ana`) or a session (`sso~ana@example.com`). */
  doorAs(name: string): Door;
  /** Returns the totals of executions that closed since the last call. */
  takeCounts(): ExecutionCounts;
  /**
   * Returns when the operation with this client token ended, in epoch seconds. The ledger has only the time of the
   * poll.
   */
  operationEnd(clientToken: string): number | undefined;
  /** Adds the values that a request reads to Parameter Store and Secrets Manager. */
  seed(request: Pick<LocalRequest, 'ssm' | 'secrets'>): void;
}

export interface LocalCloudOptions
  extends Pick<WorldOptions, 'assemblyDirectory' | 'speed' | 'port' | 'stateDirectory' | 'seed' | 'secret'> {
  faults?: Faults;
  /** Called when an operation of the cloud starts and ends. */
  onOperation?(notice: OperationNotice): void;
}

/** Starts a local cloud: on any free port by default, and with fresh state unless a folder keeps it. */
export async function startLocalCloud({
  faults,
  onOperation,
  ...options
}: LocalCloudOptions): Promise<LocalCloud> {
  let closed: ExecutionCounts[] = [];
  const ends = new Map<string, number>();
  const world = await startWorld({
    ...options,
    ...localPlace,
    cloud: {
      faultFor: (question) => faults?.faultFor(question),
      onOperation: (notice) => {
        const { phase, operation } = notice;
        if (phase === 'ended') ends.set(operation.clientToken, operation.eventMillis / 1000);
        onOperation?.(notice);
      },
    },
    hooks: {
      // People give approvals, so an approval doesn't time out just because nothing else happens.
      isHumanTask: ({ stateName }) => stateName === 'AwaitApproval',
      onExecutionClosed: (counts) => void closed.push(counts),
      interceptTask: async ({ stateName }, proceed) => {
        const answer = await proceed();
        // Holds the time, because the state would time out otherwise.
        if (stateName === 'PlanChange' && faults !== undefined)
          await world.clock.busy(() => tellPlans(faults, deployment));
        return answer;
      },
    },
  });
  for (const name of peopleOfSettings()) world.know(name);
  const deployment = await connect(environmentOf(world));
  return {
    world,
    deployment,
    doorAs: (name) =>
      new Door(requiredDoors(deployment), world.region, personKeys(name, world.credentials.secretAccessKey)),
    takeCounts: () => {
      const counts = combined(closed);
      closed = [];
      return counts;
    },
    operationEnd: (clientToken) => ends.get(clientToken),
    seed: ({ ssm, secrets }) => {
      for (const [name, value] of Object.entries(ssm))
        world.services.ssm.add(name, { type: 'String', value });
      for (const [name, value] of Object.entries(secrets)) world.services.secrets.add(name, value);
    },
  };
}

/** Registers the users and Identity Center users in the settings. Roles exist only if they were created. */
function peopleOfSettings(): string[] {
  const { groups = {}, people = {} } = fileSettings() ?? {};
  const voices = [...Object.values(groups), ...Object.values(people)].flat();
  return voices.flatMap((voice) => {
    const [, kind, name = ''] = /^(user|sso)\/([^/]+)$/.exec(voice) ?? [];
    return kind === undefined ? [] : [kind === 'sso' ? `sso~${name}` : name];
  });
}

/** Registers a plan with the faults as soon as it exists and before anything is applied. */
async function tellPlans(faults: Faults, { ledger, documents }: Deployment): Promise<void> {
  for (const { requestId } of await ledger.openRequests()) {
    const { planHash } = await ledger.request(requestId);
    if (planHash !== undefined) faults.expect(requestId, await getPlan(documents, planHash));
  }
}

/** Returns the environment variables with which any AWS tool uses a local cloud. */
export function environmentOf({ endpoint, region, credentials }: World): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
