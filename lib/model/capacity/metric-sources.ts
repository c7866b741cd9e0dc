import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { MetricSource } from '../metric-query.ts';

type Named = (properties: JsonObject, identifier: string) => Record<string, string | undefined>;

/** Metrics of a load balancer's target group. */
const balanced = [
  ...['RequestCountPerTarget', 'RequestCount', 'TargetResponseTime', 'HealthyHostCount'],
  ...['TargetConnectionErrorCount', 'HTTPCode_Target_5XX_Count'],
];

/**
 * Where the metrics of a type come from, unless the policy says otherwise. The first row that fits a metric counts.
 * Sources: "Amazon ECS CloudWatch metrics", "CloudWatch metrics for your Application Load Balancer", "DynamoDB metrics
 * and dimensions", "Types of metrics for Lambda functions", "Amazon CloudWatch metrics for Amazon Aurora", and the pages
 * of the same kind of the other services.
 */
const rows: Readonly<Record<string, { namespace: string; metrics?: string[]; named: Named }[]>> = {
  'AWS::ECS::Service': [
    {
      namespace: 'AWS/ApplicationELB',
      metrics: balanced,
      named: ({ LoadBalancers }) => {
        const [first] = Array.isArray(LoadBalancers) ? LoadBalancers : [];
        return { TargetGroup: targetGroupIn(isObject(first) ? first.TargetGroupArn : undefined) };
      },
    },
    {
      namespace: 'AWS/ECS',
      named: ({ Cluster, ServiceName, Name }, identifier) => ({
        ClusterName: lastPart(Cluster) ?? 'default',
        ServiceName: textOf(ServiceName) ?? textOf(Name) ?? lastPart(identifier.split('|')[0]),
      }),
    },
  ],
  'AWS::AutoScaling::AutoScalingGroup': [
    {
      namespace: 'AWS/ApplicationELB',
      metrics: balanced,
      named: ({ TargetGroupARNs }) => ({
        TargetGroup: targetGroupIn(Array.isArray(TargetGroupARNs) ? TargetGroupARNs[0] : undefined),
      }),
    },
    { namespace: 'AWS/EC2', named: (_, identifier) => ({ AutoScalingGroupName: identifier }) },
  ],
  'AWS::DynamoDB::Table': [
    { namespace: 'AWS/DynamoDB', named: (_, identifier) => ({ TableName: identifier }) },
  ],
  'AWS::Kinesis::Stream': [
    { namespace: 'AWS/Kinesis', named: (_, identifier) => ({ StreamName: identifier }) },
  ],
  'AWS::Lambda::Function': [
    { namespace: 'AWS/Lambda', named: (_, identifier) => ({ FunctionName: identifier }) },
  ],
  'AWS::Lambda::Alias': [
    {
      namespace: 'AWS/Lambda',
      named: ({ FunctionName, Name }) => ({
        FunctionName: nameOfFunction(FunctionName),
        Resource: `${nameOfFunction(FunctionName)}:${textOf(Name)}`,
      }),
    },
  ],
  'AWS::RDS::DBCluster': [
    { namespace: 'AWS/RDS', named: (_, identifier) => ({ DBClusterIdentifier: identifier }) },
  ],
  'AWS::RDS::DBInstance': [
    { namespace: 'AWS/RDS', named: (_, identifier) => ({ DBInstanceIdentifier: identifier }) },
  ],
  'AWS::MSK::Cluster': [
    { namespace: 'AWS/Kafka', named: ({ ClusterName }) => ({ 'Cluster Name': textOf(ClusterName) }) },
  ],
};

/** Returns where the metrics of an asset come from. Sources whose names are not known are left out. */
export function metricSourcesOf(type: string, properties: JsonObject, identifier: string): MetricSource[] {
  return (rows[type] ?? []).flatMap(({ namespace, metrics, named }) => {
    const entries = Object.entries(named(properties, identifier));
    if (entries.some(([, value]) => value === undefined || value === '')) return [];
    const dimensions = Object.fromEntries(entries) as Record<string, string>;
    return [{ namespace, dimensions, ...(metrics === undefined ? {} : { metrics }) }];
  });
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function lastPart(value: JsonValue | undefined): string | undefined {
  return textOf(value)?.split('/').at(-1);
}

/** `targetgroup/NAME/ID` of an ARN, which is the dimension. */
function targetGroupIn(arn: JsonValue | undefined): string | undefined {
  return /(targetgroup\/.+)$/.exec(textOf(arn) ?? '')?.[1];
}

function nameOfFunction(value: JsonValue | undefined): string | undefined {
  const text = textOf(value);
  return text?.startsWith('arn:') ? text.split(':')[6] : text;
}

/** Returns the source of a metric of an asset, or undefined if it is not known. */
export function sourceOfMetric(
  sources: readonly MetricSource[],
  { metric, namespace }: { metric: string; namespace?: string | undefined },
): MetricSource | undefined {
  return sources.find(
    (source) =>
      (namespace === undefined || source.namespace === namespace) &&
      (source.metrics === undefined || source.metrics.includes(metric)),
  );
}
