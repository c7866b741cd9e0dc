import { describe, expect, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { planChange } from '../../lib/planner/index.ts';
import { lookup, normalized } from '../request/normalize-text.ts';

const subnet = 'subnet-0a1b2c3d4e5f60711';
const fleet = (policy: string, more = '', image = 'ami-1', network = subnet) => `Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: { LaunchTemplateData: { ImageId: ${image} } }
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    UpdatePolicy: ${policy}
    Properties:
      MinSize: '1'
      MaxSize: '3'${more}
      VPCZoneIdentifier: [${network}]
      LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber }
`;

/** Returns the assets after a request. */
function made({ scope, account, region, resources }: DesiredState): Asset[] {
  return resources.map(
    (resource): Asset => ({
      ...resource,
      id: `asset-${resource.logicalId}`,
      scope,
      account,
      region,
      environment: 'dev',
      service: 'shop',
      owner: 'commerce',
      status: 'Active',
      version: 1,
      identifier: resource.logicalId,
      desired: resource.properties,
      applied: resource.properties,
      attributes: resource.properties,
      dependsOnAssets: [],
      runId: 'run',
      changeId: 'change',
      provider: 'aws',
      requestId: 'before',
      updatedAt: '2026-01-01T00:00:00Z',
    }),
  );
}

/** Returns codes and paths of the problems in changing from one text to the other. Empty if there is a plan. */
function refusals(before: string, after: string): string[] {
  try {
    planChange({ requestId: 'r', desired: normalized(after), assets: made(normalized(before)), lookup });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(({ path, code, message }) => `${code} ${path} ${message}`);
  }
}

const rolling =
  '{ AutoScalingRollingUpdate: { MinInstancesInService: 1, MaxBatchSize: 1, PauseTime: PT5M } }';
const replacing = '{ AutoScalingReplacingUpdate: { WillReplace: true } }';
const template = (policy: string) => [fleet(policy), fleet(policy, '', 'ami-2')] as const;

const refused: [string, readonly [string, string], RegExp][] = [
  ['another launch template, rolled', template(rolling), /roll its instances.*start-instance-refresh/],
  ['another launch template, replaced', template(replacing), /replace the group/],
  [
    'replaced by a text',
    template('{ AutoScalingReplacingUpdate: { WillReplace: "true" } }'),
    /replace the group/,
  ],
  [
    'both',
    template('{ AutoScalingReplacingUpdate: { WillReplace: true }, AutoScalingRollingUpdate: {} }'),
    /replace the group/,
  ],
  ['rolled with the defaults', template('{ AutoScalingRollingUpdate: {} }'), /roll its instances/],
  [
    'other subnets',
    [fleet(rolling), fleet(rolling, '', 'ami-1', 'subnet-2')],
    /VPCZoneIdentifier of Fleet changes/,
  ],
  ['a policy added with the change', [fleet('{}'), fleet(rolling, '', 'ami-2')], /roll its instances/],
  [
    'a policy by a condition',
    template('!If [Yes, { AutoScalingRollingUpdate: {} }, !Ref AWS::NoValue]').map(
      (text) => `Conditions: { Yes: !Equals [a, a] }\n${text}`,
    ) as unknown as readonly [string, string],
    /roll its instances/,
  ],
];

const planned: [string, readonly [string, string]][] = [
  ['nothing changes', [fleet(rolling), fleet(rolling)]],
  ['a size changes', [fleet(rolling), fleet(rolling, '\n      DesiredCapacity: "2"')]],
  ['no policy', template('{}')],
  ['a policy that does nothing', template('{ AutoScalingReplacingUpdate: { WillReplace: false } }')],
  [
    'a policy of schedules',
    template('{ AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } }'),
  ],
  ['the policy is removed', [fleet(rolling), fleet('{}', '', 'ami-2')]],
];

describe('an update policy that only a CloudFormation stack supports', () => {
  test.each(refused)('rejects the update: %s', (_what, [before, after], message) => {
    const found = refusals(before, after);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^NeedsStack Resources\.Fleet\.UpdatePolicy /);
    expect(found[0]).toMatch(message);
  });

  test.each(planned)('allows the update: %s', (_what, [before, after]) => {
    expect(refusals(before, after)).toEqual([]);
  });

  test('allows the creation of the group', () => {
    const desired = normalized(fleet(rolling));
    expect(planChange({ requestId: 'r', desired, assets: [], lookup }).steps.map(({ id }) => id)).toEqual([
      'create:Template',
      'create:Fleet',
    ]);
  });
});
