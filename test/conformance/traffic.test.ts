import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { agrees, answer, readTrafficCases } from './traffic.ts';
import { type TrafficKind, trafficKinds } from './traffic-kinds.ts';

const shared = join(import.meta.dirname, '../../../shared/data/scaling/traffic.json');

test.skipIf(!existsSync(shared))('answers all cases from the suites of Argo Rollouts and Flagger', () => {
  const cases = readTrafficCases(shared);
  const different = cases.filter((one) => !agrees(one.expected, answer(one))).map(({ id }) => id);
  expect(different).toEqual([]);
  expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(Object.keys(trafficKinds)));
});

const result = {
  ...{ name: 'errors', phase: 'Running', count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0 },
  ...{ consecutiveError: 0, consecutiveSuccess: 0, measurements: [] },
};
const measured = (
  phase: string,
  finishedAgeSeconds: number | null,
  resumeAgeSeconds: number | null = null,
) => [{ phase, startedAgeSeconds: 300, finishedAgeSeconds, resumeAgeSeconds }];
const set = (spec: number, available = spec) => ({ spec, available });
const basic = { maxWeight: 100, maxSurge: 1, maxUnavailable: 0, trafficRouting: false };

/** One of each kind at least, with values of our own. */
const own: [TrafficKind, string, JsonObject, JsonObject][] = [
  [
    'approximateWeight',
    'uses a spare replica that comes nearer',
    { replicas: 4, weight: 20, maxWeight: 100, maxSurge: 1 },
    { canary: 1, stable: 4 },
  ],
  [
    'approximateWeight',
    'leaves no side empty between 0 and the maximum',
    { replicas: 5, weight: 999, maxWeight: 1000, maxSurge: 0 },
    { canary: 4, stable: 1 },
  ],
  ['weightToReplicas', 'rounds up', { replicas: 7, weight: 10, maxWeight: 100 }, { replicas: 1 }],
  [
    'canaryReplicas',
    'scales stable up before canary',
    { ...basic, specReplicas: 6, setWeight: 50, stable: set(1), canary: set(0) },
    { stable: 3, canary: 3 },
  ],
  [
    'canaryReplicas',
    'scales older sets down first',
    { ...basic, specReplicas: 6, setWeight: 50, stable: set(5), canary: set(1), older: set(1) },
    { stable: 5, canary: 1 },
  ],
  [
    'canaryReplicas',
    'keeps stable whole behind a router, and at least the minimum of canary',
    {
      ...{ ...basic, trafficRouting: true, specReplicas: 8, setWeight: 1, minPodsPerReplicaSet: 3 },
      ...{ stable: set(8), canary: set(0) },
    },
    { stable: 8, canary: 3 },
  ],
  [
    'dynamicStableScale',
    'keeps stable until its traffic is really less',
    {
      ...{ specReplicas: 10, maxWeight: 100, stepWeights: [50], currentStep: 0 },
      actualWeights: { canary: 10, stable: 90 },
    },
    { canary: 5, stable: 9 },
  ],
  [
    'dynamicStableScale',
    'goes back step by step after an abort',
    {
      ...{ specReplicas: 10, maxWeight: 100, stepWeights: [10, 40, 70], currentStep: 2, abort: true },
      ...{ actualWeights: { canary: 70, stable: 30 }, stable: set(3), canary: set(7) },
    },
    { canary: 7, stable: 6 },
  ],
  [
    'fenceposts',
    'one may go',
    { desired: 3, maxSurge: 0, maxUnavailable: '10%' },
    { surge: 0, unavailable: 1 },
  ],
  ['fenceposts', 'refuses a text', { desired: 3, maxSurge: 'many', maxUnavailable: 0 }, { error: true }],
  [
    'metricVerdict',
    'needs successes in sequence, or is inconclusive',
    {
      metric: { name: 'errors', count: 3, failureLimit: 2, consecutiveSuccessLimit: 2 },
      result: { ...result, count: 3, successful: 2, failed: 1, measurements: measured('Failed', 5) },
    },
    { phase: 'Inconclusive' },
  ],
  [
    'limitVerdict',
    'names the numbers',
    { metric: { name: 'errors', failureLimit: 1 }, result: { ...result, failed: 2 } },
    { phase: 'Failed', message: 'failed (2) > failureLimit (1)' },
  ],
  ['limitVerdict', 'is empty within all limits', { metric: { name: 'errors' }, result }, { phase: '' }],
  [
    'measurementVerdict',
    'is inconclusive if neither holds',
    { result: 5, successCondition: 'result < 3', failureCondition: 'result > 8' },
    { phase: 'Inconclusive' },
  ],
  [
    'measurementVerdict',
    'is an error without data',
    { result: [], successCondition: 'result[0] < 3' },
    { phase: 'Error' },
  ],
  [
    'runVerdict',
    'is the worst of those that count',
    {
      run: {
        results: [
          { ...result, phase: 'Failed', failed: 1 },
          { ...result, name: 'latency', phase: 'Failed', failed: 1, dryRun: true },
        ],
      },
      ...{ metrics: [{ name: 'errors' }, { name: 'latency' }], dryRunMetrics: ['latency'] },
    },
    { phase: 'Failed', message: 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)' },
  ],
  [
    'runVerdict',
    'runs while a metric has not been measured',
    { run: { results: [] }, metrics: [{ name: 'errors' }] },
    { phase: 'Running', message: '' },
  ],
  ['worse', 'than inconclusive is failed', { current: 'Inconclusive', new: 'Failed' }, { worse: true }],
  ['worst', 'of all', { phases: ['Successful', 'Error', 'Inconclusive'] }, { phase: 'Error' }],
  [
    'measurementsDue',
    'those whose interval is over',
    {
      run: {
        results: [
          { ...result, measurements: measured('Successful', 61) },
          { ...result, name: 'latency', measurements: measured('Successful', 59) },
        ],
      },
      metrics: [
        { name: 'errors', interval: '1m' },
        { name: 'latency', interval: '1m' },
      ],
    },
    { count: 1 },
  ],
  [
    'measurementsDue',
    'only what is in flight when it is ending',
    {
      run: { terminate: true, results: [{ ...result, measurements: measured('Running', null, 5) }] },
      metrics: [{ name: 'errors', interval: '1m' }, { name: 'latency' }],
    },
    { count: 1 },
  ],
  [
    'nextMeasurement',
    'soon after an error',
    {
      run: { results: [{ ...result, measurements: measured('Error', 4) }] },
      metrics: [{ name: 'errors', interval: '1h' }],
    },
    { inSeconds: 6 },
  ],
  ['condition', 'can guard', { result: null, condition: 'default(result, 0) < 1' }, { value: true }],
  [
    'shiftSequence',
    'goes back after failed checks',
    { strategy: 'canary', analysis: { stepWeight: 30, threshold: 2 }, metricsPass: false },
    {
      ticks: [
        { canary: 0, phase: 'Progressing' },
        { canary: 30, phase: 'Progressing' },
        { canary: 30, phase: 'Progressing' },
        { canary: 30, phase: 'Progressing' },
        { canary: 0, primary: 100, phase: 'Failed' },
      ],
    },
  ],
  [
    'shiftSequence',
    'never exceeds 100 % in the last step',
    { strategy: 'canary', analysis: { stepWeight: 40 }, metricsPass: true },
    {
      prefix: true,
      ticks: [
        { canary: 0 },
        { canary: 40 },
        { canary: 80 },
        { primary: 0, canary: 100 },
        { phase: 'Promoting' },
      ],
    },
  ],
  [
    'shiftSequence',
    'tests A against B',
    { strategy: 'abTest', analysis: { iterations: 1 }, metricsPass: true },
    { prefix: true, ticks: [{ canary: 0 }, { canary: 100 }, { phase: 'Promoting' }] },
  ],
  [
    'readiness',
    'gives up after the deadline',
    {
      ...{ readyThresholdPercent: 50, deadlineSeconds: 60 },
      status: { updated: 4, replicas: 4, available: 1, unavailableSeconds: 61 },
    },
    { ready: false, retryable: false },
  ],
  [
    'readiness',
    'needs only the share that is asked for',
    { readyThresholdPercent: 50, deadlineSeconds: 60, status: { updated: 4, replicas: 4, available: 2 } },
    { ready: true },
  ],
  [
    'progressThreshold',
    'a third of three',
    { desired: 3, available: 1, threshold: { type: 'Percentage', value: 33 } },
    { met: true },
  ],
  [
    'rollbackSafety',
    'goes back to the proven primary before the promotion',
    { state: { phase: 'Progressing', primary: 80, canary: 20 }, primaryReady: true, canaryReady: false },
    { phase: 'Failed', primary: 100, canary: 0, canaryScaledToZero: true },
  ],
  [
    'rollbackSafety',
    'moves nothing if neither side is ready',
    { state: { phase: 'Promoting', primary: 50, canary: 50 }, primaryReady: false, canaryReady: false },
    { phase: 'Failed', primary: 50, canary: 50, canaryScaledToZero: false },
  ],
];

test.each(own)('%s: %s', (kind, _title, input, expected) => {
  const got = answer({ id: kind, kind, input, expected });
  expect(agrees(expected, got), JSON.stringify(got)).toBe(true);
});

test('own cases cover every kind', () => {
  expect(new Set(own.map(([kind]) => kind))).toEqual(new Set(Object.keys(trafficKinds)));
});
