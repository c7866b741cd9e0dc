import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isIntrinsic } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

/** Adds the paths of all that says something in the value; true if anything does. */
function fill(value: JsonValue | undefined, path: string, into: string[]): boolean {
  if (isAbsent(value)) return false;
  let says: boolean;
  if (Array.isArray(value)) says = value.some((one) => fill(one, '', []));
  else if (isObject(value) && !isIntrinsic(value)) {
    const inside = Object.entries(value).map(([name, one]) =>
      fill(one, path === '' ? name : `${path}.${name}`, into),
    );
    says = inside.includes(true);
  } else says = value !== '' && value !== false && value !== 'false';
  if (says && path !== '') into.push(path);
  return says;
}

export const filled: Fact = {
  name: 'filled',
  types: ['*'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'Paths of the properties (Name, Name.Inner) that say something: not nothing, an empty text, an empty list or ' +
    'object, or false. What is not known yet counts as something, as it does for has.',
  derive({ value }) {
    const paths: string[] = [];
    fill(value, '', paths);
    return { value: paths };
  },
};
