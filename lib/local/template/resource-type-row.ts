/** The local cloud's definition of a resource type: one row of its tables. */
import type { JsonValue } from '../../model/json.ts';

export interface Place {
  account: string;
  region: string;
  stackName: string;
  /** Base URL of the gateway. Function URLs start with it. */
  endpoint: string;
}

export interface ResourceTypeRow {
  /** The property that names the resource. A name is generated if a template sets none. */
  nameProperty?: string;
  /** Generated names: `lower` for buckets, `uuid` for keys, and otherwise `STACK-LOGICALID-HASH`. */
  nameForm?: 'lower' | 'uuid';
  /** Returns the ARN by name, for types that have one. */
  arn?(place: Place, name: string, properties: Record<string, JsonValue>): string;
  /** What Ref returns. Default: the name. */
  ref?: 'arn' | 'url';
  url?(place: Place, name: string): string;
  attributes?: Record<string, 'arn' | 'name' | 'url' | ((place: Place, name: string) => string)>;
  used: string[];
  accepted?: string[];
}

/** Returns the usual format of an ARN. `resource` returns the part after the account. */
export const arn = (service: string, resource: (name: string) => string) => (place: Place, name: string) =>
  `arn:aws:${service}:${place.region}:${place.account}:${resource(name)}`;
