import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

function isNoText(value: JsonValue): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value);
}

/** Returns paths through objects, but not into lists. Skips absent and unknown values, because they have no form. */
function pathsOf(value: JsonObject, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, one]) => {
    if (isAbsent(one) || isUnknown(one)) return [];
    const path = `${prefix}${name}`;
    if (isObject(one)) return pathsOf(one, `${path}.`);
    return isNoText(one) ? [path] : [];
  });
}

export const nonTextProperties: Fact = {
  name: 'nonTextProperties',
  types: ['*'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Paths of the string properties (Name, Name.Inner) whose value is a number, a Boolean or a list.',
  derive: ({ value }) => ({ value: pathsOf(value) }),
};
