import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { PropertySpec, TypeSpec, ValueType } from '../../lib/model/spec.ts';

/** A resource of a type with properties derived from its spec alone, and the properties that change. */
export interface Sample {
  type: string;
  /** The required properties, and write-only properties if it has plain ones. */
  stays: JsonObject;
  changing: string;
  one: JsonValue;
  two: JsonValue;
  /** Write-only properties in `stays`. */
  hidden: string[];
  /** Whether the service generates the name. */
  named: boolean;
}

const depthMax = 4;

/** Returns a sample of a type. Undefined if it needs a secret, or has no plain property that can change. */
export function sampleOf(spec: TypeSpec): Sample | undefined {
  const fixed = (name: string) =>
    [spec.createOnly, spec.readOnly, spec.writeOnly, spec.sensitive, spec.primaryIdentifier].some((paths) =>
      paths.some((path) => path === name || path.startsWith(`${name}.`)),
    );
  const stays = required(spec.properties, spec, 0);
  if (stays === undefined || Object.keys(stays).some((name) => isSensitive(spec, name))) return undefined;
  const changing = Object.keys(spec.properties)
    .filter((name) => spec.properties[name]?.replacement === 'no' && !fixed(name))
    .find((name) => values(spec.properties[name]) !== undefined);
  const [one, two] = values(spec.properties[changing ?? '']) ?? [];
  if (changing === undefined || one === undefined || two === undefined) return undefined;
  const hidden = spec.writeOnly.filter(
    (path) => values(spec.properties[path]) !== undefined && !isSensitive(spec, path) && path !== changing,
  );
  for (const path of hidden) stays[path] ??= values(spec.properties[path])?.[0] ?? null;
  delete stays[changing];
  const named = spec.primaryIdentifier.some((name) => stays[name] === undefined);
  return { type: spec.type, stays, changing, one, two, hidden, named };
}

function isSensitive(spec: TypeSpec, name: string): boolean {
  return spec.sensitive.some((path) => path === name || path.startsWith(`${name}.`));
}

/** Returns two values of a plain property. */
function values(property: PropertySpec | undefined): [JsonValue, JsonValue] | undefined {
  const kind = property?.types[0]?.kind;
  if (kind === 'string') return ['one', 'two'];
  if (kind === 'boolean') return [true, false];
  return kind === 'integer' || kind === 'number' ? [10, 20] : undefined;
}

function required(
  properties: Record<string, PropertySpec>,
  spec: TypeSpec,
  depth: number,
): JsonObject | undefined {
  if (depth > depthMax) return undefined;
  const made: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    if (!property.required) continue;
    const value = sampleValue(property.types[0], name, spec, depth);
    if (value === undefined) return undefined;
    made[name] = value;
  }
  return made;
}

function sampleValue(
  type: ValueType | undefined,
  name: string,
  spec: TypeSpec,
  depth: number,
): JsonValue | undefined {
  const plain: Partial<Record<ValueType['kind'], JsonValue>> = {
    ...{ string: /arn$/i.test(name) ? 'arn:aws:iam::111111111111:role/sample' : 'sample', boolean: true },
    ...{ integer: 10, number: 10, dateTime: '2026-01-01T00:00:00Z' },
  };
  if (type === undefined) return undefined;
  if (type.kind === 'definition')
    return required(spec.definitions[type.name]?.properties ?? {}, spec, depth + 1);
  if (type.kind === 'list') {
    const element = sampleValue(type.element, name, spec, depth + 1);
    return element === undefined ? undefined : [element];
  }
  if (type.kind === 'union') return sampleValue(type.types[0], name, spec, depth);
  return plain[type.kind];
}
