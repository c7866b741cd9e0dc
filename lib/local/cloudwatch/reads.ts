/** GetMetricData, GetMetricStatistics and ListMetrics. */
import type { JsonObject } from '../../model/json.ts';
import { percentileOf, statisticOf } from './aggregate.ts';
import {
  dimensionList,
  dimensionsOf,
  given,
  invalid,
  invalidCombination,
  metricOf,
  missing,
  numberAt,
  objectsOf,
  optionalNumber,
  periodOf,
  textAt,
  textsOf,
  timeOf,
  validationError,
} from './input.ts';
import type { MetricId, MetricStore } from './metric-store.ts';
import { evaluateQueries, queriesOf, roundedStart, seriesIn, statisticNamed } from './queries.ts';

/** Source: CloudWatch API Reference, "GetMetricData" and "GetMetricStatistics". */
const QUERIES_MAX = 500;
const POINTS_MAX = 100_800;
const STATISTICS_POINTS_MAX = 1440;
/** Source: CloudWatch API Reference, "ListMetrics": metrics of the past two weeks, 500 a page. */
const LIST_PAGE = 500;
const LISTED_MILLIS = 14 * 24 * 3_600_000;
const RECENT_MILLIS = 3 * 3_600_000;

function rangeOf(input: JsonObject, nowMillis: number) {
  const startMillis = timeOf(input.StartTime, 'StartTime');
  const endMillis = timeOf(input.EndTime, 'EndTime');
  if (startMillis < endMillis) return { startMillis, endMillis, nowMillis };
  throw validationError('The parameter StartTime must be less than the parameter EndTime.');
}

export function getMetricData(input: JsonObject, store: MetricStore, nowMillis: number): JsonObject {
  const list = objectsOf(input.MetricDataQueries);
  if (list.length === 0) throw missing('MetricDataQueries');
  if (list.length > QUERIES_MAX)
    throw validationError(
      `The collection MetricDataQueries must not have a size greater than ${QUERIES_MAX}.`,
    );
  const range = rangeOf(input, nowMillis);
  const queries = queriesOf(list);
  if (!queries.some(({ returnData }) => returnData))
    throw validationError('At least one query must have ReturnData true.');
  const values = evaluateQueries(queries, range, store);
  const ascending = input.ScanBy === 'TimestampAscending';
  const results = queries
    .filter(({ returnData }) => returnData)
    .flatMap((query) =>
      seriesIn(values.get(query.id), query).map(({ label, points }) => {
        const sorted = [...points].sort(([a], [b]) => (ascending ? a - b : b - a));
        return { Id: query.id, Label: query.label ?? (label || query.id), points: sorted };
      }),
    );
  return pageOfData(results, input);
}

interface Result {
  Id: string;
  Label: string;
  points: [number, number][];
}

/** Pages count points across all results. A result that continues in the next page is `PartialData` in this one. */
function pageOfData(results: readonly Result[], input: JsonObject): JsonObject {
  const most = optionalNumber(input, 'MaxDatapoints') ?? POINTS_MAX;
  if (most < 1 || most > POINTS_MAX)
    throw validationError(`MaxDatapoints must be between 1 and ${POINTS_MAX}.`);
  const from = input.NextToken === undefined ? 0 : offsetOf(input.NextToken);
  const until = from + most;
  let at = 0;
  const MetricDataResults: JsonObject[] = [];
  for (const { Id, Label, points } of results) {
    const [start, end] = [at, at + points.length];
    at = end;
    const shown = points.slice(Math.max(0, from - start), Math.max(0, until - start));
    // An empty result is told once, and a result of earlier pages not again.
    if (shown.length === 0 && (points.length > 0 || from > 0)) continue;
    MetricDataResults.push({
      ...{ Id, Label },
      Timestamps: shown.map(([time]) => time / 1000),
      Values: shown.map(([, value]) => value),
      StatusCode: until < end ? 'PartialData' : 'Complete',
    });
  }
  const more = nextPage(until, at);
  return { MetricDataResults, Messages: [], ...more };
}

function nextPage(offset: number, total: number): JsonObject {
  return given('NextToken', offset < total ? Buffer.from(String(offset)).toString('base64') : undefined);
}

function offsetOf(token: unknown): number {
  const offset = Number(Buffer.from(String(token), 'base64').toString() || Number.NaN);
  if (Number.isInteger(offset) && offset > 0) return offset;
  throw invalid(`The value ${token} for parameter NextToken is invalid.`);
}

export function getMetricStatistics(input: JsonObject, store: MetricStore, nowMillis: number): JsonObject {
  const id = metricOf(input);
  const periodSeconds = periodOf(numberAt(input, 'Period'));
  const { startMillis, endMillis } = rangeOf(input, nowMillis);
  const statistics = textsOf(input.Statistics).map(statisticNamed);
  const extended = textsOf(input.ExtendedStatistics).map(statisticNamed);
  if (statistics.length + extended.length === 0) throw missing('Statistics');
  const length = periodSeconds * 1000;
  const count = Math.ceil((endMillis - startMillis) / length);
  if (count > STATISTICS_POINTS_MAX)
    throw invalidCombination(
      `You have requested up to ${count} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  const unit = input.Unit === undefined ? {} : { unit: String(input.Unit) };
  const withValues = extended.some((one) => percentileOf(one) !== undefined);
  const Datapoints: JsonObject[] = [];
  for (let start = roundedStart(startMillis, periodSeconds, nowMillis); start < endMillis; start += length) {
    const window = { startMillis: start, endMillis: start + length, nowMillis, ...unit, withValues };
    const found = store.read(id, window);
    if (found === undefined) continue;
    const valuesOf = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, statisticOf(found, name) ?? null] as const));
    Datapoints.push({
      ...{ Timestamp: start / 1000, ...valuesOf(statistics), Unit: input.Unit ?? store.unitOf(id) },
      ...(extended.length === 0 ? {} : { ExtendedStatistics: valuesOf(extended) }),
    });
  }
  return { Label: id.name, Datapoints };
}

export function listMetrics(input: JsonObject, store: MetricStore, nowMillis: number): JsonObject {
  const recently = input.RecentlyActive;
  if (recently !== undefined && recently !== 'PT3H')
    throw invalid(`The value ${recently} for parameter RecentlyActive is invalid; it may be PT3H.`);
  const found = store
    .list(nowMillis - (recently === undefined ? LISTED_MILLIS : RECENT_MILLIS))
    .filter(filterOf(input));
  const from = input.NextToken === undefined ? 0 : offsetOf(input.NextToken);
  const until = from + LIST_PAGE;
  const more = nextPage(until, found.length);
  const Metrics = found.slice(from, until).map(({ namespace, name, dimensions }) => ({
    ...{ Namespace: namespace, MetricName: name, Dimensions: dimensionList(dimensions) },
  }));
  return { Metrics, ...more };
}

function filterOf(input: JsonObject): (id: MetricId) => boolean {
  const filters = objectsOf(input.Dimensions).map((one) => ({
    name: textAt(one, 'Name'),
    value: one.Value === undefined ? undefined : String(one.Value),
  }));
  dimensionsOf(filters.map(({ name }) => ({ Name: name, Value: 'any' })));
  return ({ namespace, name, dimensions }) =>
    (input.Namespace === undefined || namespace === input.Namespace) &&
    (input.MetricName === undefined || name === input.MetricName) &&
    filters.every((one) =>
      one.value === undefined ? Object.hasOwn(dimensions, one.name) : dimensions[one.name] === one.value,
    );
}
