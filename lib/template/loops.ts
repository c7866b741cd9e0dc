import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { countExpansion } from './expansion.ts';
import { scalarText, shown } from './intrinsic.ts';
import { type Context, noValue } from './scope.ts';

export const loopPrefix = 'Fn::ForEach::';

/**
 * Expands one `Fn::ForEach::Name: [identifier, collection, {key: value}]` into its entries, not evaluated. In nested
 * loops, the outer identifier is already replaced. `${Identifier}` and `{Ref: Identifier}` become the element,
 * `&{Identifier}` its letters and digits.
 * Source: "Fn::ForEach", AWS CloudFormation Template Reference.
 */
export function loopEntries(
  argument: JsonValue | undefined,
  context: Context,
  path: string,
): [string, JsonValue][] {
  const [identifier, collection, fragment] = Array.isArray(argument) ? argument : [];
  const names = typeof identifier === 'string' ? [identifier] : identifier;
  const shape = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!shape || names.length !== 1 || collection === undefined || !isObject(fragment)) {
    const expected = 'Fn::ForEach takes an identifier, a collection and an object of one key';
    context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
    return [];
  }
  const elements = elementsOf(collection, context, path);
  const [name = ''] = names;
  countExpansion(context.scope, 'values', elements.length * sizeOf(fragment), path);
  return elements.flatMap((element) => Object.entries(replaced(fragment, name, element) as JsonObject));
}

/** Returns the number of values in a value, including itself. */
function sizeOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner), 1);
}

function elementsOf(collection: JsonValue, context: Context, path: string): string[] {
  const listed = Array.isArray(collection)
    ? collection.map((item) => context.evaluate(item, path))
    : undefined;
  const value = listed ?? context.evaluate(collection, path);
  if (Array.isArray(value)) {
    const elements = value.flat().map((item) => (item === noValue ? undefined : scalarText(item)));
    if (elements.every((element) => element !== undefined)) return elements;
  }
  context.fail(
    path,
    'FunctionArguments',
    `Fn::ForEach: the collection must be a list of texts, got ${shown(collection)}`,
  );
  return [];
}

function replaced(value: JsonValue, name: string, element: string): JsonValue {
  if (typeof value === 'string') return replacedText(value, name, element);
  if (Array.isArray(value)) return value.map((item) => replaced(item, name, element));
  if (!isObject(value)) return value;
  if (value.Ref === name) return element;
  const entries = Object.entries(value).map(([key, inner]) => [
    replacedText(key, name, element),
    replaced(inner, name, element),
  ]);
  return Object.fromEntries(entries);
}

function replacedText(text: string, name: string, element: string): string {
  if (!text.includes(name)) return text;
  return text
    .replaceAll(`\${${name}}`, () => element)
    .replaceAll(`&{${name}}`, () => element.replaceAll(/[^A-Za-z0-9]/g, ''));
}
