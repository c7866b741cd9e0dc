/**
 * Requests through a listener or a rule of an Application Load Balancer, divided by the weights of its target groups.
 * Source of the metrics: "CloudWatch metrics for your Application Load Balancer", Elastic Load Balancing User Guide. Requests
 * and status codes are reported if they are nonzero, healthy targets always.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { targetGroupOf } from './balanced.ts';
import { type LoadModel, reported } from './model.ts';

const SECONDS = 60;
/** Tags of a target group that say how it behaves here: the share of its requests that fail, and its healthy targets. */
const errorsTag = 'local-error-percent';
const hostsTag = 'local-healthy-hosts';
const HOSTS = 2;

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** Returns the weights of the target groups that actions forward to, by ARN. */
function weightsOf(actions: JsonValue | undefined): Map<string, number> {
  const entries = objects(actions).flatMap(({ ForwardConfig: config, TargetGroupArn: single }) =>
    isObject(config)
      ? objects(config.TargetGroups)
      : single === undefined
        ? []
        : [{ TargetGroupArn: single }],
  );
  return new Map(entries.map(({ TargetGroupArn: arn, Weight: weight = 1 }) => [String(arn), Number(weight)]));
}

function tagOf(tags: JsonValue | undefined, name: string, otherwise: number): number {
  const value = Number(objects(tags).find(({ Key: key }) => key === name)?.Value ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}

function listenerModel(type: string, property: 'Actions' | 'DefaultActions'): LoadModel {
  return {
    type,
    load: 'requests',
    perUnit: 1,
    warmUpSeconds: 0,
    capacities({ properties }, others) {
      const weights = weightsOf(properties[property]);
      if (weights.size === 0) return `it forwards to no target group; expected ${property} that do`;
      const groups = others('AWS::ElasticLoadBalancingV2::TargetGroup');
      return Object.fromEntries(
        [...weights].flatMap(([arn, weight]) => {
          const tags = groups.find(({ identifier }) => identifier === arn)?.properties.Tags;
          return [
            [`weight ${arn}`, weight],
            [`errors ${arn}`, tagOf(tags, errorsTag, 0)],
            [`hosts ${arn}`, tagOf(tags, hostsTag, HOSTS)],
          ];
        }),
      );
    },
    minute({ load, serving, resource: { identifier } }) {
      const LoadBalancer = /:listener(?:-rule)?\/([^/]+\/[^/]+\/[^/]+)\//.exec(identifier)?.[1] ?? identifier;
      const weights = Object.entries(serving).flatMap(([name, weight]) =>
        name.startsWith('weight ') ? [[name.slice('weight '.length), weight] as const] : [],
      );
      const sum = weights.reduce((total, [, weight]) => total + weight, 0);
      const metrics = weights.flatMap(([arn, weight]) => {
        const requests = sum === 0 ? 0 : Math.round((load * SECONDS * weight) / sum);
        const failed = Math.round((requests * (serving[`errors ${arn}`] ?? 0)) / 100);
        return reported(
          'AWS/ApplicationELB',
          { LoadBalancer, TargetGroup: targetGroupOf(arn) },
          {
            HealthyHostCount: [serving[`hosts ${arn}`] ?? HOSTS, 'Count'],
            ...(requests > 0 && { RequestCount: [requests, 'Count'] as const }),
            ...(requests > failed && { HTTPCode_Target_2XX_Count: [requests - failed, 'Count'] as const }),
            ...(failed > 0 && { HTTPCode_Target_5XX_Count: [failed, 'Count'] as const }),
          },
        );
      });
      return { left: {}, metrics };
    },
  };
}

export const listener = listenerModel('AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions');
export const listenerRule = listenerModel('AWS::ElasticLoadBalancingV2::ListenerRule', 'Actions');
