/**
 * The types that have a traffic weight. `weights/` says how it is written and read; requests are checked against this
 * list alone, which keeps the functions that read them small.
 */
export const weightedTypes = [
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::VpcLattice::Listener',
  'AWS::VpcLattice::Rule',
  'AWS::Lambda::Alias',
  'AWS::ApiGateway::Stage',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::GlobalAccelerator::EndpointGroup',
  'AWS::CloudFront::ContinuousDeploymentPolicy',
  'AWS::Route53::RecordSetGroup',
  'AWS::ECS::Service',
] as const;
export type WeightedType = (typeof weightedTypes)[number];

/** Returns why a type has no traffic weight, or undefined if it has one. */
export function whyNoWeight(type: string): string | undefined {
  if (weightedTypes.some((one) => one === type)) return undefined;
  return `${type} has no traffic weight; expected a type that has one: ${weightedTypes.join(', ')}`;
}
