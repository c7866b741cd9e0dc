import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { functionOf, holdsDynamicReference, isUnresolved, scalarText, shown, within } from '../intrinsic.ts';
import { type Context, noValue, type TemplateFunction } from '../scope.ts';
import { attribute, refer } from './references.ts';

/**
 * Joins texts as far as they are known. If all are known, returns one text, and otherwise `Fn::Join` with adjacent
 * known texts merged. A join of a single attribute stays a join, because it converts a possible number to text.
 */
export function joined(delimiter: string, parts: JsonValue[]): JsonValue {
  const merged: JsonValue[] = [];
  for (const part of delimiter === '' ? parts.flatMap(flattened) : parts) {
    const text = scalarText(part);
    const last = merged.at(-1);
    if (text !== undefined && typeof last === 'string') merged[merged.length - 1] = last + delimiter + text;
    else merged.push(text ?? part);
  }
  const kept = merged.filter((part) => delimiter !== '' || part !== '');
  const [only] = kept;
  if (only === undefined) return '';
  if (kept.length === 1 && (typeof only === 'string' || functionOf(only) === 'Ref')) return only;
  return { 'Fn::Join': [delimiter, kept] };
}

/** Returns the parts of a join with an empty delimiter, so that nested joins become one. */
function flattened(part: JsonValue): JsonValue[] {
  const argument = isObject(part) ? part['Fn::Join'] : undefined;
  if (!Array.isArray(argument) || argument[0] !== '' || !Array.isArray(argument[1])) return [part];
  return argument[1];
}

export const join: TemplateFunction = (argument, context, path) => {
  const evaluated = context.evaluate(argument, path);
  if (Array.isArray(evaluated) && evaluated.length === 2) {
    const [delimiter, list] = evaluated;
    if (typeof delimiter === 'string' && Array.isArray(list)) {
      const wrong = list.findIndex(
        (part) => scalarText(part) === undefined && functionOf(part) === undefined,
      );
      if (wrong === -1) return joined(delimiter, list);
      const where = within(within(path, 1), wrong);
      context.fail(where, 'FunctionArguments', `Fn::Join joins texts, got ${shown(list[wrong])}`);
      return { 'Fn::Join': evaluated };
    }
    if (typeof delimiter === 'string' && functionOf(list) !== undefined) return { 'Fn::Join': evaluated };
  }
  const expected = 'Fn::Join takes a delimiter and a list of texts';
  context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
  return { 'Fn::Join': argument };
};

const variable = /\$\{([^{}]*)\}/g;
/** Letters, digits, `_`, `.`, `:`, and `-`, which parameter names from other systems contain. */
const variableName = /^[A-Za-z0-9_.:-]+$/;

/** `${Name}`, `${Resource.Attribute}`, `${!Literal}`. The list form defines its own variables. */
export const sub: TemplateFunction = (argument, context, path) => {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const shape = !Array.isArray(argument) || argument.length === 2;
  if (typeof template !== 'string' || !isObject(variables) || !shape) {
    const expected = 'Fn::Sub takes a text, or a text and an object of variables';
    context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
    return { 'Fn::Sub': argument };
  }
  const parts: JsonValue[] = [];
  let end = 0;
  for (const match of template.matchAll(variable)) {
    parts.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    const name = match[1] ?? '';
    parts.push(
      name.startsWith('!') ? `\${${name.slice(1)}}` : substitute(name.trim(), variables, context, path),
    );
  }
  parts.push(template.slice(end));
  return joined('', parts);
};

function substitute(name: string, variables: JsonObject, context: Context, path: string): JsonValue {
  const value = lookUp(name, variables, context, path);
  if (value === noValue) return '';
  if (scalarText(value) !== undefined || functionOf(value) !== undefined) return value;
  context.fail(path, 'FunctionArguments', `Fn::Sub: "\${${name}}" must be a text, got ${shown(value)}`);
  return '';
}

function lookUp(name: string, variables: JsonObject, context: Context, path: string) {
  const own = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (own !== undefined) return context.evaluate(own, within(path, `1.${name}`));
  if (!variableName.test(name)) {
    const message = `Fn::Sub: "\${${name}}" is no name; write "\${!${name}}" to keep it as text`;
    context.fail(path, 'FunctionArguments', message);
    return '';
  }
  const dot = name.indexOf('.');
  if (dot <= 0) return refer(name, context, path);
  return attribute(name.slice(0, dot), name.slice(dot + 1), context, path);
}

export const split: TemplateFunction = (argument, context, path) => {
  const evaluated = context.evaluate(argument, path);
  if (Array.isArray(evaluated) && evaluated.length === 2) {
    const [delimiter, text] = evaluated;
    if (typeof delimiter === 'string' && delimiter !== '') {
      if (functionOf(text) !== undefined) return { 'Fn::Split': evaluated };
      if (typeof text === 'string') {
        return holdsDynamicReference(text) ? { 'Fn::Split': evaluated } : text.split(delimiter);
      }
    }
  }
  const expected = 'Fn::Split takes a delimiter and a text';
  context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
  return { 'Fn::Split': argument };
};

/** Stays unresolved around a dynamic reference, because the value must be encoded rather than its reference. */
export const base64: TemplateFunction = (argument, context, path) => {
  const value = context.evaluate(argument, path);
  const text = value === noValue ? undefined : scalarText(value);
  if (text !== undefined && !holdsDynamicReference(text)) return Buffer.from(text, 'utf8').toString('base64');
  if (value === noValue || (text === undefined && functionOf(value) === undefined)) {
    context.fail(path, 'FunctionArguments', `Fn::Base64 takes a text, got ${shown(argument)}`);
    return { 'Fn::Base64': argument };
  }
  return { 'Fn::Base64': value };
};

export const toJsonString: TemplateFunction = (argument, context, path) => {
  const value = context.evaluate(argument, path);
  if (typeof value === 'object' && value !== null) {
    return isUnresolved(value) ? { 'Fn::ToJsonString': value } : JSON.stringify(value);
  }
  context.fail(
    path,
    'FunctionArguments',
    `Fn::ToJsonString takes an object or a list, got ${shown(argument)}`,
  );
  return { 'Fn::ToJsonString': argument };
};
