import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isIntrinsic } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

/** Adds the paths of all filled values inside the value. Returns true if the value makes its parent count as filled. */
function fill(value: JsonValue | undefined, path: string, into: string[]): boolean {
  if (isAbsent(value)) return false;
  let fills: boolean;
  if (Array.isArray(value)) fills = value.some((one) => fill(one, '', []));
  else if (isObject(value) && !isIntrinsic(value)) {
    const inside = Object.entries(value).map(([name, one]) =>
      fill(one, path === '' ? name : `${path}.${name}`, into),
    );
    fills = inside.includes(true);
  } else fills = value !== '';
  // A switch that is off makes its parent count as filled, but isn't listed itself.
  if (fills && path !== '' && value !== false && value !== 'false') into.push(path);
  return fills;
}

export const filled: Fact = {
  name: 'filled',
  types: ['*'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Paths of the properties (Name, Name.Inner) with a value that is not null, an empty string, an empty list, an ' +
    'empty object, or false. A value that is not known yet counts as a value, as it does for has.',
  derive({ value }) {
    const paths: string[] = [];
    fill(value, '', paths);
    return { value: paths };
  },
};
