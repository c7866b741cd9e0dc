/**
 * The template's functions, resolved against the names that the local cloud gives.
 * Source: CloudFormation User Guide, "Intrinsic function reference".
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

export interface Scope {
  account: string;
  region: string;
  stackName: string;
  parameters: Record<string, JsonValue>;
  mappings: JsonObject;
  conditions: JsonObject;
  ref(logicalId: string): JsonValue | undefined;
  attribute(logicalId: string, name: string): JsonValue | undefined;
}

/** What can't be resolved, by name. */
export class UnresolvableError extends Error {
  override readonly name = 'UnresolvableError';
}

type Resolver = (argument: JsonValue, scope: Scope) => JsonValue | undefined;
const noValue = Symbol('AWS::NoValue');

/** Replaces every function in the value. Properties that are AWS::NoValue are left out. */
export function resolve(value: JsonValue, scope: Scope): JsonValue {
  const result = walk(value, scope);
  return result === noValue ? null : result;
}

function walk(value: JsonValue, scope: Scope): JsonValue | typeof noValue {
  if (Array.isArray(value)) {
    return value.map((part) => walk(part, scope)).filter((part) => part !== noValue);
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isFunctionName(first[0])) {
    return applyFunction(first[0], first[1], scope);
  }
  const result: JsonObject = {};
  for (const [key, part] of entries) {
    const resolved = walk(part, scope);
    if (resolved !== noValue) result[key] = resolved;
  }
  return result;
}

function isFunctionName(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

function applyFunction(name: string, argument: JsonValue, scope: Scope): JsonValue | typeof noValue {
  if (name === 'Ref' && argument === 'AWS::NoValue') return noValue;
  if (name === 'Fn::If') {
    const [condition, yes, no] = list(argument);
    return walk((conditionHolds(String(condition), scope) ? yes : no) ?? null, scope);
  }
  // an IAM statement has a plain key of this name
  if (name === 'Condition' && typeof argument !== 'string') return { Condition: resolve(argument, scope) };
  const resolver = resolvers[name];
  if (resolver === undefined) throw new UnresolvableError(`the function ${name} is not known`);
  const result = resolver(argument, scope);
  if (result === undefined)
    throw new UnresolvableError(`${name} ${JSON.stringify(argument)} can't be resolved`);
  return result;
}

const resolvers: Record<string, Resolver> = {
  Ref: (argument, scope) => reference(String(argument), scope),
  Condition: (argument, scope) => conditionHolds(String(argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [id = '', ...path] =
      typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
    return scope.attribute(id, path.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts ?? [], scope))
      .map(String)
      .join(String(separator));
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = typeof argument === 'string' ? [argument, {}] : list(argument);
    return substitute(String(text), (variables ?? {}) as JsonObject, scope);
  },
  'Fn::Select': (argument, scope) => {
    const [index, parts] = list(resolve(argument, scope));
    return list(parts ?? [])[Number(index)];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(resolve(argument, scope));
    return String(text).split(String(separator));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(resolve(argument, scope)).map(String);
    const top = scope.mappings[map ?? ''];
    const level = isObject(top) ? top[first ?? ''] : undefined;
    return isObject(level) ? level[second ?? ''] : undefined;
  },
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => scope.region + zone),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(resolve(argument, scope));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, scope) => list(resolve(argument, scope)).every(Boolean),
  'Fn::Or': (argument, scope) => list(resolve(argument, scope)).some(Boolean),
  'Fn::Not': (argument, scope) => !list(resolve(argument, scope))[0],
};

function list(value: JsonValue): JsonValue[] {
  if (!Array.isArray(value)) throw new UnresolvableError(`a list is expected, not ${JSON.stringify(value)}`);
  return value;
}

function reference(name: string, scope: Scope): JsonValue | undefined {
  const pseudo: Record<string, JsonValue> = {
    'AWS::AccountId': scope.account,
    'AWS::Region': scope.region,
    'AWS::Partition': 'aws',
    'AWS::StackName': scope.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${scope.region}:${scope.account}:stack/${scope.stackName}/local`,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NotificationARNs': [],
  };
  return pseudo[name] ?? scope.parameters[name] ?? scope.ref(name);
}

function substitute(text: string, variables: JsonObject, scope: Scope): string {
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (variables[name] !== undefined) return String(resolve(variables[name], scope));
    const [id = '', ...path] = name.split('.');
    const value = path.length > 0 ? scope.attribute(id, path.join('.')) : reference(name, scope);
    if (value === undefined) throw new UnresolvableError(`\${${name}} in Fn::Sub can't be resolved`);
    return String(value);
  });
}

/** Whether a condition of the template holds. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.conditions[name];
  if (condition === undefined) throw new UnresolvableError(`there is no condition ${name}`);
  return resolve(condition, scope) === true;
}
