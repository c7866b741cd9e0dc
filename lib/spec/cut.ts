import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type {
  Property,
  PropertyType,
  Resource,
  SpecDatabase,
  TypeDefinition,
} from '@aws-cdk/service-spec-types';
import type { PropertySpec, TypeSpec, ValueType } from '../model/spec.ts';
import { compareText } from '../model/text.ts';
import { permissionsFor } from './permissions.ts';
import { dataTypes, isSecretProperty, nativeFacts, refValues } from './reviewed.ts';

interface RegistryFacts {
  provisionable?: false;
  updatable?: false;
  identifier?: string[];
  readOnly?: string[];
  writeOnly?: string[];
  createOnly?: string[];
}

/** Nested property types may contain themselves (WAF statements). Secrets are searched for to this depth. */
const secretDepthMax = 8;

/**
 * Yields every type of the service spec as Baton's TypeSpec, with the registry facts and reviewed facts applied. Takes
 * about 1 s.
 */
export function* cutServiceSpec(): Generator<TypeSpec> {
  const database = loadAwsServiceSpecSync();
  const registry = JSON.parse(
    readFileSync(join(import.meta.dirname, 'registry-facts.json'), 'utf8'),
  ) as Record<string, RegistryFacts>;
  for (const resource of database.all('resource')) {
    const { cloudFormationType: type } = resource;
    const native = nativeFacts[type];
    yield cutType(database, resource, native ? { ...registry[type], ...native } : registry[type]);
  }
}

function cutType(database: SpecDatabase, resource: Resource, facts: RegistryFacts | undefined): TypeSpec {
  const type = resource.cloudFormationType;
  const definitions: TypeSpec['definitions'] = {};
  for (const { entity } of database.follow('usesType', resource)) {
    definitions[entity.name] = { properties: cutProperties(database, entity) };
  }
  const properties = cutProperties(database, resource);
  const known = facts !== undefined && facts.provisionable !== false;
  const replaced = Object.keys(properties).filter((name) => properties[name]?.replacement === 'yes');
  const identifier = facts?.identifier ?? (resource.primaryIdentifier ?? []).map(dotted);
  const attributes = Object.entries(resource.attributes).map(([name, attribute]) => [
    name,
    { type: cutValueType(database, attribute.type) },
  ]);
  if (known) believeRegistry([properties, ...Object.values(definitions).map((one) => one.properties)]);
  const spec: TypeSpec = {
    type,
    properties,
    definitions,
    attributes: Object.fromEntries(attributes),
    primaryIdentifier: identifier,
    readOnly: facts?.readOnly ?? Object.keys(resource.attributes),
    writeOnly: facts?.writeOnly ?? [],
    createOnly: facts?.createOnly ?? (known ? [] : replaced),
    sensitive: [],
    tags: tagsOf(type, properties, definitions, resource),
    provisionable: facts ? facts.provisionable !== false : isNewRegistryType(resource),
    updatable: facts?.updatable !== false,
    holdsData: resource.isStateful === true || dataTypes.has(type),
    ref: refOf(resource, identifier),
  };
  spec.sensitive = sensitivePaths(spec);
  return spec;
}

/**
 * The provider's own schema decides what is create-only. If only the older documentation says that a property replaces
 * the resource, it may be true under conditions (`conditionalCreateOnlyProperties`): the update is tried in place, and
 * the provider refuses it if necessary.
 */
function believeRegistry(owners: readonly Record<string, PropertySpec>[]): void {
  for (const property of owners.flatMap((properties) => Object.values(properties)))
    if (property.replacement === 'yes') property.replacement = 'maybe';
}

/**
 * Tells whether a type is newer than the registry facts. Cloud Control supports newer types if they have an identifier.
 */
function isNewRegistryType(resource: Resource): boolean {
  return resource.primaryIdentifier !== undefined && resource.cloudFormationTransform === undefined;
}

function refOf(resource: Resource, identifier: string[]): string {
  const reviewed = refValues[resource.cloudFormationType];
  if (reviewed !== undefined) return reviewed;
  const [only, ...rest] = resource.cfnRefIdentifier ?? [];
  if (only !== undefined && rest.length === 0) return only;
  const [single, ...others] = identifier;
  return single !== undefined && others.length === 0 ? single : 'identifier';
}

const dotted = (path: string) => path.replaceAll('/', '.');

function tagsOf(
  type: string,
  properties: TypeSpec['properties'],
  definitions: TypeSpec['definitions'],
  resource: Resource,
): TypeSpec['tags'] {
  const tags = resource.tagInformation;
  if (tags === undefined) return undefined;
  const forms = { standard: 'list', map: 'map', asg: 'other' } as const;
  const property = tags.tagPropertyName;
  const elements = (properties[property]?.types ?? []).flatMap((one) =>
    one.kind === 'list' && one.element.kind === 'definition' ? [one.element.name] : [],
  );
  const known = elements.every((name) => definitions[name]?.properties.Key !== undefined);
  const placed = known && properties[property] !== undefined && mayTag(type);
  return { property, form: forms[tags.variant], ...(placed && { placed }) };
}

/**
 * Tells whether the handlers of a type have permission to tag. Without it, a tag would fail the create. API Gateway
 * tags with the verbs of its own resources ("Actions, resources, and condition keys for Amazon API Gateway
 * Management").
 */
function mayTag(type: string): boolean {
  const actions = permissionsFor([type], ['create']);
  return actions.some((action) => /:.*Tag/.test(action) || action === 'apigateway:POST');
}

function cutProperties(
  database: SpecDatabase,
  owner: Resource | TypeDefinition,
): Record<string, PropertySpec> {
  const entries = Object.entries(owner.properties).map(([name, property]) => [
    name,
    cutProperty(database, property),
  ]);
  return Object.fromEntries(entries);
}

function cutProperty(database: SpecDatabase, property: Property): PropertySpec {
  const types = [property.type, ...(property.previousTypes ?? []).toReversed()];
  return {
    types: types.map((type) => cutValueType(database, type)),
    required: property.required === true,
    replacement: property.causesReplacement ?? 'no',
  };
}

function cutValueType(database: SpecDatabase, type: PropertyType): ValueType {
  if (type.type === 'array') return { kind: 'list', element: cutValueType(database, type.element) };
  if (type.type === 'map') return { kind: 'map', element: cutValueType(database, type.element) };
  if (type.type === 'union') {
    return { kind: 'union', types: type.types.map((member) => cutValueType(database, member)) };
  }
  if (type.type === 'ref') {
    return { kind: 'definition', name: database.get('typeDefinition', type.reference.$ref).name };
  }
  return { kind: type.type === 'date-time' ? 'dateTime' : type.type };
}

/** Returns the dotted paths of all text properties that take a secret, with `*` for the elements of lists. */
function sensitivePaths(spec: TypeSpec): string[] {
  const found: string[] = [];
  const visit = (
    properties: Record<string, PropertySpec>,
    prefix: string,
    within: readonly string[],
  ): void => {
    for (const [name, property] of Object.entries(properties)) {
      for (const type of property.types) visitType(type, name, `${prefix}${name}`, within);
    }
  };
  const visitType = (type: ValueType, name: string, path: string, within: readonly string[]): void => {
    if (type.kind === 'list') visitType(type.element, name, `${path}.*`, within);
    if (type.kind === 'string' && isSecretProperty(spec.type, name)) found.push(path);
    if (type.kind !== 'definition' || within.includes(type.name) || within.length >= secretDepthMax) return;
    visit(spec.definitions[type.name]?.properties ?? {}, `${path}.`, [...within, type.name]);
  };
  visit(spec.properties, '', []);
  return [...new Set(found)].sort(compareText);
}
