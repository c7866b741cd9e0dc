import type { JsonObject } from '../model/json.ts';

/** Where CloudWatch has the metrics of one side. */
export interface SideSource {
  namespace: string;
  dimensions: Record<string, string>;
  /** The metric that counts its requests. */
  requests: string;
  /** The metric that counts its healthy targets; without one, a side that exists is ready. */
  healthy?: string;
  /** Metrics that have no data while their value is 0. */
  sparse?: RegExp;
}

interface Row {
  type: string;
  sourceOf(asset: { identifier: string; live: JsonObject }, side: string): SideSource | undefined;
}

/**
 * Metrics by load balancer and target group. Status codes are reported only if they are nonzero ("CloudWatch metrics for your
 * Application Load Balancer", Elastic Load Balancing User Guide).
 */
const targetGroups: Row['sourceOf'] = ({ identifier }, side) => {
  const LoadBalancer = /:listener(?:-rule)?\/(app\/[^/]+\/[^/]+)\//.exec(identifier)?.[1];
  const TargetGroup = /:(targetgroup\/[^/]+\/[^/]+)$/.exec(side)?.[1];
  if (LoadBalancer === undefined || TargetGroup === undefined) return undefined;
  return {
    namespace: 'AWS/ApplicationELB',
    dimensions: { LoadBalancer, TargetGroup },
    requests: 'RequestCount',
    healthy: 'HealthyHostCount',
    sparse: /^HTTPCode_|ErrorCount$/,
  };
};

const rows: readonly Row[] = [
  { type: 'AWS::ElasticLoadBalancingV2::Listener', sourceOf: targetGroups },
  { type: 'AWS::ElasticLoadBalancingV2::ListenerRule', sourceOf: targetGroups },
  {
    // By alias and version, while the alias has weights ("Types of metrics for Lambda functions", Lambda Developer Guide).
    type: 'AWS::Lambda::Alias',
    sourceOf: ({ identifier }, side) => {
      const [, FunctionName, alias] = /:function:([^:]+):([^:]+)$/.exec(identifier) ?? [];
      if (FunctionName === undefined || alias === undefined) return undefined;
      return {
        namespace: 'AWS/Lambda',
        dimensions: { FunctionName, Resource: `${FunctionName}:${alias}`, ExecutedVersion: side },
        requests: 'Invocations',
      };
    },
  },
];

/** Returns where the metrics of a side are, or undefined for a type whose sides have none of their own. */
export function sideSource(
  type: string,
  asset: { identifier: string; live: JsonObject },
  side: string,
): SideSource | undefined {
  return rows.find((row) => row.type === type)?.sourceOf(asset, side);
}
