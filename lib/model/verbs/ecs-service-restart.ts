import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Harm, Verb } from './verb.ts';

/**
 * Replaces all tasks of a service without changing its definition.
 *
 * `ForceNewDeployment` (AWS::ECS::Service, CloudFormation Template Reference): a nonce that changes "signals Amazon ECS
 * to start a new deployment even though no other service parameters have changed"; 1 to 255 characters. The schema
 * lists the property among `writeOnlyProperties`, so no read returns it. The CDK accepts it only for the deployment
 * controller ECS (aws-ecs, `ForceNewDeploymentRequiresEcsController`).
 */
export const ecsServiceRestart: Verb = {
  type: 'AWS::ECS::Service',
  name: 'restart',
  action: 'recover',
  harmOf,
  precondition: {
    words: 'the service exists and Amazon ECS controls its deployments (DeploymentController ECS)',
    unmet: (live) => {
      const controller = inside(live, 'DeploymentController', 'Type') ?? 'ECS';
      return controller === 'ECS'
        ? undefined
        : `its deployments are controlled by ${String(controller)}; expected ECS, which alone can force a deployment`;
    },
  },
  call: {
    by: 'update',
    property: 'ForceNewDeployment',
    valueOf: (nonce) => ({ EnableForceNewDeployment: true, ForceNewDeploymentNonce: nonce }),
  },
  witness: 'the Cloud Control request that carries the nonce of this step',
  verification: {
    words: 'Cloud Control reports that the deployment is stable',
    bakeSeconds: 60,
  },
  inverse: {
    operation: 'none',
    because: 'the new tasks run the same task definition, so that there is nothing to put back',
  },
};

/**
 * Amazon ECS starts new tasks before it stops old ones, as far as the minimum of healthy tasks requires: 100 percent by
 * default, 0 for a daemon service (`DeploymentConfiguration`, Amazon ECS API Reference).
 */
function harmOf(desired: JsonObject): Harm {
  const percent = inside(desired, 'DeploymentConfiguration', 'MinimumHealthyPercent');
  const least = percent ?? (desired.SchedulingStrategy === 'DAEMON' ? 0 : 100);
  return Number(isObject(least) ? Number.NaN : least) >= 100 ? 'none' : 'brief outage';
}

function inside(properties: JsonObject, name: string, inner: string): JsonValue | undefined {
  const outer = properties[name];
  if (outer === undefined || !isObject(outer)) return undefined;
  // A value of another resource is unknown here.
  return Object.keys(outer).some((key) => key === 'Ref' || key.startsWith('Fn::')) ? outer : outer[inner];
}
