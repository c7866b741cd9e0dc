import { describe, expect, test } from 'vitest';
import { batonMetric } from '../../lib/infra/metric.ts';
import { type MetricName, metricNamespace, metrics } from '../../lib/model/metrics.ts';
import { resourcesOf } from './synthesized.ts';

interface Named {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
}
type Drawn = (string | { expression?: string })[];

const namesOf = (sets: readonly (readonly string[])[]) => sets.map((set) => set.toSorted().join());
const alarms = resourcesOf('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);
const [[, dashboard] = []] = resourcesOf('AWS::CloudWatch::Dashboard');
const widgets = JSON.parse(textOf(dashboard?.DashboardBody)).widgets as {
  type: string;
  properties: { title: string; metrics?: Drawn[]; alarms?: string[] };
}[];
const drawn = widgets.flatMap(({ properties }) => properties.metrics ?? []);

/** Returns the text of a join without its references. */
function textOf(value: unknown): string {
  const [, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
}

/** Baton's metrics in alarms: name and dimensions. */
const watched = alarms
  .flatMap((alarm) => [
    alarm as unknown as Named,
    ...((alarm.Metrics ?? []) as { MetricStat?: { Metric: Named } }[]).flatMap(
      ({ MetricStat }) => MetricStat?.Metric ?? [],
    ),
  ])
  .filter(({ Namespace }) => Namespace === metricNamespace)
  .map(({ MetricName: name, Dimensions = [] }) => [name, Dimensions.map(({ Name }) => Name)] as const);

/** Baton's metrics in the dashboard: a list of namespace, name, and dimensions with their values. */
const shown = drawn
  .filter(([namespace]) => namespace === metricNamespace)
  .map((metric) => metric.filter((part) => typeof part === 'string'))
  .map(([, name = '', ...rest]) => [name, rest.filter((_, index) => index % 2 === 0)] as const);

describe('every metric in use', () => {
  for (const [name, dimensions] of [...watched, ...shown])
    test(`${name} by [${dimensions}] is in the table with these dimensions`, () => {
      expect(namesOf(metrics[name as MetricName].dimensions)).toContain(dimensions.toSorted().join());
    });

  test('is rejected at synthesis with other dimensions', () => {
    expect(() => batonMetric('PumpLag', { dimensions: { status: 'Failed' } })).toThrow(
      /PumpLag is not reported by status/,
    );
  });

  test('in a search is in the table with these dimensions', () => {
    const searches = drawn.flatMap(([metric]) =>
      typeof metric === 'object' ? [metric.expression ?? ''].filter((one) => one.includes('SEARCH')) : [],
    );
    const found = searches.map((text) => /\{Baton,([\w,]+)\} MetricName="(\w+)"/.exec(text) ?? []);
    expect(found.length).toBeGreaterThan(0);
    for (const [, dimensions = '', name = ''] of found)
      expect(namesOf(metrics[name as MetricName].dimensions)).toContain(dimensions.split(',').sort().join());
  });
});

test('every metric of the table is in use', () => {
  const searched = drawn.map((metric) => JSON.stringify(metric)).join();
  const seen = (name: string) =>
    [...watched, ...shown].some(([one]) => one === name) || searched.includes(`MetricName=\\"${name}\\"`);
  expect(Object.keys(metrics).filter((name) => !seen(name))).toEqual([]);
});

test('every important metric has a graph, and every alarm has a light', () => {
  expect(widgets.filter(({ properties }) => properties.title === '')).toEqual([]);
  expect(widgets.find(({ type }) => type === 'alarm')?.properties.alarms?.length).toBe(alarms.length);
});

describe('no alarm fires, or stays silent, only because nothing was reported', () => {
  for (const alarm of alarms)
    test(String(alarm.AlarmName), () => {
      expect(alarm).toMatchObject({
        TreatMissingData: 'notBreaching',
        EvaluationPeriods: expect.any(Number),
      });
      expect(alarm.AlarmDescription).toMatch(/^Baton: .*docs\/operations\.md$/);
    });
});
