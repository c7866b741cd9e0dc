import type { JsonObject } from './json.ts';

/** Whether an object is an intrinsic function, `{Ref: ...}` or `{'Fn::Name': ...}`: one value, and no object of its own. */
export function isFunction(value: JsonObject): boolean {
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
