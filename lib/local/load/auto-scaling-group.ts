/**
 * Amazon EC2 Auto Scaling groups. Source of the metrics: "CloudWatch metrics for Amazon EC2 Auto Scaling", Amazon EC2
 * Auto Scaling User Guide.
 */
import { balancedMetrics } from './balanced.ts';
import { type LoadModel, numberIn, reported } from './model.ts';
import { serversMinute } from './servers.ts';

const IDLE_PERCENT = 3;

export const autoScalingGroup: LoadModel = {
  type: 'AWS::AutoScaling::AutoScalingGroup',
  load: 'requests',
  perUnit: 400,
  warmUpSeconds: 300,
  // Without a desired capacity, a group has its minimum.
  capacities: ({ properties }) => ({
    instances: numberIn(properties, 'DesiredCapacity', numberIn(properties, 'MinSize', 0)),
  }),
  minute({ load, perUnit, serving: { instances = 0 }, wanted, left, resource: { identifier, properties } }) {
    const servers = { load, perUnit, serving: instances, backlog: left.requests ?? 0 };
    const result = serversMinute({ ...servers, baseSeconds: 0.05, queueSeconds: 30 });
    const dimensions = { AutoScalingGroupName: identifier };
    const cpu = IDLE_PERCENT + (100 - IDLE_PERCENT) * result.utilization;
    const groups = Array.isArray(properties.TargetGroupARNs) ? properties.TargetGroupARNs.map(String) : [];
    return {
      left: { requests: result.backlog },
      metrics: [
        ...(instances === 0
          ? []
          : reported('AWS/EC2', dimensions, { CPUUtilization: [cpu, 'Percent', instances] })),
        ...reported('AWS/AutoScaling', dimensions, {
          GroupDesiredCapacity: [wanted.instances ?? 0, 'None'],
          GroupInServiceInstances: [instances, 'None'],
        }),
        ...groups.flatMap((arn) => balancedMetrics(arn, instances, result)),
      ],
    };
  },
};
