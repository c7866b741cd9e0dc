import { isObject, type JsonValue } from '../../model/json.ts';
import { didYouMean } from '../../model/suggest.ts';
import { functionOf, isUnresolved, shown, within } from '../intrinsic.ts';
import { type Context, notYetKnown, noValue, type TemplateFunction } from '../scope.ts';

/** Returns the value of a name in `Ref` or `Fn::Sub`. Without a value, returns `{Ref: name}`. */
export function refer(name: string, context: Context, path: string): JsonValue | typeof noValue {
  if (name === 'AWS::NoValue') return noValue;
  const answer = context.scope.ref(name, path);
  if (answer !== undefined && answer !== notYetKnown) return answer;
  if (answer === undefined) {
    const hint = didYouMean(name, context.scope.names?.() ?? []);
    context.fail(path, 'UnknownReference', `"${name}" is neither a parameter nor a resource here${hint}`);
  }
  return { Ref: name };
}

/**
 * Returns the value of an attribute in `Fn::GetAtt` or `Fn::Sub`. Without a value, returns `{Fn::GetAtt: [id, name]}`.
 */
export function attribute(logicalId: string, name: string, context: Context, path: string): JsonValue {
  const answer = context.scope.attribute(logicalId, name, path);
  if (answer !== undefined && answer !== notYetKnown) return answer;
  if (answer === undefined) {
    context.fail(path, 'UnknownAttribute', `"${logicalId}" has no attribute "${name}" here`);
  }
  return { 'Fn::GetAtt': [logicalId, name] };
}

export const ref: TemplateFunction = (argument, context, path) => {
  const name = isObject(argument) ? context.evaluate(argument, path) : argument;
  if (typeof name === 'string') return refer(name, context, path);
  if (name === noValue || !isUnresolved(name)) {
    context.fail(
      path,
      'FunctionArguments',
      `Ref takes the name of a parameter or resource, got ${shown(argument)}`,
    );
  }
  return { Ref: argument };
};

/** `A.b.c` or `[A, b.c]`. A function that returns text may give the attribute's name. */
export const getAtt: TemplateFunction = (argument, context, path) => {
  const parts = typeof argument === 'string' ? splitOnce(argument) : argument;
  if (Array.isArray(parts) && parts.length >= 2) {
    const evaluated = parts.map((part, index) =>
      functionOf(part) === undefined ? part : context.evaluate(part, within(path, index)),
    );
    const [logicalId, ...name] = evaluated;
    if (typeof logicalId === 'string' && name.every((part) => typeof part === 'string')) {
      return attribute(logicalId, name.join('.'), context, path);
    }
  }
  const expected = 'Fn::GetAtt takes a logical id and the name of an attribute';
  context.fail(path, 'FunctionArguments', `${expected}, got ${shown(argument)}`);
  // An invalid reference must not be treated as a reference later.
  return '';
};

function splitOnce(text: string): JsonValue {
  const dot = text.indexOf('.');
  return dot <= 0 ? text : [text.slice(0, dot), text.slice(dot + 1)];
}

export const importValue: TemplateFunction = (argument, context, path) => {
  const name = context.evaluate(argument, path);
  if (typeof name !== 'string') {
    if (name === noValue || !isUnresolved(name)) {
      context.fail(
        path,
        'FunctionArguments',
        `Fn::ImportValue takes the name of an export, got ${shown(argument)}`,
      );
    } else {
      const rule = 'the name of an import must be known before planning, so it can not refer to a resource';
      context.fail(path, 'FunctionArguments', `Fn::ImportValue: ${rule}, got ${shown(name)}`);
    }
    return { 'Fn::ImportValue': argument };
  }
  const answer = context.scope.importValue?.(name, path);
  if (answer === undefined) context.fail(path, 'UnknownImport', `no export is named "${name}"`);
  return answer === undefined || answer === notYetKnown ? { 'Fn::ImportValue': name } : answer;
};

/** Returns the zones of a region. Without text, or with empty text, uses the region of the request. */
export const getAzs: TemplateFunction = (argument, context, path) => {
  const given = context.evaluate(argument, path);
  const region = given === '' || given === noValue ? refer('AWS::Region', context, path) : given;
  if (typeof region !== 'string') {
    if (region === noValue || !isUnresolved(region)) {
      context.fail(
        path,
        'FunctionArguments',
        `Fn::GetAZs takes the name of a region, got ${shown(argument)}`,
      );
    }
    return { 'Fn::GetAZs': argument };
  }
  const zones = context.scope.azs?.(region) ?? notYetKnown;
  return zones === notYetKnown ? { 'Fn::GetAZs': region } : zones;
};
