import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { weightedTypes } from '../../lib/model/weighted-types.ts';
import { findWeight, type WeightTrait, weights, withChange } from '../../lib/model/weights/index.ts';
import { providerOf } from '../../lib/providers/registry.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { propertyAt } from './property-at.ts';

const lookup = typeLookup(ensureTypes());

const sides = { stable: 'blue', target: 'green' };
const tags = [{ Key: 'team', Value: 'a' }];
const forward = (groups: JsonObject[]) => ({
  Type: 'forward',
  Order: 2,
  ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: true } },
});
const login = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { ClientId: 'c' } };
const blue = { TargetGroupArn: 'blue', Weight: 1 };
const staging = { Enabled: true, StagingDistributionDnsNames: ['s.example'] };

/** Properties of each type before a shift, with all traffic on `blue`. */
const before: Record<string, JsonObject> = {
  'AWS::ElasticLoadBalancingV2::Listener': { Tags: tags, DefaultActions: [login, forward([blue])] },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    Priority: 1,
    Actions: [{ Type: 'forward', TargetGroupArn: 'blue' }],
  },
  'AWS::VpcLattice::Listener': {
    Tags: tags,
    DefaultAction: { Forward: { TargetGroups: [{ TargetGroupIdentifier: 'blue' }] } },
  },
  'AWS::VpcLattice::Rule': {
    Priority: 1,
    Action: { Forward: { TargetGroups: [{ TargetGroupIdentifier: 'blue', Weight: 1 }] } },
  },
  'AWS::Lambda::Alias': { Name: 'live', FunctionVersion: 'blue' },
  'AWS::ApiGateway::Stage': {
    DeploymentId: 'blue',
    Variables: { a: '1' },
    CanarySetting: { UseStageCache: true, DeploymentId: 'green', StageVariableOverrides: { a: '2' } },
  },
  'AWS::StepFunctions::StateMachineAlias': {
    Name: 'live',
    RoutingConfiguration: [{ StateMachineVersionArn: 'blue', Weight: 100 }],
  },
  'AWS::GlobalAccelerator::EndpointGroup': {
    TrafficDialPercentage: 50,
    EndpointConfigurations: [
      { EndpointId: 'blue', ClientIPPreservationEnabled: true },
      { EndpointId: 'green', Weight: 0 },
      { EndpointId: 'spare', Weight: 0 },
    ],
  },
  'AWS::CloudFront::ContinuousDeploymentPolicy': {
    ContinuousDeploymentPolicyConfig: {
      ...staging,
      TrafficConfig: { Type: 'SingleWeight', SingleWeightConfig: { Weight: 0, SessionStickinessConfig: {} } },
    },
  },
  'AWS::Route53::RecordSetGroup': {
    HostedZoneId: 'Z1',
    RecordSets: [
      { Name: 'a.example.com', Type: 'A', SetIdentifier: 'blue', Weight: 10, TTL: '60' },
      { Name: 'a.example.com', Type: 'A', SetIdentifier: 'green', Weight: 0, TTL: '60' },
    ],
  },
};

type Writing = WeightTrait & Required<Pick<WeightTrait, 'write' | 'read'>>;
const written = weights.filter((trait): trait is Writing => trait.write !== undefined);

describe.each(weights.map((trait) => [trait.type, trait] as const))('%s', (type, trait) => {
  const spec = lookup(type);

  test('is moved by an update only if a provider updates the type', () => {
    const carried = spec?.provisionable === true || providerOf(type) !== 'cloud-control';
    if (trait.moved.by === 'update') expect(carried && spec?.updatable).toBe(true);
  });

  test.each([trait.path, ...trait.alsoSets])('%s can be changed in place', (path) => {
    const found = spec && propertyAt(spec, path);
    expect(found?.replacement).toBe('no');
    if (path !== trait.path) return;
    expect(['integer', 'number']).toContain(found?.types[0]?.kind);
    if (trait.unit === 'parts') expect(found?.types[0]?.kind).toBe('integer');
  });
});

describe.each(written.map((trait) => [trait.type, trait] as const))(
  '%s',
  (type, { write, read, most, unit }) => {
    const properties = before[type] ?? {};
    const highest = type === 'AWS::CloudFront::ContinuousDeploymentPolicy' ? 15 : 100;
    const steps = [0, 5, 25, 50, 100].filter((percent) => percent <= highest);

    test.each(steps)('reads back the %d percent that it writes', (percent) => {
      const copy = structuredClone(properties);
      const after = withChange(properties, write(properties, sides, percent));
      expect(read(after, sides)).toBe(percent);
      expect(properties).toEqual(copy);
    });

    test('goes from any weight to any other, and leaves everything else as it was', () => {
      const there = withChange(properties, write(properties, sides, steps.at(-2) ?? 0));
      const back = withChange(there, write(there, sides, 0));
      expect(read(back, sides)).toBe(0);
      const mentioned = [...Object.keys(back), ...Object.keys(properties)];
      const own = new Set(['DefaultActions', 'Actions', 'DefaultAction', 'Action', 'RoutingConfig']);
      for (const key of mentioned.filter((name) => !own.has(name) && typeof properties[name] !== 'object'))
        expect(back[key]).toEqual(properties[key]);
    });

    test('refuses an invalid percentage, and equal sides', () => {
      expect(() => write(properties, sides, 101)).toThrow(/percent/);
      expect(() => write(properties, sides, -1)).toThrow(/percent/);
      if (type !== 'AWS::CloudFront::ContinuousDeploymentPolicy')
        expect(() => write(properties, { stable: 'blue', target: 'blue' }, 5)).toThrow(/two different/);
    });

    test('writes no weight outside of its range', () => {
      const text = JSON.stringify(withChange(properties, write(properties, sides, steps.at(-1) ?? 0)));
      for (const [, found] of text.matchAll(/Weight":([\d.]+)/g))
        if (unit !== 'percent') expect(Number(found)).toBeLessThanOrEqual(most);
    });
  },
);

/** Properties after a shift in detail, as each service expects them. */
const exactly: [string, number, JsonObject][] = [
  [
    'AWS::ElasticLoadBalancingV2::Listener',
    5,
    {
      Tags: tags,
      DefaultActions: [
        login,
        forward([
          { ...blue, Weight: 95 },
          { TargetGroupArn: 'green', Weight: 5 },
        ]),
      ],
    },
  ],
  [
    'AWS::ElasticLoadBalancingV2::ListenerRule',
    0.1,
    {
      Priority: 1,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'blue', Weight: 999 },
              { TargetGroupArn: 'green', Weight: 1 },
            ],
          },
        },
      ],
    },
  ],
  [
    'AWS::VpcLattice::Rule',
    100,
    {
      Priority: 1,
      Action: { Forward: { TargetGroups: [{ TargetGroupIdentifier: 'green', Weight: 100 }] } },
    },
  ],
  [
    'AWS::Lambda::Alias',
    10,
    {
      Name: 'live',
      FunctionVersion: 'blue',
      RoutingConfig: { AdditionalVersionWeights: [{ FunctionVersion: 'green', FunctionWeight: 0.1 }] },
    },
  ],
  [
    'AWS::Lambda::Alias',
    100,
    { Name: 'live', FunctionVersion: 'green', RoutingConfig: { AdditionalVersionWeights: [] } },
  ],
  ['AWS::ApiGateway::Stage', 100, { DeploymentId: 'green', Variables: { a: '2' } }],
  [
    'AWS::StepFunctions::StateMachineAlias',
    20,
    {
      Name: 'live',
      RoutingConfiguration: [
        { StateMachineVersionArn: 'blue', Weight: 80 },
        { StateMachineVersionArn: 'green', Weight: 20 },
      ],
    },
  ],
];

test.each(exactly)('%s at %d percent', (type, percent, expected) => {
  const trait = findWeight(type) as Writing;
  const properties = before[type] ?? {};
  expect(withChange(properties, trait.write(properties, sides, percent))).toEqual(expected);
});

const refused: [string, JsonObject, number, RegExp][] = [
  [
    'AWS::ElasticLoadBalancingV2::Listener',
    { DefaultActions: [forward([blue, { TargetGroupArn: 'red', Weight: 3 }])] },
    10,
    /red also get traffic/,
  ],
  [
    'AWS::ElasticLoadBalancingV2::Listener',
    { DefaultActions: [login] },
    10,
    /forwards to neither blue nor green/,
  ],
  [
    'AWS::VpcLattice::Rule',
    { Action: { FixedResponse: { StatusCode: 404 } } },
    10,
    /forwards to no target groups/,
  ],
  [
    'AWS::Lambda::Alias',
    { RoutingConfig: { AdditionalVersionWeights: [{ FunctionVersion: '7', FunctionWeight: 0.2 }] } },
    10,
    /version 7 also gets traffic/,
  ],
  ['AWS::StepFunctions::StateMachineAlias', { DeploymentPreference: {} }, 10, /lets AWS move the weight/],
  ['AWS::StepFunctions::StateMachineAlias', {}, 0.5, /whole percentages/],
  ['AWS::GlobalAccelerator::EndpointGroup', {}, 0.1, /no whole parts of at most 255/],
  ['AWS::CloudFront::ContinuousDeploymentPolicy', {}, 16, /expected 0 to 15 percent/],
  ['AWS::CloudFront::ContinuousDeploymentPolicy', {}, 5, /sends traffic by header/],
  ['AWS::Route53::RecordSetGroup', { RecordSets: [{ SetIdentifier: 'blue' }] }, 5, /no record .* green/],
  [
    'AWS::Route53::RecordSetGroup',
    {
      RecordSets: [
        { SetIdentifier: 'blue', TTL: '3600' },
        { SetIdentifier: 'green', TTL: '60' },
      ],
    },
    5,
    /resolvers keep blue for 3600 s/,
  ],
  [
    'AWS::Route53::RecordSetGroup',
    { RecordSets: ['blue', 'green', 'red'].map((name) => ({ SetIdentifier: name, Weight: 1, TTL: '60' })) },
    5,
    /red also get traffic/,
  ],
];

test.each(refused)('%s refuses %j at %d', (type, properties, percent, message) => {
  expect(() => (findWeight(type) as Writing).write(properties, sides, percent)).toThrow(message);
});

const zero = [
  { EndpointId: 'blue', Weight: 0 },
  { EndpointId: 'green', Weight: 0 },
];
const named = (name: string) => zero.map(({ EndpointId, Weight }) => ({ [name]: EndpointId, Weight }));
const withoutTraffic: [string, JsonObject][] = [
  ['AWS::ElasticLoadBalancingV2::ListenerRule', { Actions: [forward(named('TargetGroupArn'))] }],
  [
    'AWS::VpcLattice::Listener',
    { DefaultAction: { Forward: { TargetGroups: named('TargetGroupIdentifier') } } },
  ],
  ['AWS::GlobalAccelerator::EndpointGroup', { EndpointConfigurations: zero }],
  ['AWS::Route53::RecordSetGroup', { RecordSets: named('SetIdentifier') }],
];

test.each(withoutTraffic)('%s: a sum of 0 is no share, and is never written', (type, properties) => {
  const trait = findWeight(type) as Writing;
  expect(trait.read(properties, sides)).toBeUndefined();
  for (const percent of [0, 50, 100])
    expect(trait.read(withChange(properties, trait.write(properties, sides, percent)), sides)).toBe(percent);
});

test('every type of the list has its row, at least six of them with functions; any other has no weight', () => {
  expect(weights.map(({ type }) => type)).toEqual([...weightedTypes]);
  expect(written.length).toBeGreaterThanOrEqual(6);
  expect(findWeight('AWS::S3::Bucket')).toMatch(/^AWS::S3::Bucket has no traffic weight; expected/);
});
