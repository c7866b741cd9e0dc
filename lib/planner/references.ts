import { isFunction } from '../model/intrinsic-function.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** A place in a resource's properties that reads another resource. */
export interface Reference {
  /** Dotted path of the property with the reference. */
  path: string;
  /** Logical id of the target. */
  target: string;
  /** The attribute. Absent for `Ref`. */
  attribute?: string;
}

const placeholder = /\$\{([^!}][^}]*)\}/g;

/**
 * Returns every `Ref`, `Fn::GetAtt` and `Fn::Sub` in a value, including nested ones. Targets are not checked:
 * unresolved references in a desired state are to other resources of the same request.
 */
export function referencesIn(properties: JsonObject): Reference[] {
  const found: Reference[] = [];
  for (const [name, value] of Object.entries(properties)) collect(value, name, found);
  return found;
}

function collect(value: JsonValue, path: string, found: Reference[]): void {
  if (Array.isArray(value)) {
    value.forEach((element, index) => {
      collect(element, `${path}.${index}`, found);
    });
  } else if (isObject(value)) {
    const read = isFunction(value) ? (functions[Object.keys(value)[0] ?? ''] ?? readInside) : undefined;
    if (read !== undefined) read(Object.values(value)[0] ?? null, path, found);
    else for (const [name, inner] of Object.entries(value)) collect(inner, `${path}.${name}`, found);
  }
}

type Reader = (argument: JsonValue, path: string, found: Reference[]) => void;

const functions: Record<string, Reader> = {
  Ref: (argument, path, found) => {
    if (typeof argument === 'string') found.push({ path, target: argument });
  },
  'Fn::GetAtt': (argument, path, found) => {
    const [target, ...rest] = Array.isArray(argument) ? argument : String(argument).split('.');
    if (typeof target === 'string') found.push({ path, target, attribute: rest.join('.') });
  },
  'Fn::Sub': (argument, path, found) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const variables = isObject(own) ? own : {};
    for (const value of Object.values(variables)) readInside(value, path, found);
    if (typeof text !== 'string') return;
    for (const [, name = ''] of text.matchAll(placeholder)) {
      if (Object.hasOwn(variables, name)) continue;
      const [target = '', ...rest] = name.split('.');
      found.push(rest.length > 0 ? { path, target, attribute: rest.join('.') } : { path, target });
    }
  },
};

/** Inside a function's arguments, the path stays that of the property, because the function returns one value. */
const readInside: Reader = (argument, path, found) => {
  const inner: Reference[] = [];
  collect(argument, path, inner);
  for (const reference of inner) found.push({ ...reference, path });
};
