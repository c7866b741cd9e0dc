import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { PropertySpec, TypeSpec, ValueType } from '../model/spec.ts';
import { didYouMean, functionOf, holdsDynamicReference } from '../template/index.ts';
import { shown, within } from '../template/intrinsic.ts';
import { type ReferenceForm, type References, referenceForm } from './reference-form.ts';
import { coerceScalar, describeType } from './scalars.ts';

/** The inputs for checking one resource's properties. */
export interface PropertyCheck extends References {
  spec: TypeSpec;
  report(path: string, code: string, message: string): void;
}

/**
 * Returns the properties of a resource with scalars converted to the types in the spec ("8" for an integer, true for a
 * text), as CloudFormation does. Reports every unknown, missing or mistyped property. Accepts a reference without a
 * value if its form may fit.
 */
export function checkProperties(properties: JsonObject, check: PropertyCheck, path: string): JsonObject {
  return checkObject(properties, check.spec.properties, check, path, true);
}

function checkObject(
  object: JsonObject,
  specs: Record<string, PropertySpec>,
  check: PropertyCheck,
  path: string,
  isResource: boolean,
): JsonObject {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    const here = within(path, name);
    const result = spec === undefined ? value : checkValue(value, spec.types, check, here);
    if (spec === undefined) reportUnknown(name, specs, check, here, isResource);
    if (result !== value) changed = true;
    entries.push([name, result]);
  }
  for (const name in specs) {
    if (specs[name]?.required !== true || Object.hasOwn(object, name)) continue;
    check.report(path, 'MissingProperty', `"${name}" is required and missing`);
  }
  return changed ? Object.fromEntries(entries) : object;
}

function reportUnknown(
  name: string,
  specs: Record<string, PropertySpec>,
  check: PropertyCheck,
  path: string,
  isResource: boolean,
): void {
  const { type, attributes } = check.spec;
  if (isResource && Object.hasOwn(attributes, name)) {
    check.report(path, 'ReadOnlyProperty', `"${name}" of ${type} is a read-only attribute`);
    return;
  }
  check.report(
    path,
    'UnknownProperty',
    `${type} has no property "${name}" here${didYouMean(name, Object.keys(specs))}`,
  );
}

/**
 * Returns the value converted to the first type it fits. If it fits none, reports the problems for the type of its
 * shape.
 */
function checkValue(value: JsonValue, types: ValueType[], check: PropertyCheck, path: string): JsonValue {
  const candidates = types.flatMap(flattened);
  if (functionOf(value) !== undefined) {
    const form = referenceForm(value, check);
    if (candidates.some((type) => takesForm(type, form))) return value;
    check.report(
      path,
      'WrongType',
      `expected ${described(candidates)}, got ${shown(value)}, which gives ${form}`,
    );
    return value;
  }
  if (value === null) {
    check.report(path, 'Null', 'a property must not be null; remove the property');
    return value;
  }
  // The value of a dynamic reference is known only at the call. It is text and converted like any other.
  if (
    typeof value === 'string' &&
    holdsDynamicReference(value) &&
    candidates.some((type) => takesForm(type, 'a text'))
  ) {
    return value;
  }
  const shaped = candidates.filter((type) => hasShape(value, type));
  const [first, second] = shaped;
  if (first === undefined) {
    check.report(path, 'WrongType', `expected ${described(candidates)}, got ${shown(value)}`);
    return value;
  }
  if (second === undefined) return checkAs(value, first, check, path);
  return bestOf(value, shaped, check, path);
}

const flattened = (type: ValueType): ValueType[] =>
  type.kind === 'union' ? type.types.flatMap(flattened) : [type];
const described = (types: ValueType[]) => [...new Set(types.map(describeType))].join(' or ');

/** Tries each type in order. The first without problems is used, or else the one with the fewest. */
function bestOf(value: JsonValue, types: ValueType[], check: PropertyCheck, path: string): JsonValue {
  let best: { value: JsonValue; problems: [string, string, string][] } | undefined;
  for (const type of types) {
    const problems: [string, string, string][] = [];
    const result = checkAs(value, type, { ...check, report: (...problem) => problems.push(problem) }, path);
    if (problems.length === 0) return result;
    if (best === undefined || problems.length < best.problems.length) best = { value: result, problems };
  }
  for (const problem of best?.problems ?? []) check.report(...problem);
  return best?.value ?? value;
}

function checkAs(value: JsonValue, type: ValueType, check: PropertyCheck, path: string): JsonValue {
  if (type.kind === 'list' && Array.isArray(value)) {
    return mapList(value, (item, index) => checkValue(item, [type.element], check, within(path, index)));
  }
  if (type.kind === 'map' && isObject(value)) {
    return mapObject(value, (item, key) => checkValue(item, [type.element], check, within(path, key)));
  }
  if (type.kind === 'definition' && isObject(value)) {
    const definition = check.spec.definitions[type.name];
    // A definition without properties stands for an object with any content.
    if (definition === undefined || Object.keys(definition.properties).length === 0) return value;
    return checkObject(value, definition.properties, check, path, false);
  }
  if (type.kind === 'tag' && isObject(value)) return checkObject(value, tagProperties, check, path, false);
  return coerceScalar(value, type) ?? value;
}

const text: ValueType[] = [{ kind: 'string' }];
const tagProperties: Record<string, PropertySpec> = {
  Key: { types: text, required: true, replacement: 'no' },
  Value: { types: text, required: false, replacement: 'no' },
};

function mapList(list: JsonValue[], change: (item: JsonValue, index: number) => JsonValue): JsonValue[] {
  let changed = false;
  const results = list.map((item, index) => {
    const result = change(item, index);
    if (result !== item) changed = true;
    return result;
  });
  return changed ? results : list;
}

function mapObject(object: JsonObject, change: (item: JsonValue, key: string) => JsonValue): JsonObject {
  let changed = false;
  const entries = Object.entries(object).map(([key, item]): [string, JsonValue] => {
    const result = change(item, key);
    if (result !== item) changed = true;
    return [key, result];
  });
  return changed ? Object.fromEntries(entries) : object;
}

/** Tells whether a value has the outer form of a type. */
function hasShape(value: JsonValue, type: ValueType): boolean {
  if (type.kind === 'json') return true;
  if (type.kind === 'list') return Array.isArray(value);
  if (type.kind === 'map' || type.kind === 'definition' || type.kind === 'tag') return isObject(value);
  return coerceScalar(value, type) !== undefined;
}

/** Tells whether a reference with this form may be used for a type. */
function takesForm(type: ValueType, form: ReferenceForm): boolean {
  if (form === 'anything' || type.kind === 'json') return true;
  if (type.kind === 'list') return form === 'a list';
  if (type.kind === 'map' || type.kind === 'definition' || type.kind === 'tag') return form === 'an object';
  return form === 'a text';
}
