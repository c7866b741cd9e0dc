/** What an Application Load Balancer reports of a target group: "CloudWatch metrics for your Application Load Balancer". */
import { type Reported, reported } from './model.ts';
import type { ServersResult } from './servers.ts';

/** `targetgroup/NAME/ID` of an ARN, which is the dimension. */
export function targetGroupOf(arn: string): string {
  return /(targetgroup\/.+)$/.exec(arn)?.[1] ?? arn;
}

/** Without a target, there is nothing to divide requests by, and no latency: those metrics have no data. */
export function balancedMetrics(arn: string, serving: number, result: ServersResult): Reported[] {
  const dimensions = { TargetGroup: targetGroupOf(arn) };
  const { served, dropped, latencySeconds } = result;
  const requests = served + dropped;
  return reported('AWS/ApplicationELB', dimensions, {
    RequestCount: [requests, 'Count'],
    HealthyHostCount: [serving, 'Count'],
    ...(dropped > 0 && { HTTPCode_ELB_5XX_Count: [dropped, 'Count'] }),
    ...(serving > 0 && {
      RequestCountPerTarget: [requests / serving, 'Count'],
      TargetResponseTime: [latencySeconds, 'Seconds', Math.max(1, Math.round(served))],
    }),
  } as Parameters<typeof reported>[2]);
}
