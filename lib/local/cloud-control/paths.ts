/** Values by dotted path. `*` stands for the elements of a list or the values of a map. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>((part, name) => (isObject(part) ? part[name] : undefined), value);
}

/** Sets a value in place and creates missing objects on the path. */
export function setAt(target: JsonObject, path: string, value: JsonValue): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let place = target;
  for (const name of names) {
    const next = place[name];
    if (isObject(next)) place = next;
    else {
      const made: JsonObject = {};
      place[name] = made;
      place = made;
    }
  }
  place[last] = value;
}

/** Removes the value at a path in place. `*` covers all elements. */
export function removeAt(target: JsonValue | undefined, path: string): void {
  const [name = '', ...rest] = path.split('.');
  if (name === '*') {
    const parts = Array.isArray(target) ? target : isObject(target) ? Object.values(target) : [];
    for (const part of parts) removeAt(part, rest.join('.'));
  } else if (isObject(target)) {
    if (rest.length === 0) delete target[name];
    else removeAt(target[name], rest.join('.'));
  } else if (Array.isArray(target)) {
    // Some registry schemas omit the star of a list.
    for (const part of target) removeAt(part, path);
  }
}

/** Tells whether the value, or any value inside it, is this text. */
export function holdsText(value: JsonValue | undefined, text: string): boolean {
  if (value === text) return true;
  if (Array.isArray(value)) return value.some((part) => holdsText(part, text));
  return isObject(value) && Object.values(value).some((part) => holdsText(part, text));
}
