import type { SignedFetch } from '../aws/signed-fetch.ts';
import { type MetricQuery, type MetricSeries, type ObservedAlarm, queryKey } from '../model/metric-query.ts';

/** GetMetricData accepts 500 queries, and DescribeAlarms 100 names (CloudWatch API Reference). */
const queriesMax = 500;
const namesMax = 100;
/** Histories of a day are read apart from those of minutes. */
const longSeconds = 14_400;

type Named = { Name: string; Value: string }[];
interface MetricDataAnswer {
  MetricDataResults?: {
    Id: string;
    Timestamps?: number[];
    Values?: (number | string)[];
    StatusCode?: string;
  }[];
  NextToken?: string;
}
interface AlarmAnswer {
  MetricAlarms?: {
    AlarmName: string;
    StateValue: ObservedAlarm['state'];
    Threshold?: number;
    Namespace?: string;
    MetricName?: string;
    Dimensions?: Named;
    Statistic?: string;
    Period?: number;
  }[];
  CompositeAlarms?: { AlarmName: string; StateValue: ObservedAlarm['state'] }[];
  NextToken?: string;
}

/** Reads metrics and alarms of CloudWatch. */
export class Metrics {
  readonly #clientOf: (region: string) => SignedFetch;

  constructor(clientOf: (region: string) => SignedFetch) {
    this.#clientOf = clientOf;
  }

  /** Returns the data of each query up to an instant, by `queryKey`. Queries with the same data are read once. */
  async series(queries: readonly MetricQuery[], at: string): Promise<Map<string, MetricSeries>> {
    const wanted = new Map<string, MetricQuery>();
    for (const query of queries) {
      const key = queryKey(query);
      const other = wanted.get(key);
      if (other === undefined || other.lookbackSeconds < query.lookbackSeconds) wanted.set(key, query);
    }
    const found = new Map<string, MetricSeries>();
    const groups = Map.groupBy(
      wanted,
      ([, { region, lookbackSeconds }]) => `${region} ${lookbackSeconds > longSeconds}`,
    );
    const batches = [...groups.values()].flatMap((group) => chunks(group, queriesMax));
    await Promise.all(batches.map((batch) => this.#read(batch, at, found)));
    return found;
  }

  /** Returns the alarms with these names. One that doesn't exist is left out. */
  async alarms(region: string, names: readonly string[]): Promise<ObservedAlarm[]> {
    const batches = chunks([...new Set(names)], namesMax);
    return (await Promise.all(batches.map((batch) => this.#alarms(region, batch)))).flat();
  }

  async #read(
    batch: readonly (readonly [key: string, query: MetricQuery])[],
    at: string,
    found: Map<string, MetricSeries>,
  ): Promise<void> {
    const [[, first] = []] = batch;
    if (first === undefined) return;
    const end = Date.parse(at) / 1000;
    const lookback = Math.max(...batch.map(([, query]) => query.lookbackSeconds));
    const period = Math.max(...batch.map(([, query]) => query.periodSeconds));
    const MetricDataQueries = batch.map(([, query], index) => ({
      Id: `q${index}`,
      MetricStat: statOf(query),
    }));
    const series = batch.map(([key, { periodSeconds }]) => {
      const one: MetricSeries = { periodSeconds, points: [], complete: true };
      found.set(key, one);
      return one;
    });
    let NextToken: string | undefined;
    do {
      const answer: MetricDataAnswer = await this.#clientOf(first.region).json(
        'monitoring',
        `${api}.GetMetricData`,
        {
          MetricDataQueries,
          // Periods begin at multiples of their length, so the first one is whole.
          StartTime: Math.floor((end - lookback) / period) * period,
          EndTime: end,
          ScanBy: 'TimestampAscending',
          ...(NextToken !== undefined && { NextToken }),
        },
      );
      for (const { Id, Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults ?? []) {
        const one = series[Number(Id.slice(1))];
        if (one === undefined) continue;
        // `PartialData` on a page that another one follows only says that there is more.
        one.complete =
          StatusCode === 'Complete' || (StatusCode === 'PartialData' && answer.NextToken !== undefined);
        for (const [index, time] of Timestamps.entries())
          one.points.push([time * 1000, Number(Values[index])]);
      }
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
  }

  async #alarms(region: string, names: string[]): Promise<ObservedAlarm[]> {
    const answer = await this.#clientOf(region).json<AlarmAnswer>('monitoring', `${api}.DescribeAlarms`, {
      AlarmNames: names,
      // Without types, CloudWatch describes no composite alarm.
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: namesMax,
    });
    const metric = (answer.MetricAlarms ?? []).map((alarm): ObservedAlarm => {
      const { AlarmName: name, StateValue: state, Threshold: threshold = 0, Dimensions = [] } = alarm;
      const { Namespace: namespace, MetricName, Statistic: statistic, Period: periodSeconds } = alarm;
      if (!namespace || !MetricName || !statistic || !periodSeconds) return { name, state, threshold };
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      const lookbackSeconds = 900 + 3 * periodSeconds;
      const query = {
        region,
        namespace,
        metric: MetricName,
        dimensions,
        statistic,
        periodSeconds,
        lookbackSeconds,
      };
      return { name, state, threshold, query };
    });
    const composite = (answer.CompositeAlarms ?? []).map(({ AlarmName, StateValue }) => ({
      ...{ name: AlarmName, state: StateValue, threshold: 0 },
    }));
    return [...metric, ...composite];
  }
}

const api = 'GraniteServiceVersion20100801';

function statOf({ namespace, metric, dimensions, statistic, periodSeconds }: MetricQuery) {
  const Dimensions: Named = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Metric: { Namespace: namespace, MetricName: metric, Dimensions },
    ...{ Period: periodSeconds, Stat: statistic },
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
