/** Cloud Control in every region. Each region has its own resources, operations, client tokens and rate limits. */
import type { JsonObject } from '../../model/json.ts';
import type { CallContext, Permission, Service } from '../gateway/wire.ts';
import type { Operation } from './operation.ts';
import type { Operations } from './operations.ts';
import { ResourceStore, type StoredResource } from './resource-store.ts';
import type { CloudControlService } from './service.ts';

export interface RegionState {
  resources: StoredResource[];
  operations: Operation[];
}

/** Creates the service of a region with the store of the region. */
type Maker = (region: string, store: ResourceStore) => CloudControlService;

export class CloudControlRegions implements Service {
  /** The resources and operations of the deployment's own region. */
  readonly store: ResourceStore;
  readonly operations: Operations;
  private readonly home: string;
  private readonly make: Maker;
  private readonly services = new Map<string, CloudControlService>();

  constructor(home: string, make: Maker) {
    this.home = home;
    this.make = make;
    const { store, operations } = this.at(home);
    this.store = store;
    this.operations = operations;
  }

  at(region: string): CloudControlService {
    const others = () => [...this.services.values()].map(({ store }) => store);
    const service = this.services.get(region) ?? this.make(region, new ResourceStore(others));
    this.services.set(region, service);
    return service;
  }

  /** The region is that of the credential scope of the signed request ("Signature Version 4", IAM User Guide). */
  async call(operation: string, input: JsonObject, context: CallContext): Promise<JsonObject> {
    return this.at(context.region ?? this.home).call(operation, input, context);
  }

  permissions(operation: string, input: JsonObject, region = this.home): Permission[] {
    return this.at(region).permissions(operation, input);
  }

  snapshot(): Record<string, RegionState> {
    const states = [...this.services].map(([region, { store, operations }]) => {
      return [region, { resources: store.snapshot(), operations: operations.snapshot() }] as const;
    });
    return Object.fromEntries(states);
  }

  restore(states: Record<string, RegionState>): void {
    for (const region of new Set([...this.services.keys(), ...Object.keys(states)])) {
      const { resources, operations } = states[region] ?? { resources: [], operations: [] };
      this.at(region).store.restore(resources);
      this.at(region).operations.restore(operations);
    }
  }
}
