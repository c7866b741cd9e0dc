import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { WeightedType } from '../weighted-types.ts';
import {
  byUpdate,
  entriesOf,
  heldEntries,
  partsOf,
  refuse,
  type Sides,
  shareIn,
  sidesIn,
  type WeightedList,
  type WeightTrait,
  weightedEntries,
} from './trait.ts';

/** Default of a target group's `deregistration_delay.timeout_seconds` (Elastic Load Balancing User Guide). */
const deregistration = { seconds: 300, source: "the target group's deregistration delay, 300 s by default" };

/** Without a weight, a target group has 1 (Elastic Load Balancing API Reference, TargetGroupTuple). */
const targetGroups: WeightedList = { name: 'TargetGroupArn', weight: 'Weight', absent: 1, zero: true };
/** VPC Lattice: 100 by default (API Reference, WeightedTargetGroup). */
const latticeGroups: WeightedList = {
  name: 'TargetGroupIdentifier',
  weight: 'Weight',
  absent: 100,
  zero: true,
};

/** Returns the target groups of a forward action, written short or in full. */
function groupsOf(action: JsonObject): JsonObject[] {
  const { ForwardConfig: config, TargetGroupArn: single } = action;
  if (isObject(config) && Array.isArray(config.TargetGroups)) return entriesOf(config.TargetGroups);
  return single === undefined ? [] : [{ TargetGroupArn: single }];
}

function isForwarding(action: JsonObject, { stable, target }: Sides): boolean {
  return groupsOf(action).some(({ TargetGroupArn: arn }) => arn === stable || arn === target);
}

function withParts(action: JsonObject, sides: Sides, percent: number): JsonObject {
  const { TargetGroupArn: _, ...rest } = action;
  const config = isObject(action.ForwardConfig) ? action.ForwardConfig : {};
  const groups = weightedEntries(groupsOf(action), targetGroups, sides, partsOf(percent, 999));
  return { ...rest, ForwardConfig: { ...config, TargetGroups: groups } };
}

function heldAction(written: JsonObject, standing: JsonObject): JsonObject {
  const said = groupsOf(written);
  const groups = heldEntries(said, groupsOf(standing), targetGroups);
  if (canonicalJson(groups) === canonicalJson(said)) return written;
  const { TargetGroupArn: _, ...rest } = written;
  const config = isObject(written.ForwardConfig) ? written.ForwardConfig : {};
  return { ...rest, ForwardConfig: { ...config, TargetGroups: groups } };
}

function listenerWeights(type: WeightedType, property: 'Actions' | 'DefaultActions'): WeightTrait {
  const actionsOf = (properties: JsonObject) => entriesOf(properties[property]);
  return {
    type,
    path: `${property}.*.ForwardConfig.TargetGroups.*.Weight`,
    alsoSets: [],
    holds: [property],
    side: {
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      called: /^arn:[\w-]+:elasticloadbalancing:/,
    },
    unit: 'parts',
    least: 0,
    most: 999,
    shares: 'a weight divided by the sum of all; healthy targets are not taken into account',
    moved: byUpdate,
    readBack: 'the properties; elasticloadbalancing:DescribeTargetHealth for the targets of both sides',
    drain: deregistration,
    write: (properties, sides, percent) => {
      const actions = actionsOf(properties);
      if (!actions.some((action) => isForwarding(action, sides)))
        refuse(`${property} forwards to neither ${sides.stable} nor ${sides.target}`);
      const changed = actions.map((action) =>
        isForwarding(action, sides) ? withParts(action, sides, percent) : action,
      );
      return { set: { [property]: changed }, remove: [] };
    },
    read: (properties, sides) => {
      const action = actionsOf(properties).find((one) => isForwarding(one, sides));
      return action && shareIn(groupsOf(action), targetGroups, sides);
    },
    sides: (properties) => sidesIn(actionsOf(properties).flatMap(groupsOf), targetGroups),
    hold: (written, standing) => {
      const forwarding = (properties: JsonObject) =>
        actionsOf(properties).filter((action) => groupsOf(action).length > 0);
      const inForce = forwarding(standing);
      const said = forwarding(written);
      const held = actionsOf(written).map((action) => {
        const before = inForce[said.indexOf(action)];
        return before === undefined ? action : heldAction(action, before);
      });
      return { set: { [property]: held }, remove: [] };
    },
  };
}

function latticeWeights(
  type: WeightedType,
  property: 'Action' | 'DefaultAction',
  form: WeightedList,
): WeightTrait {
  const groups = (action: JsonValue | undefined): JsonObject[] =>
    isObject(action) && isObject(action.Forward) ? entriesOf(action.Forward.TargetGroups) : [];
  return {
    type,
    path: `${property}.Forward.TargetGroups.*.Weight`,
    alsoSets: [],
    holds: [property],
    side: { type: 'AWS::VpcLattice::TargetGroup', called: /^(tg-|arn:[\w-]+:vpc-lattice:)/ },
    unit: 'parts',
    least: form.zero ? 0 : 1,
    most: 999,
    shares: 'a weight divided by the sum of all',
    moved: byUpdate,
    readBack: 'the properties; vpc-lattice:ListTargets for the targets of both sides',
    drain: { seconds: 300, source: 'a target of VPC Lattice drains for 5 minutes' },
    write: (properties, sides, percent) => {
      const found = groups(properties[property]);
      if (found.length === 0) refuse(`${property} forwards to no target groups`);
      const action = properties[property] as JsonObject;
      const TargetGroups = weightedEntries(found, form, sides, partsOf(percent, 999));
      const Forward = { ...(action.Forward as JsonObject), TargetGroups };
      return { set: { [property]: { ...action, Forward } }, remove: [] };
    },
    read: (properties, sides) => shareIn(groups(properties[property]), form, sides),
    sides: (properties) => sidesIn(groups(properties[property]), form),
    hold: (written, standing) => {
      const action = written[property];
      const said = groups(action);
      const held = heldEntries(said, groups(standing[property]), form);
      if (!isObject(action) || canonicalJson(held) === canonicalJson(said)) return { set: {}, remove: [] };
      const Forward = { ...(isObject(action.Forward) ? action.Forward : {}), TargetGroups: held };
      return { set: { [property]: { ...action, Forward } }, remove: [] };
    },
  };
}

export const loadBalancerWeights: readonly WeightTrait[] = [
  listenerWeights('AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions'),
  listenerWeights('AWS::ElasticLoadBalancingV2::ListenerRule', 'Actions'),
  latticeWeights('AWS::VpcLattice::Listener', 'DefaultAction', latticeGroups),
  // The schema of a rule has a least weight of 1: a side without traffic is left out.
  latticeWeights('AWS::VpcLattice::Rule', 'Action', { ...latticeGroups, zero: false }),
];
