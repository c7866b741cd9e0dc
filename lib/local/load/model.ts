/** What a load model is: from load, capacity and what is left over, to a minute of metrics and what is left over then. */
import type { JsonObject } from '../../model/json.ts';
import type { StoredResource } from '../cloud-control/resource-store.ts';

/** A capacity that was set at a time. */
export interface CapacityStep {
  atMillis: number;
  capacity: number;
}

/** A metric of one minute, under its own namespace and dimensions. */
export interface Reported {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  unit: string;
  values: number[];
  /** How often each value was reported. Default: once. */
  counts?: number[];
}

export interface Minute {
  /** Load in each second of the minute, in the unit of the model. */
  load: number;
  /** What one unit of capacity serves in a second. */
  perUnit: number;
  /** By name of the capacity: what serves now. */
  serving: Readonly<Record<string, number>>;
  /** By name of the capacity: what was asked for. */
  wanted: Readonly<Record<string, number>>;
  /** What the minute before left: a backlog, or saved capacity. Empty at first. */
  left: Readonly<Record<string, number>>;
  resource: Pick<StoredResource, 'identifier' | 'properties'>;
}

export interface MinuteResult {
  left: Record<string, number>;
  metrics: Reported[];
}

export interface LoadModel {
  type: string;
  /** What the numbers of a trace count, in a second. */
  load: string;
  /** What one unit of capacity serves in a second, unless the caller says otherwise. */
  perUnit: number;
  /** From a change of capacity to more of it that serves. Less of it is less at once. */
  warmUpSeconds: number;
  /** The capacities of a resource by name, or why it has none. `others`: the resources of a type. */
  capacities(
    resource: Pick<StoredResource, 'identifier' | 'properties'>,
    others: (type: string) => StoredResource[],
  ): Record<string, number> | string;
  /** A pure function. */
  minute(minute: Minute): MinuteResult;
}

/**
 * Returns the capacity that serves at a time: the least that was set since the warm-up began, because what has been
 * added within it does not serve yet, and what was taken away is gone.
 */
export function servingAt(history: readonly CapacityStep[], atMillis: number, warmUpSeconds: number): number {
  const sinceMillis = atMillis - warmUpSeconds * 1000;
  const before = history.findLast((step) => step.atMillis <= sinceMillis) ?? history[0];
  const within = history.filter((step) => step.atMillis > sinceMillis && step.atMillis <= atMillis);
  return Math.min(...[before, ...within].map((step) => step?.capacity ?? 0));
}

/** Reports values of a metric under each set of dimensions. */
export function reported(
  namespace: string,
  dimensions: Record<string, string>,
  metrics: Readonly<Record<string, readonly [value: number, unit: string, count?: number]>>,
): Reported[] {
  return Object.entries(metrics).map(([name, [value, unit, count = 1]]) => ({
    ...{ namespace, name, dimensions, unit, values: [value], counts: [count] },
  }));
}

export function numberIn(properties: JsonObject, name: string, otherwise: number): number {
  const value = Number(properties[name] ?? otherwise);
  return Number.isFinite(value) ? value : otherwise;
}
