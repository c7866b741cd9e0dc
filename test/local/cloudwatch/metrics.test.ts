/** The metrics of CloudWatch as SDK clients see them, in each protocol that CloudWatch speaks. */
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePolicyDocument } from '../../../lib/local/iam/policy-document.ts';
import type { World } from '../../../lib/local/world.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  world = await smallWorld();
  cloudwatch = new CloudWatchClient(clientSettings(world));
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const at = (minutes: number) => new Date(start + minutes * minute);
let namespaces = 0;
const newNamespace = () => `Test${++namespaces}`;

function put(Namespace: string, ...data: Partial<MetricDatum>[]) {
  const MetricData = data.map((datum) => ({ MetricName: 'Load', ...datum }));
  return cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

const load = (Namespace: string, Stat: string, Period = 60, more: object = {}) => ({
  Metric: { Namespace, MetricName: 'Load', ...more },
  ...{ Period, Stat },
});

function read(MetricDataQueries: object[], more: object = {}) {
  return cloudwatch.send(
    new GetMetricDataCommand({
      ...{ StartTime: at(0), EndTime: at(10), ScanBy: 'TimestampAscending', ...more },
      MetricDataQueries: MetricDataQueries as never,
    }),
  );
}

/** The values of the first result of one statistic. */
async function values(namespace: string, stat: string, period = 60, more: object = {}) {
  const { MetricDataResults } = await read([{ Id: 'm1', MetricStat: load(namespace, stat, period, more) }]);
  return MetricDataResults?.[0]?.Values;
}

describe('PutMetricData refuses', () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ Value: 1 }));
  const dimensions = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ Name: `d${n}`, Value: 'v' }));
  test.each<[string, string, Partial<MetricDatum>[], RegExp]>([
    ['a namespace of AWS', 'AWS/ECS', [{ Value: 1 }], /AWS\/ECS for parameter Namespace is invalid/],
    ['no data', 'N', [], /MetricData is required/],
    ['more than 1,000 metrics', 'N', many(1001), /size greater than 1000/],
    ['more than 150 values', 'N', [{ Values: Array.from({ length: 151 }, () => 1) }], /between 1 and 150/],
    ['counts of another length', 'N', [{ Values: [1, 2], Counts: [1] }], /same size/],
    ['more than 30 dimensions', 'N', [{ Value: 1, Dimensions: dimensions(31) }], /at most 30 dimensions/],
    [
      'a dimension twice',
      'N',
      [{ Value: 1, Dimensions: [...dimensions(1), ...dimensions(1)] }],
      /given twice/,
    ],
    ['no value', 'N', [{}], /MetricData.member.1.Value is required/],
    ['a value and a set', 'N', [{ Value: 1, Values: [1] }], /mutually exclusive/],
    ['NaN', 'N', [{ Value: Number.NaN }], /The value NaN/],
    ['too large a value', 'N', [{ Value: 2 ** 361 }], /is invalid/],
    ['data of three weeks ago', 'N', [{ Value: 1, Timestamp: at(-21 * 1440) }], /two weeks before/],
    ['data of tomorrow', 'N', [{ Value: 1, Timestamp: at(1440) }], /two hours after/],
    ['an unknown unit', 'N', [{ Value: 1, Unit: 'Furlongs' as never }], /Furlongs/],
    ['a resolution of 5 seconds', 'N', [{ Value: 1, StorageResolution: 5 }], /StorageResolution/],
  ])('%s', async (_what, namespace, data, message) => {
    await expect(put(namespace, ...data)).rejects.toThrow(message);
  });

  test('with the code of the Query protocol in addition to the name, as AWS does', async () => {
    await expect(put('AWS/ECS', { Value: 1 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      Code: 'InvalidParameterValue',
    });
  });

  test('without the permission, for any other namespace than the allowed one', async () => {
    const allowed = {
      ...{ Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' },
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Mine' } },
    };
    const policies = [parsePolicyDocument({ Version: '2012-10-17', Statement: [allowed] })];
    const mine = new CloudWatchClient(clientSettings(world, world.as({ user: 'reporter', policies })));
    const send = (Namespace: string) =>
      mine.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'Load', Value: 1 }] }));
    await expect(send('Yours')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await send('Mine');
    await expect(mine.send(new ListMetricsCommand())).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('GetMetricData refuses', () => {
  const query = { Id: 'm1', MetricStat: load('N', 'Sum') };
  test.each<[string, object[], object, RegExp]>([
    [
      '501 queries',
      Array.from({ length: 501 }, (_, n) => ({ ...query, Id: `m${n}` })),
      {},
      /greater than 500/,
    ],
    ['no query', [], {}, /MetricDataQueries is required/],
    ['an id twice', [query, query], {}, /not unique: m1/],
    ['an id that begins with a capital', [{ ...query, Id: 'M1' }], {}, /begin with a lowercase letter/],
    ['neither metric nor expression', [{ Id: 'm1' }], {}, /either MetricStat or Expression/],
    [
      'an unknown statistic',
      [{ Id: 'm1', MetricStat: load('N', 'tm90') }],
      {},
      /does not know the statistic tm90/,
    ],
    ['a period of 7 seconds', [{ Id: 'm1', MetricStat: load('N', 'Sum', 7) }], {}, /multiple of 60/],
    ['an end before the start', [query], { EndTime: at(0) }, /StartTime must be less/],
    ['nothing to return', [{ ...query, ReturnData: false }], {}, /ReturnData true/],
    ['a search', [{ Id: 'e1', Expression: "SEARCH('x', 'Sum')" }], {}, /SEARCH is refused/],
    ['an expression of itself', [{ Id: 'e1', Expression: 'e1 + 1' }], {}, /refers to itself/],
    ['a mere number', [query, { Id: 'e1', Expression: 'SUM(m1)' }], {}, /TIME_SERIES/],
  ])('%s', async (_what, queries, more, message) => {
    await expect(read(queries, more)).rejects.toThrow(message);
  });
});

describe('statistics', () => {
  test('of single values, value lists with counts and statistic sets together', async () => {
    const namespace = newNamespace();
    await put(
      namespace,
      { Value: 4, Timestamp: at(1) },
      { Values: [1, 2], Counts: [3, 1], Timestamp: at(1.5) },
      { StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 }, Timestamp: at(1) },
    );
    const all = ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum', 'p50'];
    const found = await Promise.all(all.map((stat) => values(namespace, stat)));
    // A percentile is unknown where only a set was reported.
    expect(found).toEqual([[39], [7], [39 / 7], [1], [20], []]);
  });

  test('percentiles are the least value that so many percent do not exceed', async () => {
    const namespace = newNamespace();
    await put(namespace, { Values: Array.from({ length: 100 }, (_, n) => n + 1), Timestamp: at(0) });
    const found = await Promise.all(
      ['p50', 'p90', 'p99', 'p99.9', 'p100'].map((stat) => values(namespace, stat)),
    );
    expect(found.flat()).toEqual([50, 90, 99, 100, 100]);
  });

  test('periods begin at the start, and the end is exclusive', async () => {
    const namespace = newNamespace();
    await put(namespace, ...[0, 1, 2, 3, 9, 10].map((n) => ({ Value: n, Timestamp: at(n) })));
    expect(await values(namespace, 'Sum', 300)).toEqual([6, 9]);
    const { MetricDataResults } = await read([{ Id: 'm1', MetricStat: load(namespace, 'Sum', 120) }], {
      StartTime: new Date(at(1).getTime() + 30_000),
      ScanBy: 'TimestampDescending',
    });
    expect(MetricDataResults?.[0]).toEqual({
      ...{ Id: 'm1', Label: 'Load', StatusCode: 'Complete' },
      ...{ Timestamps: [at(9), at(3), at(1)], Values: [19, 3, 3] },
    });
  });

  test('a metric is its dimensions too, in any order, and only those', async () => {
    const namespace = newNamespace();
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ];
    await put(namespace, { Value: 1, Timestamp: at(0), Dimensions: [a, b] });
    expect(await values(namespace, 'Sum', 60, { Dimensions: [b, a] })).toEqual([1]);
    expect(await values(namespace, 'Sum', 60, { Dimensions: [a] })).toEqual([]);
    expect(await values(namespace, 'Sum')).toEqual([]);
  });

  test('seconds can be read of high resolution only, and for three hours', async () => {
    const namespace = newNamespace();
    const second = (n: number) => new Date(start + n * 1000);
    const seconds = [0, 1, 12].map((n) => ({ Value: 1, Timestamp: second(n), StorageResolution: 1 }));
    await put(namespace, ...seconds, { Value: 5, Timestamp: second(30) });
    expect(await values(namespace, 'Sum', 10)).toEqual([2, 1]);
    expect(await values(namespace, 'Sum', 60)).toEqual([8]);
    const { metrics } = world.services.cloudwatch.home;
    const id = { namespace, name: 'Load', dimensions: {} };
    const sumAfter = (hours: number, periodSeconds: number) =>
      metrics.statistic(id, 'Sum', {
        ...{ startMillis: start, endMillis: start + periodSeconds * 1000 },
        nowMillis: start + hours * 60 * minute,
      });
    expect([sumAfter(3, 10), sumAfter(4, 10), sumAfter(4, 60)]).toEqual([2, undefined, 8]);
    // 15 days by minutes, 63 days by five minutes, 455 days by hours.
    expect([sumAfter(15 * 24, 60), sumAfter(15 * 24 + 1, 60), sumAfter(15 * 24 + 1, 300)]).toEqual([
      8,
      undefined,
      8,
    ]);
    expect([sumAfter(64 * 24, 300), sumAfter(64 * 24, 3600), sumAfter(456 * 24, 3600)]).toEqual([
      undefined,
      8,
      undefined,
    ]);
  });

  test('expressions read metrics and each other', async () => {
    const namespace = newNamespace();
    await put(namespace, { Value: 6, Timestamp: at(0) }, { Value: 9, Timestamp: at(2) });
    const { MetricDataResults } = await read(
      [
        { Id: 'e2', Expression: 'e1 / 3', Label: 'a third' },
        { Id: 'e1', Expression: 'FILL(m1, 0)', ReturnData: false },
        { Id: 'm1', MetricStat: load(namespace, 'Sum'), ReturnData: false },
      ],
      { EndTime: at(3) },
    );
    expect(MetricDataResults).toEqual([
      {
        Id: 'e2',
        Label: 'a third',
        StatusCode: 'Complete',
        Timestamps: [0, 1, 2].map(at),
        Values: [2, 0, 3],
      },
    ]);
  });

  test('pages count points across results', async () => {
    const namespace = newNamespace();
    await put(namespace, ...[0, 1, 2].map((n) => ({ Value: n, Timestamp: at(n) })));
    const queries = ['a', 'b'].map((Id) => ({ Id, MetricStat: load(namespace, 'Sum') }));
    const pages: [string, number[], string][][] = [];
    let NextToken: string | undefined;
    do {
      const page = await read(queries, { MaxDatapoints: 2, NextToken });
      pages.push(
        (page.MetricDataResults ?? []).map((one) => [one.Id ?? '', one.Values ?? [], one.StatusCode ?? '']),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages).toEqual([
      [['a', [0, 1], 'PartialData']],
      [
        ['a', [2], 'Complete'],
        ['b', [0], 'PartialData'],
      ],
      [['b', [1, 2], 'Complete']],
    ]);
    await expect(read(queries, { NextToken: 'x' })).rejects.toThrow(/NextToken is invalid/);
  });
});

test('GetMetricStatistics gives several statistics at once, for at most 1,440 points', async () => {
  const Namespace = newNamespace();
  await put(Namespace, { Values: [1, 2, 3], Timestamp: at(0), Unit: 'Percent' });
  const ask = (EndTime: Date) =>
    cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName: 'Load', StartTime: at(0), EndTime, Period: 60 },
        ...{ Statistics: ['Average', 'Maximum'], ExtendedStatistics: ['p50'] },
      }),
    );
  await expect(ask(at(1441))).rejects.toThrow(/exceeds the limit of 1,440/);
  const { Label, Datapoints } = await ask(at(2));
  const point = { Timestamp: at(0), Average: 2, Maximum: 3, Unit: 'Percent', ExtendedStatistics: { p50: 2 } };
  expect({ Label, Datapoints }).toEqual({ Label: 'Load', Datapoints: [point] });
});

test('ListMetrics filters by name and dimensions, 500 a page', async () => {
  const Namespace = newNamespace();
  const named = Array.from({ length: 501 }, (_, n) => ({
    Value: 1,
    Dimensions: [{ Name: 'n', Value: `${n}` }],
  }));
  await put(Namespace, ...named);
  await put(Namespace, { MetricName: 'Other', Value: 1 });
  const list = (more: object) => cloudwatch.send(new ListMetricsCommand({ Namespace, ...more }));
  const first = await list({ MetricName: 'Load' });
  const second = await list({ MetricName: 'Load', NextToken: first.NextToken });
  expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([500, 1, undefined]);
  const one = await list({ Dimensions: [{ Name: 'n', Value: '7' }] });
  expect(one.Metrics).toEqual([{ Namespace, MetricName: 'Load', Dimensions: [{ Name: 'n', Value: '7' }] }]);
  expect((await list({ MetricName: 'Other' })).Metrics).toHaveLength(1);
});

describe.each([
  ['Query', AwsQueryProtocol],
  ['Smithy RPC v2 CBOR', AwsSmithyRpcV2CborProtocol],
])('the protocol %s', (_name, protocol) => {
  const client = () => new CloudWatchClient({ ...clientSettings(world), protocol: protocol as never });

  test('carries errors, numbers, times, lists and maps', async () => {
    const [Namespace, speaker] = [newNamespace(), client()];
    const wrong = new PutMetricDataCommand({
      Namespace: 'AWS/X',
      MetricData: [{ MetricName: 'Load', Value: 1 }],
    });
    await expect(speaker.send(wrong)).rejects.toThrow(/AWS\/X for parameter Namespace/);
    const MetricData: MetricDatum[] = [
      { MetricName: 'Load', Value: 1.5, Timestamp: at(0), Dimensions: [{ Name: 'd', Value: '<&>' }] },
      { MetricName: 'Load', Values: [-2, 1e100], Counts: [2, 1], Timestamp: at(3), Unit: 'Count' },
    ];
    await speaker.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { MetricDataResults } = await speaker.send(
      new GetMetricDataCommand({
        ...{ StartTime: at(0), EndTime: at(10) },
        MetricDataQueries: [
          { Id: 'm1', MetricStat: load(Namespace, 'SampleCount') },
          { Id: 'm2', MetricStat: load(Namespace, 'Sum', 60, { Dimensions: [{ Name: 'd', Value: '<&>' }] }) },
        ],
      }),
    );
    expect(MetricDataResults?.map((one) => [one.Timestamps, one.Values])).toEqual([
      [[at(3)], [3]],
      [[at(0)], [1.5]],
    ]);
    const statistics = await speaker.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName: 'Load', Dimensions: [{ Name: 'd', Value: '<&>' }], Period: 60 },
        ...{ StartTime: at(0), EndTime: at(10), ExtendedStatistics: ['p90'] },
      }),
    );
    expect(statistics.Datapoints?.[0]).toMatchObject({ Timestamp: at(0), ExtendedStatistics: { p90: 1.5 } });
  });
});

test('large requests are compressed by the client', async () => {
  const Namespace = newNamespace();
  const data = Array.from({ length: 900 }, (_, n) => ({
    Value: n,
    Timestamp: at(n % 10),
    Unit: 'Count' as const,
  }));
  await put(Namespace, ...data);
  expect(await values(Namespace, 'SampleCount', 600)).toEqual([900]);
});
