import type { JsonObject, JsonValue } from '../../model/json.ts';

/** Sets or removes a value, through objects and lists. Returns false if there is something else on the way. */
export function put(copy: JsonObject, path: string, value: JsonValue | undefined): boolean {
  const segments = path.split('.');
  const last = segments.pop() ?? '';
  let into = copy;
  for (const segment of segments) {
    if (into[segment] === undefined && value !== undefined) into[segment] = {};
    const inner = into[segment];
    if (inner === undefined) return true;
    if (inner === null || typeof inner !== 'object' || isReference(inner)) return false;
    into = inner as JsonObject;
  }
  if (value === undefined) delete into[last];
  else into[last] = value;
  return true;
}

function isReference(value: JsonObject | JsonValue[]): boolean {
  const names = Object.keys(value);
  return names.length === 1 && /^(?:Ref$|Fn::)/.test(names[0] ?? '');
}
