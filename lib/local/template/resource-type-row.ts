/** What the local cloud knows of a resource type: one row of its tables. */
import type { JsonValue } from '../../model/json.ts';

export interface Place {
  account: string;
  region: string;
  stackName: string;
  /** Base URL of the gateway; function URLs start with it. */
  endpoint: string;
}

export interface ResourceTypeRow {
  /** Property that names the resource; a name is made up where a template gives none. */
  nameProperty?: string;
  /** Made-up names: `lower` for buckets, `uuid` for keys; else `STACK-LOGICALID-HASH`. */
  nameForm?: 'lower' | 'uuid';
  /** ARN by name, for types that have one. */
  arn?(place: Place, name: string, properties: Record<string, JsonValue>): string;
  /** What Ref gives; the name where it isn't said. */
  ref?: 'arn' | 'url';
  url?(place: Place, name: string): string;
  attributes?: Record<string, 'arn' | 'name' | 'url' | ((place: Place, name: string) => string)>;
  used: string[];
  accepted?: string[];
}

/** The usual form of an ARN; `resource` gives what follows the account. */
export const arn = (service: string, resource: (name: string) => string) => (place: Place, name: string) =>
  `arn:aws:${service}:${place.region}:${place.account}:${resource(name)}`;
