/** Reads members of a request, with CloudWatch's errors. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { ServiceError } from '../gateway/wire.ts';
import type { MetricId } from './metric-store.ts';

/** A value that an operation can't take. The code is that of the JSON protocol; the query protocol has none at its end. */
export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}

export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', message);
}

export function missing(name: string): ServiceError {
  return new ServiceError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

/** The error of GetMetricData and of alarms for what they can't take. */
export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** Returns an object with the member, or an empty one if there is no value. */
export function given(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

export function textAt(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw missing(name);
}

export function numberAt(input: JsonObject, name: string): number {
  const value = optionalNumber(input, name);
  if (value === undefined) throw missing(name);
  return value;
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw invalid(`The value ${JSON.stringify(value)} for parameter ${name} is not a number.`);
}

export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Seconds since the epoch from SDK clients, ISO 8601 from state machines and the query protocol. */
export function timeOf(value: JsonValue | undefined, name: string): number {
  const millis = typeof value === 'number' ? value * 1000 : Date.parse(String(value ?? ''));
  if (Number.isFinite(millis)) return Math.round(millis);
  if (value === undefined) throw missing(name);
  throw invalid(`The value ${JSON.stringify(value)} for parameter ${name} is not a time.`);
}

const DIMENSIONS_MAX = 30;

/** Source: CloudWatch API Reference, "Dimension" and "MetricDatum": at most 30, each once, neither part empty. */
export function dimensionsOf(value: JsonValue | undefined): Record<string, string> {
  const list = objectsOf(value);
  if (list.length > DIMENSIONS_MAX)
    throw invalid(`A metric has at most ${DIMENSIONS_MAX} dimensions, not ${list.length}.`);
  const dimensions: Record<string, string> = {};
  for (const { Name, Value } of list) {
    const name = String(Name ?? '');
    if (name === '' || name.length > 255 || name.startsWith(':'))
      throw invalid(`The value ${JSON.stringify(name)} for parameter Dimensions.Name is invalid.`);
    if (Object.hasOwn(dimensions, name)) throw invalid(`The dimension ${name} is given twice.`);
    const text = String(Value ?? '');
    if (text.trim() === '' || text.length > 1024)
      throw invalid(
        `The value ${JSON.stringify(text)} for parameter Dimensions.Value of ${name} is invalid.`,
      );
    dimensions[name] = text;
  }
  return dimensions;
}

export function dimensionList(dimensions: Readonly<Record<string, string>>): JsonObject[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

export function metricOf(input: JsonObject): MetricId {
  return {
    namespace: textAt(input, 'Namespace'),
    name: textAt(input, 'MetricName'),
    dimensions: dimensionsOf(input.Dimensions),
  };
}

/** Periods are 1, 5, 10, 20 or 30 seconds or a multiple of 60 (CloudWatch API Reference, "MetricStat"). */
export function periodOf(value: JsonValue | undefined): number {
  const period = Number(value);
  if (value === undefined) throw missing('Period');
  if ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return period;
  throw invalid(`The period ${JSON.stringify(value)} must be 1, 5, 10, 20, 30 or a multiple of 60 seconds.`);
}
