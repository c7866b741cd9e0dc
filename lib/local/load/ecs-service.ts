/** Amazon ECS services. Source of the metrics: "Amazon ECS CloudWatch metrics", Amazon ECS Developer Guide. */
import { isObject } from '../../model/json.ts';
import { balancedMetrics } from './balanced.ts';
import { type LoadModel, numberIn, reported } from './model.ts';
import { serversMinute } from './servers.ts';

/** A task without work uses some processor time and memory. */
const IDLE_PERCENT = 2;
const MEMORY_PERCENT = 40;

export const ecsService: LoadModel = {
  type: 'AWS::ECS::Service',
  load: 'requests',
  perUnit: 100,
  warmUpSeconds: 60,
  capacities: ({ properties }) => ({ tasks: numberIn(properties, 'DesiredCount', 1) }),
  minute({ load, perUnit, serving: { tasks = 0 }, wanted, left, resource: { identifier, properties } }) {
    const servers = { load, perUnit, serving: tasks, backlog: left.requests ?? 0 };
    const result = serversMinute({ ...servers, baseSeconds: 0.05, queueSeconds: 30 });
    const name = String(properties.ServiceName ?? identifier.split(/[|/]/).at(-1));
    const cluster =
      String(properties.Cluster ?? 'default')
        .split('/')
        .at(-1) ?? 'default';
    const dimensions = { ClusterName: cluster, ServiceName: name };
    const cpu = Math.min(100, IDLE_PERCENT + (100 - IDLE_PERCENT) * result.utilization);
    const groups = (Array.isArray(properties.LoadBalancers) ? properties.LoadBalancers : [])
      .filter(isObject)
      .flatMap(({ TargetGroupArn }) => (typeof TargetGroupArn === 'string' ? [TargetGroupArn] : []));
    return {
      left: { requests: result.backlog },
      metrics: [
        // Without a task, no task reports.
        ...(tasks === 0
          ? []
          : reported('AWS/ECS', dimensions, {
              CPUUtilization: [cpu, 'Percent', tasks],
              MemoryUtilization: [MEMORY_PERCENT + 20 * result.utilization, 'Percent', tasks],
            })),
        ...reported('ECS/ContainerInsights', dimensions, {
          DesiredTaskCount: [wanted.tasks ?? 0, 'Count'],
          RunningTaskCount: [tasks, 'Count'],
        }),
        ...groups.flatMap((arn) => balancedMetrics(arn, tasks, result)),
      ],
    };
  },
};
