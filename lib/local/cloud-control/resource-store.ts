/** The resources that exist in the simulated cloud, by type and identifier. */
import type { JsonObject } from '../../model/json.ts';
import { dependents } from './dependencies.ts';
import { holdsText } from './paths.ts';

export interface StoredResource {
  type: string;
  identifier: string;
  /** The desired properties and those that the service added, including write-only ones. */
  properties: JsonObject;
  createdMillis: number;
}

/** "Bucket naming rules", Amazon S3 User Guide: unique across all accounts and regions of a partition. */
const uniqueAmongRegions: ReadonlySet<string> = new Set(['AWS::S3::Bucket']);

export class ResourceStore {
  private readonly byType = new Map<string, Map<string, StoredResource>>();
  /** The stores of all regions. */
  private readonly stores: () => readonly ResourceStore[];

  constructor(stores: () => readonly ResourceStore[] = () => []) {
    this.stores = stores;
  }

  /** Whether there is a resource of this identifier, in whatever region where it must be unique among all of them. */
  isTaken(type: string, identifier: string): boolean {
    const everywhere = uniqueAmongRegions.has(type) ? this.stores() : [];
    return [this, ...everywhere].some((store) => store.get(type, identifier) !== undefined);
  }

  get(type: string, identifier: string): StoredResource | undefined {
    return this.byType.get(type)?.get(identifier);
  }

  put(resource: StoredResource): void {
    const ofType = this.byType.get(resource.type) ?? new Map<string, StoredResource>();
    this.byType.set(resource.type, ofType);
    ofType.set(resource.identifier, resource);
  }

  delete(type: string, identifier: string): void {
    this.byType.get(type)?.delete(identifier);
  }

  /** Returns the types that have or had a resource. */
  types(): string[] {
    return [...this.byType.keys()];
  }

  /** Returns resources in creation order, of one type or of all. */
  list(type?: string): StoredResource[] {
    if (type !== undefined) return [...(this.byType.get(type)?.values() ?? [])];
    return [...this.byType.values()].flatMap((ofType) => [...ofType.values()]);
  }

  /** Returns an existing resource that blocks the deletion of this one. */
  dependentOn(resource: StoredResource): StoredResource | undefined {
    for (const { type, properties } of dependents[resource.type] ?? []) {
      const found = this.list(type).find((other) =>
        properties.some((name) => holdsText(other.properties[name], resource.identifier)),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Returns a deep copy of all resources. */
  snapshot(): StoredResource[] {
    return structuredClone(this.list());
  }

  restore(resources: StoredResource[]): void {
    this.byType.clear();
    for (const resource of structuredClone(resources)) this.put(resource);
  }
}
