import type { JsonObject } from './json.ts';

/**
 * Tells whether an object is an intrinsic function, `{Ref: ...}` or `{'Fn::Name': ...}`, and so stands for a single
 * value.
 */
export function isFunction(value: JsonObject): boolean {
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
