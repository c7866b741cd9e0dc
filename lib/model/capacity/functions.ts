import { type CapacityTrait, plain } from './trait.ts';

/** Capacities of AWS Lambda, and the envelope of Application Auto Scaling. Bounds are those of the schemas. */
export const functionCapacities: readonly CapacityTrait[] = [
  {
    ...plain,
    type: 'AWS::Lambda::Alias',
    property: 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions',
    unit: 'provisioned executions',
    least: 1,
    warmUpSeconds: 120,
    live: {
      by: 'call',
      call: 'lambda:GetProvisionedConcurrencyConfig',
      running: 'AvailableProvisionedConcurrentExecutions',
    },
    native: {
      ...{ namespace: 'lambda', dimension: 'lambda:function:ProvisionedConcurrency' },
      resourceId: 'function:{FunctionName}:{Name}',
    },
  },
  {
    ...plain,
    type: 'AWS::Lambda::Function',
    property: 'ReservedConcurrentExecutions',
    unit: 'concurrent executions at most',
    // 0 throttles every invocation: that is a switch, not a capacity.
    least: 1,
    warmUpSeconds: 10,
  },
  {
    ...plain,
    type: 'AWS::Lambda::EventSourceMapping',
    property: 'ScalingConfig.MaximumConcurrency',
    unit: 'concurrent executions at most',
    least: 2,
    most: 1000,
    warmUpSeconds: 60,
  },
  {
    ...plain,
    type: 'AWS::Lambda::EventSourceMapping',
    property: 'ParallelizationFactor',
    unit: 'batches of a shard at once',
    least: 1,
    most: 10,
    warmUpSeconds: 60,
  },
  {
    ...plain,
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    property: 'MinCapacity',
    unit: 'units of its target at least',
    least: 0,
    warmUpSeconds: 60,
    // The envelope and not the size: native policies move the size inside it.
    bounds: { atLeast: 'MaxCapacity' },
  },
];
