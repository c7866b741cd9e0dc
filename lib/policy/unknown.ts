import { isObject, type JsonValue } from '../model/json.ts';

/** Tells whether a value is an intrinsic function that is not resolved yet: `{"Ref": ...}`, `{"Fn::GetAtt": ...}`. */
export function isIntrinsic(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

/** Tells whether a value is absent: null, or a reference to `AWS::NoValue`. Keys next to the reference are kept. */
export function isAbsent(value: JsonValue | undefined): value is null | undefined {
  if (value === undefined || value === null) return true;
  return isObject(value) && value.Ref === 'AWS::NoValue' && Object.keys(value).length === 1;
}

/**
 * Tells whether the value itself is unknown: an unresolved function, or text with a dynamic reference
 * (`{{resolve:secretsmanager:...}}`), which no policy may see resolved.
 */
export function isUnknown(value: JsonValue): boolean {
  return typeof value === 'string' ? value.includes('{{resolve:') : isIntrinsic(value);
}

/** Tells whether the value, or anything inside it, is unknown. */
export function holdsUnknown(value: JsonValue): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}
