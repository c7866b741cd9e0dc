/** Puts load on resources: each minute of simulated time, it writes the metrics that the load would cause. */
import { type LoadTrace, loadBetween } from '../../model/load-trace.ts';
import type { Clock } from '../clock.ts';
import type { ResourceStore, StoredResource } from '../cloud-control/resource-store.ts';
import { aggregateOf } from '../cloudwatch/aggregate.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { ServiceError } from '../gateway/wire.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { elastiCache, rdsCluster, rdsInstance } from './databases.ts';
import { dynamoDbTable } from './dynamodb-table.ts';
import { ecsService } from './ecs-service.ts';
import { lambdaAlias, lambdaFunction } from './lambda.ts';
import { listener, listenerRule } from './listener.ts';
import { type CapacityStep, type LoadModel, servingAt } from './model.ts';

export const loadModels: readonly LoadModel[] = [
  ...[ecsService, autoScalingGroup, dynamoDbTable, lambdaFunction, lambdaAlias],
  ...[rdsCluster, rdsInstance, elastiCache, listener, listenerRule],
];

export interface LoadWish {
  /** An identifier, or a part of one, such as the name in an ARN. */
  resource: string;
  trace: LoadTrace<number>;
  /** Factor of all values. */
  scale: number;
  /** What one unit of capacity serves in a second. Default: that of the model. */
  perUnit?: number;
}

interface Running {
  model: LoadModel;
  wish: LoadWish;
  startMillis: number;
  identifier: string;
  /** By name of the capacity. */
  history: Map<string, CapacityStep[]>;
  left: Record<string, number>;
  cancel: () => void;
}

const MINUTE = 60_000;

export class Loads {
  private readonly clock: Clock;
  private readonly store: ResourceStore;
  private readonly metrics: MetricStore;
  private readonly running = new Map<string, Running>();

  constructor(clock: Clock, store: ResourceStore, metrics: MetricStore) {
    this.clock = clock;
    this.store = store;
    this.metrics = metrics;
  }

  /**
   * Starts a load now, in place of an earlier one on the same resource.
   * @throws ServiceError if the resource isn't there, is ambiguous, or has no capacity
   */
  start(wish: LoadWish): { type: string; identifier: string; load: string; endMillis: number } {
    const { model, resource } = this.find(wish.resource);
    const { type, identifier } = resource;
    const key = `${type} ${identifier}`;
    const capacities = this.capacitiesOf(model, resource);
    if (typeof capacities === 'string') throw refusal(`${type} ${identifier}: ${capacities}.`);
    this.running.get(key)?.cancel();
    const startMillis = this.clock.now();
    const history = new Map(
      Object.entries(capacities).map(([name, capacity]) => [name, [{ atMillis: startMillis, capacity }]]),
    );
    const running: Running = {
      ...{ model, wish, startMillis, identifier, history, left: {} },
      cancel: () => {},
    };
    this.running.set(key, running);
    this.next(running);
    const endMillis = startMillis + wish.trace.values.length * wish.trace.intervalSeconds * 1000;
    return { type, identifier, load: model.load, endMillis };
  }

  /** Reads the capacities again: called when an operation of Cloud Control has ended. */
  observe(): void {
    const atMillis = this.clock.now();
    for (const { model, identifier, history } of this.running.values()) {
      const resource = this.store.get(model.type, identifier);
      const found = resource === undefined ? {} : this.capacitiesOf(model, resource);
      const capacities = typeof found === 'string' ? {} : found;
      for (const [name, steps] of history) {
        const capacity = capacities[name] ?? 0;
        if (steps.at(-1)?.capacity !== capacity) steps.push({ atMillis, capacity });
      }
    }
  }

  private capacitiesOf(model: LoadModel, resource: StoredResource) {
    return model.capacities(resource, (type) => this.store.list(type));
  }

  private find(name: string): { model: LoadModel; resource: StoredResource } {
    const all = loadModels.flatMap((model) =>
      this.store.list(model.type).map((resource) => ({ model, resource })),
    );
    const exact = all.filter(({ resource }) => resource.identifier === name);
    const found =
      exact.length > 0 ? exact : all.filter(({ resource }) => partsOf(resource.identifier).includes(name));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    const names = (found.length > 1 ? found : all).map(
      ({ resource }) => `${resource.type} ${resource.identifier}`,
    );
    const known = names.length === 0 ? 'there is none yet' : `there are ${names.slice(0, 20).join(', ')}`;
    throw refusal(
      found.length > 1
        ? `${name} names several resources: ${names.join(', ')}. Use the whole identifier.`
        : `The local cloud has no resource ${name} that load can be put on; ${known}.`,
    );
  }

  private next(running: Running): void {
    const due = (Math.floor(this.clock.now() / MINUTE) + 1) * MINUTE;
    running.cancel = this.clock.setTimer(due, () => this.minute(running, due), { kind: 'schedule' });
  }

  /** Writes the metrics of the minute that ends now. They are there before alarms are evaluated. */
  private minute(running: Running, dueMillis: number): void {
    const { model, wish, startMillis, identifier, history } = running;
    const beganMillis = Math.max(startMillis, dueMillis - MINUTE);
    const secondsTo = (millis: number) => (millis - startMillis) / 1000;
    const load = loadBetween(wish.trace, secondsTo(beganMillis), secondsTo(dueMillis));
    const resource = this.store.get(model.type, identifier);
    if (load === undefined || resource === undefined) {
      this.running.delete(`${model.type} ${identifier}`);
      return;
    }
    const names = [...history];
    const result = model.minute({
      ...{ load: load * wish.scale, perUnit: wish.perUnit ?? model.perUnit, left: running.left, resource },
      serving: Object.fromEntries(
        names.map(([name, steps]) => [name, servingAt(steps, beganMillis, model.warmUpSeconds)]),
      ),
      wanted: Object.fromEntries(names.map(([name, steps]) => [name, steps.at(-1)?.capacity ?? 0])),
    });
    running.left = result.left;
    for (const { namespace, name, dimensions, unit, values, counts = [] } of result.metrics) {
      const sample = { timestampMillis: dueMillis - MINUTE, unit, resolutionSeconds: 60 };
      this.metrics.put(
        { namespace, name, dimensions },
        { ...sample, aggregate: aggregateOf(values, counts) },
      );
    }
    this.next(running);
  }
}

function partsOf(identifier: string): string[] {
  return identifier.split(/[|/:]/);
}

function refusal(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
