import type { JsonObject, JsonValue } from '../json.ts';
import { isObject } from '../json.ts';
import { knownNames, lastPart, type NamedResource } from '../native-scaling/names.ts';
import { namesGroup } from '../native-scaling/targets.ts';
import { textPartsOf } from '../native-scaling/text-parts.ts';
import { valueAtPath } from '../property-path.ts';

/** What carries a capacity: a group, nothing that has to grow, or a group that can't be found, with the reason. */
export type Carrier = { group: NamedResource } | { none: string } | { problem: string };

const serverless = /^FARGATE(?:_SPOT)?$/;

/**
 * Returns the Auto Scaling group whose instances the tasks of an ECS service run on, by the capacity providers of the
 * service or of its cluster. Source: "Amazon ECS capacity providers for the EC2 launch type", Amazon ECS Developer Guide.
 *
 * @param scope the resources of the scope, with what is known of their names
 */
export function carrierOf(service: NamedResource, scope: readonly NamedResource[]): Carrier {
  const { LaunchType, CapacityProviderStrategy } = service.properties;
  if (LaunchType === 'FARGATE') return { none: 'its tasks run on Fargate' };
  const names = providersIn(CapacityProviderStrategy) ?? clusterProviders(service, scope);
  const where = `of ${service.logicalId}`;
  if (typeof names === 'string') return { problem: names };
  const own = names.filter((name) => !(typeof name === 'string' && serverless.test(name)));
  if (names.length > 0 && own.length === 0) return { none: 'its tasks run on Fargate' };
  const found = own.map((name) => scope.find((one) => isProvider(one) && calledBy(one, name)));
  const [first] = found;
  if (first === undefined || found.includes(undefined))
    return {
      problem: `the capacity provider ${JSON.stringify(own[0] ?? null)} ${where} is not in its scope`,
    };
  const managed = (one: NamedResource) =>
    valueAtPath(one.properties, 'AutoScalingGroupProvider.ManagedScaling.Status') === 'ENABLED';
  if (found.every((one) => one !== undefined && managed(one)))
    return { none: `managed scaling of ${first.logicalId} makes room` };
  const groups = new Set(
    found.flatMap((one) => (one === undefined || managed(one) ? [] : groupOf(one, scope))),
  );
  const [group] = groups;
  if (groups.size === 1 && group !== undefined) return { group };
  return {
    problem:
      groups.size === 0
        ? `the group of the capacity provider ${first.logicalId} is not in the scope ${where}`
        : `${where.replace('of ', '')} runs on several groups (${[...groups].map((one) => one.logicalId).join(', ')})`,
  };
}

const isProvider = ({ type }: NamedResource) => type === 'AWS::ECS::CapacityProvider';

function providersIn(strategy: JsonValue | undefined): JsonValue[] | undefined {
  if (!Array.isArray(strategy) || strategy.length === 0) return undefined;
  return strategy.flatMap((one) =>
    isObject(one) && one.CapacityProvider !== undefined ? [one.CapacityProvider] : [],
  );
}

/** The default strategy of the cluster counts if the service names neither providers nor a launch type. */
function clusterProviders(
  { logicalId, properties }: NamedResource,
  scope: readonly NamedResource[],
): JsonValue[] | string {
  const own = scope.find(
    ({ type, ...one }) => type === 'AWS::ECS::Cluster' && calledBy({ type, ...one }, properties.Cluster),
  );
  const linked = scope.find(
    ({ type, properties: link }) =>
      type === 'AWS::ECS::ClusterCapacityProviderAssociations' &&
      sameCluster(link.Cluster, properties.Cluster, own),
  );
  for (const holder of [own, linked]) {
    const { DefaultCapacityProviderStrategy: strategy, CapacityProviders: list } = holder?.properties ?? {};
    const found = providersIn(strategy) ?? (Array.isArray(list) && list.length > 0 ? list : undefined);
    if (found !== undefined) return found;
  }
  return `no capacity provider tells on which group ${logicalId} runs: neither it, nor its cluster in the same scope, names one`;
}

function sameCluster(
  one: JsonValue | undefined,
  other: JsonValue | undefined,
  cluster: NamedResource | undefined,
): boolean {
  if (one !== undefined && JSON.stringify(one) === JSON.stringify(other)) return true;
  return cluster !== undefined && calledBy(cluster, one);
}

/** Tells whether a value is a reference to a resource, or one of its names. */
function calledBy(resource: NamedResource, value: JsonValue | undefined): boolean {
  const [part, ...more] = textPartsOf(value) ?? [];
  if (part === undefined || more.length > 0) return false;
  if (typeof part === 'object') return part.of === resource.logicalId;
  const names = knownNames(resource);
  return names.includes(part) || names.includes(lastPart(part));
}

function groupOf(provider: NamedResource, scope: readonly NamedResource[]): NamedResource[] {
  const path = 'AutoScalingGroupProvider.AutoScalingGroupArn';
  return scope.filter(
    (one) =>
      one.type === 'AWS::AutoScaling::AutoScalingGroup' &&
      namesGroup(provider.properties as JsonObject, path, one) === 'yes',
  );
}
