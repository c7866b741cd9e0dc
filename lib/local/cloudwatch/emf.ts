/**
 * Metrics in log lines: the embedded metric format, which CloudWatch Logs turns into metrics.
 * Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { aggregateOf } from './aggregate.ts';
import { objectsOf } from './input.ts';
import type { Datum } from './put-metric-data.ts';

const METRICS_MAX = 100;
const VALUES_MAX = 100;
const DIMENSIONS_MAX = 30;

/**
 * Returns the metrics of a line, none if it isn't in the format. They have the time of the line: `_aws.Timestamp` comes
 * from the real clock of the function, and the local cloud has a simulated one.
 */
export function metricsInLine(line: string, timestampMillis: number): Datum[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  const root = parsed(line);
  const about = root?._aws;
  if (root === undefined || !isObject(about)) return [];
  return objectsOf(about.CloudWatchMetrics).flatMap((directive) =>
    ofDirective(directive, root, timestampMillis),
  );
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    // A line that merely looks like JSON is an ordinary line.
    return undefined;
  }
}

/** One metric for each set of dimensions, whose values are fields of the line. */
function ofDirective(directive: JsonObject, root: JsonObject, timestampMillis: number): Datum[] {
  const { Namespace: namespace, Dimensions, Metrics } = directive;
  const metrics = objectsOf(Metrics);
  if (typeof namespace !== 'string' || namespace === '' || metrics.length > METRICS_MAX) return [];
  const sets = (Array.isArray(Dimensions) ? Dimensions : []).map((names) => dimensionsIn(names, root));
  return metrics.flatMap(({ Name, Unit, StorageResolution }) => {
    const values = valuesOf(root[String(Name)]);
    if (values.length === 0 || values.length > VALUES_MAX) return [];
    return sets.flatMap((dimensions) => {
      if (dimensions === undefined) return [];
      const id = { namespace, name: String(Name), dimensions };
      const unit = typeof Unit === 'string' ? Unit : 'None';
      const resolutionSeconds = StorageResolution === 1 ? 1 : 60;
      const aggregate = aggregateOf(values, []);
      return { id, sample: { timestampMillis, unit, resolutionSeconds, aggregate } };
    });
  });
}

function valuesOf(value: JsonValue | undefined): number[] {
  return [value ?? []].flat().filter((one): one is number => typeof one === 'number');
}

/** A set whose field is missing is invalid, as one with too many names is. */
function dimensionsIn(names: JsonValue, root: JsonObject): Record<string, string> | undefined {
  if (!Array.isArray(names) || names.length > DIMENSIONS_MAX) return undefined;
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = root[String(name)];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    dimensions[String(name)] = String(value);
  }
  return dimensions;
}
