/** Metrics in log lines. Source: CloudWatch User Guide, "Specification: Embedded metric format". */
import { describe, expect, test } from 'vitest';
import { metricsInLine } from '../../../lib/local/cloudwatch/emf.ts';
import { logLine } from '../../../lib/runtime/log-line.ts';

const found = (line: string | object) =>
  metricsInLine(typeof line === 'string' ? line : JSON.stringify(line), 5000).map(({ id, sample }) => [
    `${id.namespace} ${id.name} ${JSON.stringify(id.dimensions)}`,
    sample.aggregate.sum,
  ]);
const directive = (more: object = {}) => ({
  _aws: {
    CloudWatchMetrics: [{ Namespace: 'App', Dimensions: [['of']], Metrics: [{ Name: 'time' }], ...more }],
  },
});

describe('a line is an ordinary one', () => {
  test.each<[string, string | object]>([
    ['of text', 'START RequestId: 1'],
    ['of broken JSON', '{"_aws": {'],
    ['of JSON without metrics', { message: '"_aws"' }],
    ['whose dimension has no field', { ...directive(), time: 1 }],
    ['whose metric has no field', { ...directive(), of: 'a' }],
    ['whose metric is a text', { ...directive(), of: 'a', time: '1' }],
    ['with more than 100 values', { ...directive(), of: 'a', time: Array.from({ length: 101 }, () => 1) }],
    ['without a set of dimensions', { ...directive({ Dimensions: [] }), of: 'a', time: 1 }],
    ['without a namespace', { ...directive({ Namespace: '' }), of: 'a', time: 1 }],
  ])('%s', (_what, line) => {
    expect(found(line)).toEqual([]);
  });
});

test('each set of dimensions has the metric, and a list has several values', () => {
  const line = { ...directive({ Dimensions: [[], ['of'], ['of', 'in']] }), of: 'a', in: 'b', time: [1, 2] };
  expect(found(line)).toEqual([
    ['App time {}', 3],
    ['App time {"of":"a"}', 3],
    ['App time {"of":"a","in":"b"}', 3],
  ]);
});

test('what functions of the stack log', () => {
  const line = logLine({
    ...{
      function: 'pump',
      awsRequestId: '1',
      coldStart: false,
      endedMillis: 1,
      durationMillis: 12,
      event: {},
    },
    counts: { PumpLag: 7 },
  });
  expect(found(line)).toEqual([
    ['Baton PumpLag {}', 7],
    ['Baton Duration {"function":"pump"}', 12],
    ['Baton Errors {}', 0],
    ['Baton AccessDenied {}', 0],
  ]);
});
