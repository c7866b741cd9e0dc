import { isObject, type JsonValue } from '../model/json.ts';

/** Whether a value is an intrinsic function that is still to be resolved: `{"Ref": ...}`, `{"Fn::GetAtt": ...}`. */
export function isIntrinsic(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

/**
 * Whether a value stands for nothing at all: null, or a reference to `AWS::NoValue`. Keys beside the reference are
 * not taken away by it.
 */
export function isAbsent(value: JsonValue | undefined): value is null | undefined {
  if (value === undefined || value === null) return true;
  return isObject(value) && value.Ref === 'AWS::NoValue' && Object.keys(value).length === 1;
}

/**
 * Whether the value itself is not known yet: an unresolved function, or text with a dynamic reference
 * (`{{resolve:secretsmanager:...}}`), which no policy may see resolved.
 */
export function isUnknown(value: JsonValue): boolean {
  return typeof value === 'string' ? value.includes('{{resolve:') : isIntrinsic(value);
}

/** Whether the value or anything inside it is not known yet. */
export function holdsUnknown(value: JsonValue): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}
