import { type CapacityTrait, plain } from './trait.ts';

/** An Auto Scaling group waits 300 s for connections to drain, like the target groups that it is in. */
const deregistrationSeconds = 300;

/**
 * Tasks, instances and nodes. Warm-up and draining: default of `deregistration_delay.timeout_seconds` of a target group
 * (300 s, Elastic Load Balancing), default warm-up of an Auto Scaling group (300 s, Amazon EC2 Auto Scaling User
 * Guide), eviction timeout of a managed node group (15 minutes, Amazon EKS User Guide). The others are estimates that
 * measured times replace.
 */
export const computeCapacities: readonly CapacityTrait[] = [
  {
    ...plain,
    type: 'AWS::ECS::Service',
    property: 'DesiredCount',
    unit: 'tasks',
    least: 0,
    warmUpSeconds: 60,
    drainSeconds: deregistrationSeconds,
    // The schema has no running count: only the service itself knows it.
    live: { by: 'call', call: 'ecs:DescribeServices', running: 'runningCount', starting: 'pendingCount' },
    carriedBy: {
      type: 'AWS::AutoScaling::AutoScalingGroup',
      link: "the capacity providers of the service's cluster; none with Fargate",
    },
    // Each task of network mode awsvpc has an interface of its own. The property is only for that mode.
    subnets: { property: 'NetworkConfiguration.AwsvpcConfiguration.Subnets', addressesPerUnit: 1 },
    native: {
      ...{
        namespace: 'ecs',
        dimension: 'ecs:service:DesiredCount',
        resourceId: 'service/{Cluster}/{ServiceName}',
      },
      ...{ read: { ServiceName: ['Name'] }, defaults: { Cluster: 'default' }, partOfArn: 5 },
    },
    unmet: ({ SchedulingStrategy }) =>
      SchedulingStrategy === 'DAEMON'
        ? 'a daemon service runs one task on each instance; expected SchedulingStrategy REPLICA'
        : undefined,
  },
  {
    ...plain,
    type: 'AWS::ECS::TaskSet',
    property: 'Scale.Value',
    unit: 'percent of the desired tasks',
    form: 'number',
    least: 0,
    most: 100,
    warmUpSeconds: 60,
    drainSeconds: deregistrationSeconds,
    live: { by: 'call', call: 'ecs:DescribeTaskSets', running: 'runningCount', starting: 'pendingCount' },
  },
  {
    ...plain,
    type: 'AWS::AutoScaling::AutoScalingGroup',
    property: 'DesiredCapacity',
    unit: 'instances',
    form: 'integer as text',
    least: 0,
    warmUpSeconds: 300,
    drainSeconds: deregistrationSeconds,
    bounds: { atMost: 'MinSize', atLeast: 'MaxSize' },
    subnets: { property: 'VPCZoneIdentifier', addressesPerUnit: 1 },
    live: { by: 'call', call: 'autoscaling:DescribeAutoScalingGroups', running: 'Instances[InService]' },
  },
  {
    ...plain,
    type: 'AWS::EKS::Nodegroup',
    property: 'ScalingConfig.DesiredSize',
    unit: 'nodes',
    least: 0,
    warmUpSeconds: 180,
    drainSeconds: 900,
    bounds: { atMost: 'ScalingConfig.MinSize', atLeast: 'ScalingConfig.MaxSize' },
    // And one for each pod, as far as the network plug-in takes them from the subnet.
    subnets: { property: 'Subnets', addressesPerUnit: 1 },
  },
  {
    ...plain,
    type: 'AWS::EC2::EC2Fleet',
    property: 'TargetCapacitySpecification.TotalTargetCapacity',
    unit: 'units of the fleet',
    least: 0,
    warmUpSeconds: 120,
    live: { by: 'call', call: 'ec2:DescribeFleets', running: 'FulfilledCapacity' },
    unmet: ({ Type }) =>
      Type === undefined || Type === 'maintain'
        ? undefined
        : `a fleet of type ${String(Type)} keeps no capacity; expected maintain`,
  },
  {
    ...plain,
    type: 'AWS::EC2::SpotFleet',
    property: 'SpotFleetRequestConfigData.TargetCapacity',
    unit: 'units of the fleet',
    least: 0,
    warmUpSeconds: 120,
    // A Spot Instance is warned two minutes before it is interrupted.
    drainSeconds: 120,
    live: { by: 'call', call: 'ec2:DescribeSpotFleetRequests', running: 'FulfilledCapacity' },
    native: {
      ...{ namespace: 'ec2', dimension: 'ec2:spot-fleet-request:TargetCapacity' },
      ...{ resourceId: 'spot-fleet-request/{Id}', read: { Id: ['', 'Id'] } },
    },
  },
  {
    ...plain,
    type: 'AWS::GameLift::Fleet',
    property: 'DesiredEC2Instances',
    unit: 'instances',
    least: 0,
    warmUpSeconds: 600,
    bounds: { atMost: 'MinSize', atLeast: 'MaxSize' },
    live: { by: 'call', call: 'gamelift:DescribeFleetCapacity', running: 'InstanceCounts.ACTIVE' },
  },
  {
    ...plain,
    type: 'AWS::SageMaker::InferenceComponent',
    property: 'RuntimeConfig.CopyCount',
    unit: 'copies of the model',
    least: 0,
    warmUpSeconds: 300,
    live: {
      by: 'call',
      call: 'sagemaker:DescribeInferenceComponent',
      running: 'RuntimeConfig.CurrentCopyCount',
    },
    native: {
      ...{ namespace: 'sagemaker', dimension: 'sagemaker:inference-component:DesiredCopyCount' },
      resourceId: 'inference-component/{InferenceComponentName}',
      read: { InferenceComponentName: ['InferenceComponentName'] },
    },
  },
  {
    ...plain,
    type: 'AWS::WorkSpaces::WorkspacesPool',
    property: 'Capacity.DesiredUserSessions',
    unit: 'user sessions',
    least: 0,
    warmUpSeconds: 1200,
    live: {
      by: 'call',
      call: 'workspaces:DescribeWorkspacesPools',
      running: 'CapacityStatus.AvailableUserSessions',
    },
    native: {
      ...{ namespace: 'workspaces', dimension: 'workspaces:workspacespool:DesiredUserSessions' },
      ...{ resourceId: 'workspacespool/{PoolId}', read: { PoolId: ['', 'PoolId'] } },
    },
  },
];
