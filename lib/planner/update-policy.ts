import type { Problem } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { changes } from '../model/operations.ts';
import type { Step } from '../model/plan.ts';
import type { DesiredResource } from '../model/request.ts';

/**
 * Properties of an Auto Scaling group whose change makes CloudFormation apply the update policy. Source: "UpdatePolicy
 * attribute", AWS CloudFormation Template Reference.
 */
const carriedOutFor: ReadonlySet<string> = new Set([
  ...[
    'LaunchConfigurationName',
    'LaunchTemplate',
    'MixedInstancesPolicy',
    'VPCZoneIdentifier',
    'PlacementGroup',
  ],
]);

/** What CloudFormation does for each policy that applies. */
const doneByStack: readonly [(policy: JsonObject) => boolean, string][] = [
  // If both are present, the replacement takes precedence.
  [replaces, 'AutoScalingReplacingUpdate has a CloudFormation stack replace the group'],
  [
    ({ AutoScalingRollingUpdate: rolling }) => rolling !== undefined,
    'AutoScalingRollingUpdate has a CloudFormation stack roll its instances',
  ],
];

function replaces({ AutoScalingReplacingUpdate: replacing }: JsonObject): boolean {
  return (
    typeof replacing === 'object' &&
    replacing !== null &&
    'WillReplace' in replacing &&
    String(replacing.WillReplace) !== 'false'
  );
}

/**
 * Returns why an update can't do what the resource's update policy promises: the instances would keep their old
 * version.
 */
export function updatePolicyProblem(
  { logicalId, updatePolicy }: DesiredResource,
  step: Step,
): Problem | undefined {
  if (updatePolicy === undefined || !changes(step)) return undefined;
  const changed = step.changes
    ?.map(({ path }) => path.split('.')[0] ?? '')
    .find((name) => carriedOutFor.has(name));
  const done = doneByStack.find(([applies]) => applies(updatePolicy))?.[1];
  if (changed === undefined || done === undefined) return undefined;
  const remedy = `remove the UpdatePolicy, and refresh the instances after the update (aws autoscaling start-instance-refresh)`;
  return {
    path: `Resources.${logicalId}.UpdatePolicy`,
    code: 'NeedsStack',
    message: `${changed} of ${logicalId} changes, and ${done}; here its instances would keep what they run: ${remedy}`,
  };
}
