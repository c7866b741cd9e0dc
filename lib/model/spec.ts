/** The facts about one resource type, generated from the service spec and the reviewed registry facts. */
export interface TypeSpec {
  type: string;
  properties: Record<string, PropertySpec>;
  /** Nested property types by name, such as `Ingress` of AWS::EC2::SecurityGroup. */
  definitions: Record<string, { properties: Record<string, PropertySpec> }>;
  /** The attributes for Fn::GetAtt, including dotted ones (`Endpoint.Address`). */
  attributes: Record<string, { type: ValueType }>;
  /** Properties or attributes that form the primary identifier, in order. */
  primaryIdentifier: string[];
  /** Dotted paths. `*` stands for the elements of a list. */
  readOnly: string[];
  writeOnly: string[];
  createOnly: string[];
  /** Properties that contain a secret, as dotted paths. Literals in them are rejected. */
  sensitive: string[];
  /** The property that contains tags, if the type has one, and its format. */
  tags?: {
    property: string;
    form: 'list' | 'map' | 'other';
    /** Whether Baton may add tags to those of a template: their format is known, and the handlers may tag. */
    placed?: true;
  };
  /** Whether Cloud Control can create and delete it. If false, only requests with a type of another provider are accepted. */
  provisionable: boolean;
  /** Whether Cloud Control can update it in place. */
  updatable: boolean;
  /** Whether deleting or replacing it loses data that can't be re-created. */
  holdsData: boolean;
  /** What `Ref` returns: an attribute or property name, or `identifier` for the primary identifier joined by `|`. */
  ref: string;
}

export interface PropertySpec {
  /** The first is preferred. The others are accepted too. */
  types: ValueType[];
  required: boolean;
  /** Whether changing it replaces the resource. `maybe` is tried in place until the provider refuses. */
  replacement: 'yes' | 'no' | 'maybe';
}

export type ValueType =
  | { kind: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'dateTime' | 'null' | 'tag' }
  | { kind: 'list' | 'map'; element: ValueType }
  /** A nested property type of the same resource type, by its name in `definitions`. */
  | { kind: 'definition'; name: string }
  | { kind: 'union'; types: ValueType[] };

/** Returns a type, or undefined if it is unknown. */
export type TypeLookup = (type: string) => TypeSpec | undefined;
