import { expect, test } from 'vitest';
import { readTrafficPolicy, shiftSteps, type TrafficPolicy } from '../../lib/model/traffic-policy.ts';
import { manifestJsonSchema } from '../../lib/request/index.ts';
import { normalized, problemsIn } from './normalize-text.ts';

function request(traffic: unknown, type = 'AWS::ECS::Service'): string {
  const alarm = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, MetricName: 'Errors' };
  return JSON.stringify({
    Resources: {
      Shifted: { Type: type, Properties: {}, Baton: { traffic } },
      Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: alarm },
    },
  });
}

/** The problems of a policy as `path: message`, with the path inside the policy. */
function problemsOf(traffic: unknown, type?: string): string[] {
  return problemsIn(request(traffic, type)).map(({ path, message }) =>
    `${path.replace(/^Resources\.Shifted\.Baton\.traffic\.?/, '')}: ${message}`.replace(/^: /, ''),
  );
}

const whole = {
  strategy: 'canary',
  steps: [
    { weight: 5, bake: '10m' },
    { weight: 25, bake: '10m' },
  ],
  alarms: [{ Ref: 'Errors' }],
  metrics: [
    { kind: 'threshold', metric: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', above: 10 },
    { kind: 'compare', metric: 'TargetResponseTime', statistic: 'p99', worse: 'higher' },
    { kind: 'condition', metric: 'Errors', failure: 'result > 0.05', failures: 1 },
    { kind: 'verdict', function: 'judge' },
  ],
  minimumSamples: 50,
};

test('a complete policy is accepted, and stays as written for the capsule', () => {
  const { resources } = normalized(request(whole));
  const shifted = resources.find(({ logicalId }) => logicalId === 'Shifted');
  expect(shifted?.baton).toEqual({ traffic: whole });
  expect(shifted?.dependsOn).toEqual([]);
});

const strategies = /expected a strategy: all-at-once; blue-green; canary-PERCENT-TIME, such as canary-10-5m;/;
const refused: [string, object, RegExp[]][] = [
  [
    'an unknown strategy',
    { strategy: 'rolling' },
    [new RegExp(`^strategy: ${strategies.source}.*got "rolling"`)],
  ],
  ['a percentage of 0', { strategy: 'canary-0-5m' }, [/^strategy: .*got "canary-0-5m"/]],
  ['a percentage above 100', { strategy: 'linear-101-5m' }, [/^strategy: .*got "linear-101-5m"/]],
  ['no strategy', {}, [/^strategy: expected a strategy, got nothing/]],
  ['steps that are missing', { strategy: 'canary' }, [/^steps: expected steps, such as .* canary-10-5m$/]],
  [
    'steps beside a strategy that says them',
    { strategy: 'linear-10-1m', steps: [{ weight: 5, bake: '1m' }] },
    [/^steps: expected no steps, because the strategy "linear-10-1m" says them/],
  ],
  [
    'all problems at once',
    {
      ...{ strategy: 'custom', bakes: '5m', minimumSamples: 0, interval: 'soon' },
      steps: [{ weight: 120, bake: '5m' }, { weight: 20 }],
      metrics: [
        { kind: 'threshold', metric: 'x' },
        { kind: 'compare', metric: 'x', worse: 'bad', effect: 0.2 },
      ],
    },
    [
      /^a traffic policy has no "bakes"; expected strategy, steps, .* did you mean "bake"\?/,
      /^steps\.0\.weight: expected a weight of at most 100 percent, got 120/,
      /^steps\.1\.weight: expected more than the step before \(120\), got 20/,
      /^steps\.1\.bake: expected a bake time, such as 10m: a step without one is never analyzed/,
      /^metrics\.0: expected above, below or both/,
      /^metrics\.1\.worse: expected higher or lower, got "bad"/,
      /^metrics\.1\.effect: expected an effect from 0.5 to 1, got 0.2/,
      /^minimumSamples: expected a whole number from 1 to 1000000000, got 0/,
      /^interval: expected a time such as 90s, 5m or 1h, at most 24h, got "soon"/,
    ],
  ],
  [
    'more tolerance than finds a bad side by the third interval',
    { ...whole, metrics: [{ kind: 'verdict', function: 'judge', failures: 3 }] },
    [/^metrics\.0\.failures: expected a whole number from 0 to 2, got 3/],
  ],
  ...[
    'arn:aws:lambda:us-east-1:222222222222:function:judge',
    '222222222222:function:judge',
    'judge:live',
    'judge:$LATEST',
    '../functions/judge',
    'judge?Qualifier=1',
    { Ref: 'Errors' },
    '',
  ].map((name): [string, object, RegExp[]] => [
    `anything but the name of a function: ${JSON.stringify(name)}`,
    { ...whole, metrics: [{ kind: 'verdict', function: name }] },
    [
      /^metrics\.0\.function: expected the name of a function as in the settings, without ARN, version, alias/,
    ],
  ]),
  [
    'an unknown kind',
    { ...whole, metrics: [{ kind: 'trend' }] },
    [/^metrics\.0.*: expected a metric of kind threshold, compare, condition or verdict/],
  ],
  [
    'alarms that nobody has time for',
    { strategy: 'all-at-once', alarms: ['errors'] },
    [/^bake: expected a bake time, such as 10m: "all-at-once" leaves no time for alarms and metrics/],
  ],
  ['two decimals', { strategy: 'custom', steps: [{ weight: 0.25, bake: '1m' }] }, [/one decimal, got 0.25/]],
];

test.each(refused)('refuses %s', (_name, traffic, messages) => {
  const found = problemsOf(traffic);
  for (const message of messages) expect(found).toContainEqual(expect.stringMatching(message));
  expect(found).toHaveLength(messages.length);
});

test('refuses a type without traffic weights, in addition to the problems of the policy', () => {
  expect(problemsOf({ strategy: 'canary' }, 'AWS::SQS::Queue')).toEqual([
    expect.stringMatching(/^AWS::SQS::Queue has no traffic weight; expected a type that has one/),
    expect.stringMatching(/^steps: expected steps/),
  ]);
});

test('the JSON Schema for editors has the policy', () => {
  expect(JSON.stringify(manifestJsonSchema())).toContain('minimumSamples');
});

const policy = (declared: object): TrafficPolicy => {
  const read = readTrafficPolicy(declared);
  if ('policy' in read) return read.policy;
  throw new Error(JSON.stringify(read.problems));
};
const stepsOf = (declared: object) =>
  shiftSteps(policy(declared)).map(({ weight, bakeSeconds }) => [weight, bakeSeconds]);

/** Strategies as pairs of percent and seconds. */
const sequences: [string, object, [number, number][]][] = [
  ['all at once', { strategy: 'all-at-once' }, [[100, 0]]],
  ['blue/green', { strategy: 'blue-green' }, [[100, 600]]],
  ['blue/green with its own bake', { strategy: 'blue-green', bake: '1h' }, [[100, 3600]]],
  [
    'a canary by its name',
    { strategy: 'canary-10-5m', bake: '2m' },
    [
      [10, 300],
      [100, 120],
    ],
  ],
  [
    'a linear shift whose last step would be 120 %: exactly 100',
    { strategy: 'linear-40-1m' },
    [
      [40, 60],
      [80, 60],
      [100, 0],
    ],
  ],
  [
    'a linear shift that divides',
    { strategy: 'linear-50-30s' },
    [
      [50, 30],
      [100, 0],
    ],
  ],
  ['one step of everything', { strategy: 'linear-100-5m' }, [[100, 0]]],
  [
    'steps of a canary, to which all traffic is added',
    { ...whole, alarms: ['errors'] },
    [
      [5, 600],
      [25, 600],
      [100, 0],
    ],
  ],
  [
    'custom steps that end at 100 already',
    {
      strategy: 'custom',
      steps: [
        { weight: 0.5, bake: '1m' },
        { weight: 100, bake: '9m' },
      ],
    },
    [
      [0.5, 60],
      [100, 540],
    ],
  ],
];

test.each(sequences)('%s', (_name, declared, expected) => {
  expect(stepsOf(declared)).toEqual(expected);
});

test('steps above 100 % count as 100, and what follows them is left out', () => {
  const steps = [{ weight: 60, bake: '1m' }, { weight: 140, bake: '2m' }, { weight: 200 }];
  expect(shiftSteps({ strategy: 'custom', steps })).toEqual([
    { weight: 60, bakeSeconds: 60 },
    { weight: 100, bakeSeconds: 120 },
  ]);
});

test('every linear strategy rises in equal steps to exactly 100 %', () => {
  for (let tenths = 1; tenths <= 1000; tenths++) {
    const weights = stepsOf({ strategy: `linear-${tenths / 10}-1m` }).map(([weight = 0]) => weight);
    expect(weights.at(-1)).toBe(100);
    expect(weights.every((weight, index) => index === 0 || weight > (weights[index - 1] ?? 0))).toBe(true);
    expect(weights).toHaveLength(Math.ceil(1000 / tenths));
  }
});
