import { isObject, type JsonObject } from '../json.ts';
import {
  byUpdate,
  checkedPercent,
  entriesOf,
  exact,
  heldEntries,
  partsOf,
  refuse,
  shareIn,
  sidesIn,
  type WeightedList,
  type WeightTrait,
  weightedEntries,
} from './trait.ts';

/** Endpoints have 128 by default (AWS Global Accelerator API Reference, EndpointConfiguration). */
const endpoints: WeightedList = { name: 'EndpointId', weight: 'Weight', absent: 128, zero: true };
const records: WeightedList = { name: 'SetIdentifier', weight: 'Weight', absent: 0, zero: true };
/** Resolvers keep an answer for its TTL, in seconds. */
const longestTtl = 300;

/** CloudFront allows at most 15 % for a staging distribution (Amazon CloudFront Developer Guide). */
const stagingMost = 15;

function trafficConfig(properties: JsonObject): JsonObject | undefined {
  const { ContinuousDeploymentPolicyConfig: policy } = properties;
  return isObject(policy) && isObject(policy.TrafficConfig) ? policy.TrafficConfig : undefined;
}

/** Weights outside of a Region. */
export const edgeWeights: readonly WeightTrait[] = [
  {
    type: 'AWS::GlobalAccelerator::EndpointGroup',
    path: 'EndpointConfigurations.*.Weight',
    alsoSets: [],
    holds: ['EndpointConfigurations'],
    unit: 'parts',
    least: 0,
    most: 255,
    shares: 'a weight divided by the sum of all, of the traffic that TrafficDialPercentage lets in',
    moved: byUpdate,
    readBack: 'the properties; globalaccelerator:DescribeEndpointGroup for the health of endpoints',
    drain: { seconds: 340, source: 'a TCP connection stays with its endpoint until it is idle for 340 s' },
    write: (properties, sides, percent) => {
      const found = entriesOf(properties.EndpointConfigurations);
      const set = weightedEntries(found, endpoints, sides, partsOf(percent, 255));
      return { set: { EndpointConfigurations: set }, remove: [] };
    },
    read: (properties, sides) => shareIn(entriesOf(properties.EndpointConfigurations), endpoints, sides),
    sides: (properties) => sidesIn(entriesOf(properties.EndpointConfigurations), endpoints),
    hold: (written, standing) => {
      const [said, inForce] = [written, standing].map((one) => entriesOf(one.EndpointConfigurations));
      return {
        set: { EndpointConfigurations: heldEntries(said ?? [], inForce ?? [], endpoints) },
        remove: [],
      };
    },
  },
  {
    type: 'AWS::CloudFront::ContinuousDeploymentPolicy',
    path: 'ContinuousDeploymentPolicyConfig.TrafficConfig.SingleWeightConfig.Weight',
    alsoSets: [],
    holds: [],
    unit: 'fraction',
    least: 0,
    most: stagingMost / 100,
    shares: 'the fraction of the staging distribution; the rest goes to the primary one',
    moved: byUpdate,
    readBack: 'the properties; cloudfront:GetDistribution until its status is Deployed',
    drain: { seconds: 300, source: 'a session stays with its distribution for 300 s at least' },
    write: (properties, _sides, percent) => {
      checkedPercent(percent, stagingMost);
      const config = trafficConfig(properties);
      if (!isObject(config?.SingleWeightConfig))
        refuse('the policy sends traffic by header; expected TrafficConfig.SingleWeightConfig');
      const policy = properties.ContinuousDeploymentPolicyConfig as JsonObject;
      const weights = { ...(config?.SingleWeightConfig as JsonObject), Weight: exact(percent / 100) };
      const TrafficConfig = { ...config, SingleWeightConfig: weights };
      return { set: { ContinuousDeploymentPolicyConfig: { ...policy, TrafficConfig } }, remove: [] };
    },
    read: (properties) => {
      const weights = trafficConfig(properties)?.SingleWeightConfig;
      return isObject(weights) ? exact(Number(weights.Weight) * 100) : undefined;
    },
  },
  {
    // All records of a name and type, which Route 53 changes in one batch.
    type: 'AWS::Route53::RecordSetGroup',
    path: 'RecordSets.*.Weight',
    alsoSets: [],
    holds: ['RecordSets'],
    unit: 'parts',
    least: 0,
    most: 255,
    shares: 'a weight divided by the sum of all records of the name and type; resolvers cache answers',
    moved: byUpdate,
    readBack: 'route53:GetChange until INSYNC, then route53:ListResourceRecordSets',
    drain: { seconds: longestTtl, source: "the records' TTL, 300 s in the console by default" },
    write: (properties, sides, percent) => {
      const found = entriesOf(properties.RecordSets);
      const names = found.map(({ SetIdentifier: name }) => name);
      for (const side of [sides.stable, sides.target])
        if (!names.includes(side)) refuse(`there is no record with the set identifier ${side}`);
      const slow = found.find(({ TTL: ttl }) => Number(ttl ?? 0) > longestTtl);
      if (slow !== undefined)
        refuse(
          `resolvers keep ${slow.SetIdentifier} for ${slow.TTL} s, and the losing side drains for ${longestTtl} s; expected a lower TTL`,
        );
      const set = weightedEntries(found, records, sides, partsOf(percent, 255));
      return { set: { RecordSets: set }, remove: [] };
    },
    read: (properties, sides) => shareIn(entriesOf(properties.RecordSets), records, sides),
    sides: (properties) => sidesIn(entriesOf(properties.RecordSets), records),
    hold: (written, standing) => {
      const [said, inForce] = [written, standing].map((one) => entriesOf(one.RecordSets));
      return { set: { RecordSets: heldEntries(said ?? [], inForce ?? [], records) }, remove: [] };
    },
  },
  {
    // The service moves the traffic itself, by its deployment configuration; Baton watches and answers its hooks.
    type: 'AWS::ECS::Service',
    path: 'DeploymentConfiguration.CanaryConfiguration.CanaryPercent',
    alsoSets: ['DeploymentConfiguration.LinearConfiguration.StepPercent', 'DeploymentConfiguration.Strategy'],
    holds: [],
    unit: 'percent',
    least: 0.1,
    most: 100,
    shares: 'the percentage of the new service revision in the current step',
    moved: { by: 'service' },
    readBack: 'ecs:DescribeServiceDeployments',
    drain: { seconds: 300, source: "the target group's deregistration delay, 300 s by default" },
  },
];
