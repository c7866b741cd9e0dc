import { canonicalJson, type JsonObject, type JsonValue } from '../json.ts';
import { valueAtPath } from '../property-path.ts';
import { type TextPart, textPartsOf } from './text-parts.ts';

/** A resource by the names that others may call it. */
export interface NamedResource {
  logicalId: string;
  type: string;
  properties: JsonObject;
  /** Of the existing resource. */
  identifier?: string | undefined;
  attributes?: JsonObject | undefined;
}

/** Whether a text names a resource; `unknown` if that is only known when the resources exist. */
export type Match = 'yes' | 'no' | 'unknown';

/** Returns the last part of an ARN or a path: what a property that takes a name or an ARN names. */
export function lastPart(text: string): string {
  return text.split(/[/:|]/).at(-1) ?? text;
}

/** Returns the names of a resource that are known: given by the template, or read. */
export function knownNames({ type, properties, identifier, attributes = {} }: NamedResource): string[] {
  const own = `${type.split('::').at(-1)}Name`;
  const given = [properties[own], properties.Name, attributes[own], attributes.Name].filter(
    (one) => typeof one === 'string',
  );
  return [...given, ...(identifier === undefined ? [] : [identifier, lastPart(identifier)])];
}

/**
 * Tells whether a text stands for the same name as a property of a resource.
 *
 * @param read attributes by which a reference to the resource itself reads this name
 * @param others the resources of the same template
 */
export function sameName(
  text: readonly TextPart[],
  resource: NamedResource,
  { property, read, standard }: { property: string; read: readonly string[]; standard?: string | undefined },
  others: ReadonlyMap<string, NamedResource>,
): Match {
  const written = valueAtPath(resource.properties, property) ?? standard;
  const said = textPartsOf(written);
  if (said !== undefined && canonicalJson(said as JsonValue) === canonicalJson(text as JsonValue))
    return 'yes';
  const [part, ...more] = text;
  if (part === undefined || more.length > 0) return 'unknown';
  const [value, ...rest] = said ?? [];
  if (typeof part === 'object') {
    if (part.of === resource.logicalId) return read.includes(part.attribute) ? 'yes' : 'unknown';
    // A property takes the name or the ARN of the same other resource.
    if (rest.length === 0 && typeof value === 'object') return value.of === part.of ? 'yes' : 'no';
    const names = namesOf(others.get(part.of));
    if (rest.length > 0 || typeof value !== 'string' || names.length === 0) return 'unknown';
    return names.includes(lastPart(value)) ? 'yes' : 'no';
  }
  if (written !== undefined && (said === undefined || rest.length > 0)) return 'unknown';
  const names =
    typeof value === 'string'
      ? [value, lastPart(value)]
      : typeof value === 'object'
        ? namesOf(others.get(value.of))
        : readNames(resource, property, read);
  return names.includes(part) ? 'yes' : 'no';
}

function namesOf(resource: NamedResource | undefined): string[] {
  return resource === undefined ? [] : knownNames(resource);
}

/** The service has generated the name, and it was read. */
function readNames(resource: NamedResource, property: string, read: readonly string[]): string[] {
  const { attributes = {}, identifier } = resource;
  const found = [property, ...read.filter((one) => one !== '')].map((one) => attributes[one]);
  const own = read.includes('') && identifier !== undefined ? [identifier] : [];
  return [...found.filter((one) => typeof one === 'string'), ...own];
}
