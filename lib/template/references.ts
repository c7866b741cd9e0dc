import { isObject, type JsonValue } from '../model/json.ts';
import { functionOf } from './intrinsic.ts';

/** A reference to a resource in a value: `Ref` without an attribute, `Fn::GetAtt` with one. */
export interface Reference {
  logicalId: string;
  attribute?: string;
}

/**
 * Returns every `Ref`, `Fn::GetAtt` and `${...}` of `Fn::Sub` in a value, in order and with duplicates. Includes
 * parameters and pseudo parameters if the value was not evaluated before.
 */
export function referencesIn(value: JsonValue): Reference[] {
  const found: Reference[] = [];
  collect(value, found);
  return found;
}

function collect(value: JsonValue | undefined, found: Reference[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  const name = functionOf(value);
  const argument = name === undefined ? undefined : value[name];
  if (name === 'Ref' && typeof argument === 'string') found.push({ logicalId: argument });
  else if (name === 'Fn::GetAtt') collectAttribute(argument, found);
  else {
    if (name === 'Fn::Sub') collectSub(argument, found);
    for (const key in value) collect(value[key], found);
  }
}

function collectAttribute(argument: JsonValue | undefined, found: Reference[]): void {
  const [logicalId, ...rest] =
    typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument : [];
  if (typeof logicalId === 'string') found.push({ logicalId, attribute: rest.join('.') });
  for (const part of rest) collect(part, found);
}

function collectSub(argument: JsonValue | undefined, found: Reference[]): void {
  const [template, variables] = Array.isArray(argument) ? argument : [argument];
  if (typeof template !== 'string') return;
  for (const [, name = ''] of template.matchAll(/\$\{([^!{}][^{}]*)\}/g)) {
    const [logicalId = '', ...rest] = name.trim().split('.');
    if (isObject(variables) && Object.hasOwn(variables, name.trim())) continue;
    found.push(rest.length === 0 ? { logicalId } : { logicalId, attribute: rest.join('.') });
  }
}
