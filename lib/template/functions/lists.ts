import { isObject } from '../../model/json.ts';
import { didYouMean } from '../../model/suggest.ts';
import { functionOf, isUnresolved, own, scalarText, shown, within } from '../intrinsic.ts';
import { noValue, type TemplateFunction } from '../scope.ts';

export const select: TemplateFunction = (argument, context, path) => {
  const evaluated = context.evaluate(argument, path);
  if (Array.isArray(evaluated) && evaluated.length === 2) {
    const [given, list] = evaluated;
    const index = Number(scalarText(given) || Number.NaN);
    const known = Number.isInteger(index) && index >= 0;
    if ((known || functionOf(given) !== undefined) && functionOf(list) !== undefined)
      return { 'Fn::Select': evaluated };
    if (known && Array.isArray(list)) {
      const element = list[index];
      if (element !== undefined) return element;
      const range = `Fn::Select: there is no element ${index} in a list of ${list.length}`;
      context.fail(path, 'FunctionArguments', `${range}, ${shown(list)}`);
      return { 'Fn::Select': argument };
    }
  }
  const expected = 'Fn::Select takes an index from 0 on and a list';
  context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
  return { 'Fn::Select': argument };
};

export const length: TemplateFunction = (argument, context, path) => {
  const value = context.evaluate(argument, path);
  if (Array.isArray(value)) return value.length;
  if (value !== noValue && functionOf(value) !== undefined) return { 'Fn::Length': value };
  context.fail(path, 'FunctionArguments', `Fn::Length takes a list, got ${shown(argument)}`);
  return { 'Fn::Length': argument };
};

/** `[map, first key, second key]`, and with AWS::LanguageExtensions `{DefaultValue: ...}` as a fourth. */
export const findInMap: TemplateFunction = (argument, context, path) => {
  if (!Array.isArray(argument) || argument.length < 3 || argument.length > 4) {
    const expected = 'Fn::FindInMap takes the name of a mapping and two keys';
    context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
    return { 'Fn::FindInMap': argument };
  }
  const keys = argument.slice(0, 3).map((key, index) => context.evaluate(key, within(path, index)));
  const texts = keys.map((key) => (key === noValue ? undefined : scalarText(key)));
  const [map, first, second] = texts;
  const unresolved = keys.some((key) => key !== noValue && isUnresolved(key));
  if (map === undefined || first === undefined || second === undefined) {
    if (!unresolved) {
      context.fail(path, 'FunctionArguments', `Fn::FindInMap: keys must be texts, got ${shown(argument)}`);
    }
    return { 'Fn::FindInMap': argument };
  }
  const mapping = context.scope.mapping?.(map);
  const row = own(mapping, first);
  const value = isObject(row) ? own(row, second) : undefined;
  if (value !== undefined) return value;
  const otherwise = isObject(argument[3]) ? argument[3].DefaultValue : undefined;
  if (otherwise !== undefined) return context.evaluate(otherwise, within(path, '3.DefaultValue'));
  if (mapping === undefined) context.fail(path, 'UnknownMapping', `there is no mapping "${map}"`);
  else {
    const hint = isObject(row)
      ? didYouMean(second, Object.keys(row))
      : didYouMean(first, Object.keys(mapping));
    context.fail(path, 'UnknownMapping', `mapping "${map}" has no value for "${first}", "${second}"${hint}`);
  }
  return { 'Fn::FindInMap': argument };
};
