/**
 * PutMetricData.
 * Source: CloudWatch API Reference, "PutMetricData" and "MetricDatum": at most 1,000 metrics in a call and 150 values in
 * each; values within ±2^360; timestamps from two weeks ago to two hours ahead.
 */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { type Aggregate, aggregateOf, aggregateOfSet } from './aggregate.ts';
import {
  dimensionsOf,
  invalid,
  invalidCombination,
  missing,
  numberAt,
  objectsOf,
  optionalNumber,
  textAt,
  timeOf,
} from './input.ts';
import type { MetricId, Sample } from './metric-store.ts';

const DATA_MAX = 1000;
const VALUES_MAX = 150;
const VALUE_MAX = 2 ** 360;
const PAST_MILLIS = 14 * 24 * 3_600_000;
const FUTURE_MILLIS = 2 * 3_600_000;
const units = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None', 'Count/Second'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [
    unit,
    `${unit}/Second`,
  ]),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
]);

export interface Datum {
  id: MetricId;
  sample: Sample;
}

/** Returns what a call reports. Nothing of a call with an error is taken. @throws ServiceError */
export function dataOf(input: JsonObject, nowMillis: number): Datum[] {
  const namespace = namespaceOf(input);
  const data = objectsOf(input.MetricData);
  if (input.EntityMetricData !== undefined)
    throw invalid('The local cloud does not know EntityMetricData; it takes MetricData.');
  if (data.length === 0) throw missing('MetricData');
  if (data.length > DATA_MAX)
    throw invalid(`The collection MetricData must not have a size greater than ${DATA_MAX}.`);
  return data.map((datum, index) => datumOf(datum, `MetricData.member.${index + 1}`, namespace, nowMillis));
}

/** Names that begin with AWS/ belong to AWS. @throws ServiceError */
export function namespaceOf(input: JsonObject): string {
  const namespace = textAt(input, 'Namespace');
  if (namespace.length > 255 || /^(?::|AWS\/)/.test(namespace))
    throw invalid(`The value ${namespace} for parameter Namespace is invalid.`);
  return namespace;
}

function datumOf(datum: JsonObject, where: string, namespace: string, nowMillis: number): Datum {
  const name = String(datum.MetricName ?? '');
  if (name === '') throw missing(`${where}.MetricName`);
  if (name.length > 255) throw invalid(`The value ${name} for parameter ${where}.MetricName is too long.`);
  const unit = String(datum.Unit ?? 'None');
  if (!units.has(unit)) throw invalid(`The value ${unit} for parameter ${where}.Unit is invalid.`);
  const resolutionSeconds = optionalNumber(datum, 'StorageResolution') ?? 60;
  if (resolutionSeconds !== 1 && resolutionSeconds !== 60)
    throw invalid(`The value ${resolutionSeconds} for parameter ${where}.StorageResolution is invalid.`);
  const timestampMillis = datum.Timestamp === undefined ? nowMillis : timeOf(datum.Timestamp, 'Timestamp');
  if (timestampMillis < nowMillis - PAST_MILLIS || timestampMillis > nowMillis + FUTURE_MILLIS)
    throw invalid(
      `The value ${new Date(timestampMillis).toISOString()} for parameter ${where}.Timestamp must be within two weeks before and two hours after now.`,
    );
  const id = { namespace, name, dimensions: dimensionsOf(datum.Dimensions) };
  return { id, sample: { timestampMillis, unit, resolutionSeconds, aggregate: aggregateIn(datum, where) } };
}

function aggregateIn(datum: JsonObject, where: string): Aggregate {
  const { Value, Values, StatisticValues } = datum;
  const given = [Value, Values, StatisticValues].filter((one) => one !== undefined).length;
  if (given === 0) throw missing(`${where}.Value`);
  if (given > 1)
    throw invalidCombination(
      `The parameters ${where}.Value, ${where}.Values and ${where}.StatisticValues are mutually exclusive and you have specified several.`,
    );
  if (StatisticValues !== undefined) return setIn(StatisticValues, where);
  const values = (Values === undefined ? [Value ?? null] : [Values].flat()).map((one) => checked(one, where));
  const counts = [datum.Counts ?? values.map(() => 1)].flat().map(Number);
  if (values.length === 0 || values.length > VALUES_MAX)
    throw invalid(`The collection ${where}.Values must have between 1 and ${VALUES_MAX} values.`);
  if (counts.length !== values.length)
    throw invalid(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  if (counts.some((count) => !(count > 0) || !Number.isFinite(count)))
    throw invalid(`The values for parameter ${where}.Counts must be positive.`);
  return aggregateOf(values, counts);
}

function setIn(value: JsonValue, where: string): Aggregate {
  const set = objectsOf([value])[0] ?? {};
  const [count, sum] = [numberAt(set, 'SampleCount'), checked(set.Sum ?? null, where)];
  const [minimum, maximum] = [checked(set.Minimum ?? null, where), checked(set.Maximum ?? null, where)];
  if (!(count > 0))
    throw invalid(`The value ${count} for parameter ${where}.StatisticValues.SampleCount is invalid.`);
  if (minimum > maximum)
    throw invalid(`The ${where}.StatisticValues.Minimum must not be greater than the Maximum.`);
  return aggregateOfSet({ count, sum, minimum, maximum });
}

/** NaN and infinities arrive as text in JSON, and are refused as values outside the range are. */
function checked(value: JsonValue, where: string): number {
  const number = typeof value === 'number' ? value : Number.parseFloat(String(value));
  if (Number.isFinite(number) && Math.abs(number) <= VALUE_MAX) return number;
  throw invalid(`The value ${value} for parameter ${where}.Value is invalid.`);
}
