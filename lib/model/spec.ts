/** What Baton knows of one resource type, cut from the service spec and the reviewed registry facts. */
export interface TypeSpec {
  type: string;
  properties: Record<string, PropertySpec>;
  /** Nested property types by name, e.g. `Ingress` of AWS::EC2::SecurityGroup. */
  definitions: Record<string, { properties: Record<string, PropertySpec> }>;
  /** What Fn::GetAtt may name, dots included (`Endpoint.Address`). */
  attributes: Record<string, { type: ValueType }>;
  /** Properties or attributes that make the primary identifier, in order. */
  primaryIdentifier: string[];
  /** Dotted paths; `*` stands for the elements of a list. */
  readOnly: string[];
  writeOnly: string[];
  createOnly: string[];
  /** Properties that take a secret, as dotted paths: literals in them are refused. */
  sensitive: string[];
  /** Name of the property that holds tags, if the type has one, and its form. */
  tags?: {
    property: string;
    form: 'list' | 'map' | 'other';
    /** Whether Baton may put tags beside those of a template: their form is known, and the handlers may tag. */
    placed?: true;
  };
  /** Whether Cloud Control can create and delete it; false: refused as a request. */
  provisionable: boolean;
  /** Whether Cloud Control can change it in place. */
  updatable: boolean;
  /** Whether deleting or replacing it loses data that can't be made again. */
  holdsData: boolean;
  /** What `Ref` gives: an attribute or property name, or `identifier` for the primary identifier joined by `|`. */
  ref: string;
}

export interface PropertySpec {
  /** The first is preferred; the others are accepted too. */
  types: ValueType[];
  required: boolean;
  /** Whether changing it replaces the resource: `maybe` counts as in place until the provider says otherwise. */
  replacement: 'yes' | 'no' | 'maybe';
}

export type ValueType =
  | { kind: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'dateTime' | 'null' | 'tag' }
  | { kind: 'list' | 'map'; element: ValueType }
  /** A nested property type of the same resource type, by its name in `definitions`. */
  | { kind: 'definition'; name: string }
  | { kind: 'union'; types: ValueType[] };

/** Looks a type up; undefined when no such type is known. */
export type TypeLookup = (type: string) => TypeSpec | undefined;
